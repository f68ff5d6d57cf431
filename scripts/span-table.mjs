#!/usr/bin/env node
// Writes the table of spans of docs/spans.md from the compiled tables and the public methods of the target, between the markers
// `span-table:begin` and `span-table:end`. `--check` writes nothing and fails when the page is stale. Every public method
// that gives no span must have its reason in `unspanned` of its aspect, or the command fails.
//   node scripts/span-table.mjs [--check] [docs/spans.md]
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { code, documentsOr, renewBlocks } from './markdown.mjs';
import { spanOf } from './span-names.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [page] = documentsOr(join(root, 'docs/spans.md'));
const {
  library: { aspects: tables, families },
} = await import(join(root, 'dist/src/libraries/eventsource/index.js'));

/** Titles; a family without one is shown under its name. */
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
const CLASS = /^export declare (?:abstract )?class (\w+)(?:<[^{]*?>)?(?: extends ([\w.]+))?[^{]*\{\n([\s\S]*?)^\}/gm;
const EXPORTS = /^export \{([^}]*)\} from/gm;
const METHOD =
  /((?:^ {4}\/\*\*[\s\S]*?\*\/\n)?)^ {4}((?:(?:static|abstract|protected|private|override|get|set) )*)(\w+|\[[\w.]+\])(?:<[^(]*>)?\(/gm;

const classes = declaredClasses(join(root, 'node_modules/eventsource/dist'));
/** `Class.method` of the reasons that were needed. */
const explained = new Set();
const table = [legend(), ...Object.keys(families).map(sectionOf)].join('\n\n');
const needless = tables
  .flatMap(({ target, unspanned = {} }) => Object.keys(unspanned).map((name) => `${target}.${name}`))
  .filter((key) => !explained.has(key));
if (needless.length > 0) throw new Error(`\`unspanned\` explains what needs no reason: ${needless.join(', ')}`);
renewBlocks(page, 'span-table', { 'span-table': table });

/** Which components stand for several classes, and for which. */
function legend() {
  const byClasses = new Map();
  for (const component of new Set(tables.flatMap(({ component }) => component ?? []))) {
    const classes = [...siblingsOf(component)].map((target) => code(`${target.slice(0, -component.length)}…`));
    const key = `${classes.slice(0, -1).join(', ')} and ${classes.at(-1)}`;
    byClasses.set(key, [...(byClasses.get(key) ?? []), code(component)]);
  }
  const derived = tables.flatMap(({ target, methods, subclasses }) => (subclasses && !methods ? [target] : []));
  const parts = [...byClasses].map(
    ([classes, components]) => `${components.join(', ')} stand for their classes ${classes}`,
  );
  const yours = derived.map((target) => code(`Your${target}`)).join(', ');
  return `${parts.join('; ')}; ${yours} for classes of an application that extend the class without \`Your\`.`;
}

function sectionOf(family) {
  const rows = [...rowsOf(family).map(({ call, method, span }) => [call, method, span]), ...unspanned(family)];
  const body = rows.map((cells) => `| ${cells.join(' | ')} |`);
  return [`**${sections[family] ?? family}**`, '', '| You call | Woven method | Span |', '|---|---|---|', ...body].join(
    '\n',
  );
}

/** One for each woven method; the classes of one component share theirs. */
function rowsOf(family) {
  const rows = new Map();
  for (const { target, component = target, optIn, methods } of tables
    .filter((aspect) => aspect.family === family)
    .flatMap(withDerived)) {
    for (const [name, row] of Object.entries(methods)) {
      if (row.span === undefined) continue;
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
      known.of = siblingsOf(component);
      known.remark = `${kindOf(row)}${optIn === undefined ? '' : `, only with ${code(optIn)}`}`;
      rows.set(key, known);
    }
  }
  return [...rows.values()].map(({ call, method, spans, targets, remark, of }) => ({
    call,
    method,
    span: `${code(inOne([...spans]))}${remark}${targets.length < of.size ? `, ${targets.map(code).join(', ')} only` : ''}`,
  }));
}

/** The methods of a class, and those of the classes that an application derives from it: of `YourEventStore`, for one. */
function withDerived({ target, component, optIn, methods = {}, subclasses = {} }) {
  // What inherits its rows from the class itself is no row more.
  const added = Object.entries(subclasses).filter(([name]) => methods[name] === undefined);
  return [
    { target, component, optIn, methods },
    { target: `Your${target}`, optIn, methods: Object.fromEntries(added) },
  ];
}

/** `{a,b}_c` for `a_c` and `b_c`, as a shell would write it. */
function inOne(names) {
  if (names.length === 1) return names[0];
  const [first] = names;
  let ending = first.length;
  while (!names.every((name) => name.endsWith(first.slice(-ending)))) ending -= 1;
  return `{${names.map((name) => name.slice(0, -ending)).join(',')}}${first.slice(-ending)}`;
}

/** The classes of a component. */
function siblingsOf(component) {
  return new Set(tables.filter((aspect) => aspect.component === component).map(({ target }) => target));
}
function callsOf(component, name, { via }) {
  const calls = via === undefined ? [name] : via.split(/,\s*/);
  return calls.map((call) => (call.includes('.') ? call : `${component}.${call}`));
}

function kindOf({ kind }) {
  return { 3: ' (PRODUCER)', 4: ' (CONSUMER)' }[kind] ?? '';
}

/** Rows for the public methods without a span of their own, by reason. */
function unspanned(family) {
  const byReason = new Map();
  // A class that is not exported is a part of its subclass, which explains its methods.
  const isPublic = ({ target }) => classes.get(target)?.isExported === true;
  const aspects = tables.filter((aspect) => aspect.family === family && isPublic(aspect));
  const targets = new Set(aspects.map(({ target }) => target));
  for (const target of targets) {
    const spanned = tables
      .filter((aspect) => aspect.target === target)
      .flatMap(({ methods = {}, subclasses = {} }) => Object.entries({ ...subclasses, ...methods }))
      .filter(([, { span }]) => span !== undefined);
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

/** The reason stands with the class, or with the one that it inherits the method from. */
function reasonOf(target, owner, name) {
  for (const of of [target, owner]) {
    const reason = tables.find((aspect) => aspect.target === of && aspect.unspanned?.[name])?.unspanned[name];
    if (reason === undefined) continue;
    explained.add(`${of}.${name}`);
    return reason;
  }
  throw new Error(`the aspect of ${target} does not say in \`unspanned\` why ${name} gives no span`);
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
