#!/usr/bin/env node
// Writes the README's table of spans from the compiled tables and the public methods of the target, between the markers
// `span-table:begin` and `span-table:end`. `--check` writes nothing and fails when the README is stale. Every public method
// that gives no span must be explained here, or the command fails.
//   node scripts/span-table.mjs [--check] [README.md]
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [readme = join(root, 'README.md')] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const {
  library: { aspects: tables },
} = await import(join(root, 'dist/src/libraries/eventsource/index.js'));

const sections = {
  stores: 'Event stores',
  buses: 'Event buses',
  aggregates: 'Aggregates',
  snapshots: 'Snapshot stores',
  checkpoints: 'Checkpoints',
  'dead-letters': 'Dead letters',
  outbox: 'Outbox',
  projections: 'Projections: off by default',
  subscriptions: 'Subscriptions',
};

/** Why public methods give no span; by name, or by class and name where that differs. */
const reasons = {
  'eventsource-py has none': [
    ...['getEventsByType', 'eventExists', 'getStreamVersion', 'getGlobalPosition', 'getEventCount', 'getAggregateIds'],
    ...['getAllEvents', 'InMemoryEventStore.clear', 'AggregateRepository.getVersion', 'awaitPendingSnapshots'],
    ...['awaitPending', 'getDlqMessages', 'getDlqMessageCount', 'purgeDlq', 'getStreamInfo'],
    ...[
      'getPartitionOffsets',
      'Projection.reset',
      'CheckpointTrackingProjection.reset',
      'resetAll',
      'CatchUpRunner.stop',
      'whenStopped',
    ],
  ],
  'set-up and end': [
    ...['initialize', 'connect', 'close', 'disconnect', 'shutdown', '[Symbol.asyncDispose]'],
    ...['bindEventType', 'bindRoutingKey'],
  ],
  'bookkeeping in memory': [
    ...['subscribe', 'unsubscribe', 'subscribeAll', 'subscribeToAllEvents', 'unsubscribeFromAllEvents'],
    ...['clearSubscribers', 'getSubscriberCount', 'getWildcardSubscriberCount', 'getStats', 'resetStats'],
    ...['getBackgroundTaskCount', 'calculateRetryDelay', 'recordReconnection', 'recordRebalance', 'createNew'],
    ...['getNextVersion', 'applyEvent', 'loadFromHistory', 'markEventsAsCommitted', 'clearUncommittedEvents'],
    ...['serializeState', 'restoreFromSnapshot', 'isSnapshotDue', 'subscribedTo', 'getHandlerFor'],
    ...['registerProjection', 'registerHandler', 'unregisterProjection', 'unregisterHandler', 'getProjectionInfo'],
    ...['healthCheck', 'requestShutdown', 'registerSignals', 'getSubscription', 'getAllStatuses', 'getHealth'],
    ...['getErrorStats', 'onError', 'getCoordinator', 'removeCoordinator', 'isStarting', 'disableBuffer'],
    ...['getPaused', 'getPausedNames', 'StartFromResolver.resolve'],
  ],
  'only what it calls gives spans': [
    ...['loadOrCreate', 'getOrRaise', 'replayDlqMessage', 'dispatchMany', 'rebuildAll', 'rebuildProjection', 'catchup'],
    ...['CheckpointTrackingProjection.getCheckpoint', 'CheckpointTrackingProjection.getLagMetrics', 'stopAll'],
    ...['runUntilShutdown', 'pauseAll', 'resumeAll', 'SubscriptionManager[Symbol.asyncDispose]'],
    ...['startConsumingInBackground'],
  ],
  'ends the loop; the message in hand keeps its spans': ['stopConsuming'],
};

const CLASS = /^export declare (?:abstract )?class (\w+)(?:<[^{]*?>)?(?: extends ([\w.]+))?[^{]*\{\n([\s\S]*?)^\}/gm;
const EXPORTS = /^export \{([^}]*)\} from/gm;
const METHOD =
  /((?:^ {4}\/\*\*[\s\S]*?\*\/\n)?)^ {4}((?:(?:static|abstract|protected|private|override|get|set) )*)(\w+|\[[\w.]+\])(?:<[^(]*>)?\(/gm;

const classes = declaredClasses(join(root, 'node_modules/eventsource/dist'));
/** The keys of `reasons` that were needed. */
const explained = new Set();
const table = [legend(), ...Object.keys(sections).map(sectionOf)].join('\n\n');
const needless = Object.values(reasons)
  .flat()
  .filter((key) => !explained.has(key));
if (needless.length > 0)
  throw new Error(`scripts/span-table.mjs explains what needs no reason: ${needless.join(', ')}`);
const written = readFileSync(readme, 'utf8');
const renewed = replaceBlock(written, 'span-table', table);

if (!process.argv.includes('--check')) writeFileSync(readme, renewed);
else if (renewed !== written) {
  console.error('The span table of README.md is stale: npm run span-table');
  process.exitCode = 1;
}

function legend() {
  const components = new Set(tables.map(({ target }) => componentOf(target)));
  const shared = [...components].filter((component) => !tables.some(({ target }) => target === component));
  return `${shared.map(code).join(', ')} stand for their classes \`InMemory…\`, \`SQLite…\` and \`PostgreSQL…\`.`;
}

function sectionOf(family) {
  const rows = [...rowsOf(family).map(({ call, method, span }) => [call, method, span]), ...unspanned(family)];
  const body = rows.map((cells) => `| ${cells.join(' | ')} |`);
  return [`**${sections[family]}**`, '', '| You call | Woven method | Span |', '|---|---|---|', ...body].join('\n');
}

/** One for each woven method; the classes of one component share theirs. */
function rowsOf(family) {
  const rows = new Map();
  for (const { target, family: own, optIn, methods = {} } of tables) {
    if (own !== family) continue;
    const remark = optIn === undefined ? '' : `, only with \`${optIn}\``;
    for (const [name, row] of Object.entries(methods)) {
      if (row.span === undefined) continue;
      const component = componentOf(target);
      const calls = callsOf(component, name, row);
      const key = `${component}.${name}`;
      const method = calls.some((call) => call.startsWith(`${component}.`)) ? name : key;
      const known = rows.get(key) ?? {
        call: calls.map(code).join(', '),
        method: code(method),
        spans: new Set(),
        targets: [],
      };
      known.spans.add(`${spanOf(row)}`);
      known.targets.push(target);
      known.remark = `${kindOf(row)}${remark}`;
      rows.set(key, known);
    }
  }
  return [...rows.values()].map(({ call, method, spans, targets, remark }) => ({
    call,
    method,
    span: `${code(inOne([...spans]))}${remark}${onlyOf(targets)}`,
  }));
}

/** `{a,b}_c` for `a_c` and `b_c`, as a shell would write it. */
function inOne(names) {
  if (names.length === 1) return names[0];
  const [first] = names;
  let ending = first.length;
  while (!names.every((name) => name.endsWith(first.slice(-ending)))) ending -= 1;
  return `{${names.map((name) => name.slice(0, -ending)).join(',')}}${first.slice(-ending)}`;
}

function onlyOf(targets) {
  const siblings = new Set(
    tables.map(({ target }) => target).filter((one) => componentOf(one) === componentOf(targets[0])),
  );
  return targets.length < siblings.size ? `, ${targets.map(code).join(', ')} only` : '';
}

function callsOf(component, name, { via }) {
  const calls = via === undefined ? [name] : via.split(/,\s*/);
  return calls.map((call) => (call.includes('.') ? call : `${component}.${call}`));
}

/** As the guide writes it: what changes from call to call stands in braces. */
function spanOf({ span }) {
  if (typeof span !== 'function') return span;
  const message = { headers: { event_type: '{event_type}' } };
  return span({ args: [{ eventType: '{event_type}', name: '{handler}', message }] });
}

function kindOf({ kind }) {
  return { 3: ' (PRODUCER)', 4: ' (CONSUMER)' }[kind] ?? '';
}

/** Rows for the public methods without a span of their own, by reason. */
function unspanned(family) {
  const byReason = new Map();
  const targets = new Set(tables.filter((aspect) => aspect.family === family).map(({ target }) => target));
  for (const target of targets) {
    const spanned = tables
      .filter((aspect) => aspect.target === target)
      .flatMap(({ methods = {} }) => Object.entries(methods).filter(([, { span }]) => span !== undefined));
    const names = new Set(spanned.map(([name]) => name));
    for (const { owner, name } of publicMethods(target)) {
      if (names.has(name) || isWoven(owner, name) || leadsToSpan(target, name)) continue;
      const reason = reasonOf(target, owner, name);
      const methods = byReason.get(reason) ?? new Map();
      byReason.set(reason, methods.set(name, (methods.get(name) ?? new Set()).add(owner)));
    }
  }
  return [...byReason].map(([reason, methods]) => [ownersAndMethods(methods), '', `none: ${reason}`]);
}

/** `A`, `B`: `x`, `y`; `C`: `z` */
function ownersAndMethods(methods) {
  const byOwners = new Map();
  for (const [name, owners] of methods) {
    const key = [...owners].map(code).join(', ');
    byOwners.set(key, [...(byOwners.get(key) ?? []), code(name)]);
  }
  return [...byOwners].map(([owners, names]) => `${owners}: ${names.join(', ')}`).join('; ');
}

/** An inherited method that is woven on the class it belongs to stands there. */
function isWoven(owner, name) {
  return tables.some(({ target, methods = {} }) => target === owner && methods[name]?.span !== undefined);
}

/** A woven method says that it is reached by this one. */
function leadsToSpan(called, name) {
  return tables.some(({ target, methods = {} }) =>
    Object.values(methods).some(({ span, via }) =>
      (span === undefined || via === undefined ? [] : via.split(/,\s*/)).some(
        (call) => (call.includes('.') ? call : `${target}.${call}`) === `${called}.${name}`,
      ),
    ),
  );
}

function reasonOf(target, owner, name) {
  const separator = name.startsWith('[') ? '' : '.';
  for (const key of [`${target}${separator}${name}`, `${owner}${separator}${name}`, name]) {
    const reason = Object.keys(reasons).find((name) => reasons[name].includes(key));
    if (reason === undefined) continue;
    explained.add(key);
    return reason;
  }
  throw new Error(`scripts/span-table.mjs does not say why ${target}.${name} gives no span`);
}

/** Own and inherited, each with the class that declares it first. A base that is not exported is a part of its subclass. */
function publicMethods(target) {
  const found = new Map();
  let owner = target;
  for (let name = target; classes.has(name); name = classes.get(name).base) {
    if (classes.get(name).isExported) owner = name;
    for (const method of classes.get(name).methods) found.set(method, owner);
  }
  return [...found].map(([name, owner]) => ({ name, owner }));
}

/** `InMemoryOutboxRepository` and its siblings are one component. */
function componentOf(target) {
  return target.replace(/^(?:InMemory|SQLite|PostgreSQL)(?=\w+(?:Store|Repository)$)/, '');
}

/** Classes of the declarations with the methods that are neither private nor marked as inner steps. */
function declaredClasses(folder) {
  const found = new Map();
  const texts = declarations(folder);
  const exports = new Set(
    texts.flatMap((text) => [...text.matchAll(EXPORTS)].flatMap(([, names]) => names.match(/\w+/g))),
  );
  for (const text of texts) {
    for (const [, name, base, body] of text.matchAll(CLASS)) {
      const methods = [...body.matchAll(METHOD)]
        .filter(
          ([, doc, modifiers]) => !/private|protected|static|get |set /.test(modifiers) && !/Internal step/.test(doc),
        )
        .map(([, , , method]) => method)
        .filter((method) => method !== 'constructor');
      found.set(name, { base, methods: [...new Set(methods)], isExported: exports.has(name) });
    }
  }
  return found;
}

function declarations(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return declarations(path);
    return entry.name.endsWith('.d.ts') ? [readFileSync(path, 'utf8')] : [];
  });
}

function code(text) {
  return `\`${text}\``;
}

function replaceBlock(text, name, content) {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`README.md has no block ${begin} … ${end}`);
  return `${text.slice(0, from + begin.length)}\n${content}\n${text.slice(to)}`;
}
