#!/usr/bin/env node
// Writes the tables of docs/logs.md: the records of the compiled tables, those of other libraries, and those of eventsource-py with
// what became of each here, from docs/reference-logs.json. `--check` writes nothing and fails when the page is stale.
//   node scripts/log-table.mjs [--check] [docs/logs.md]
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { calledRows, eventsource, others } from './libraries.mjs';
import { code, documentsOr, renewBlocks } from './markdown.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [page] = documentsOr(join(root, 'docs/logs.md'));
const { aspects: tables } = eventsource;
const reference = JSON.parse(readFileSync(join(root, 'docs/reference-logs.json'), 'utf8'));

const MOMENTS = { begin: 'begins', success: 'ends well', failure: 'fails' };

renewBlocks(page, 'log-table', {
  'log-table': ownRecords(),
  'library-log-table': recordsOfOthers(),
  'reference-log-table': referenceRecords(),
});

/** One table for each logger, in the order of their names. */
function ownRecords() {
  const byLogger = new Map();
  for (const { record, target, method } of allRecords()) {
    const records = byLogger.get(record.logger) ?? new Map();
    byLogger.set(record.logger, records);
    const key = `${record.severity} ${record.body} ${record.on}`;
    const known = records.get(key) ?? { record, calls: new Set() };
    records.set(key, known);
    known.calls.add(`${target}.${method}`);
  }
  return [...byLogger.keys()]
    .sort()
    .map((logger) => `### ${code(logger)}\n\n${tableOf([...byLogger.get(logger).values()])}`)
    .join('\n\n');
}

function tableOf(records) {
  const lines = records.map(({ record, calls }) => {
    const { severity, body } = record;
    return `| ${[severity, body, attributesOf(record), momentOf(record, [...calls].map(code))].join(' | ')} |`;
  });
  return ['| Severity | Record | Attributes | Written |', '|---|---|---|---|', ...lines].join('\n');
}

function attributesOf({ attributes = {}, on }) {
  const exception = on === 'failure' ? [code('exception.*')] : [];
  return [...Object.keys(attributes).map(code), ...exception].join(', ');
}

function momentOf({ on, when }, calls) {
  return `when ${calls.join(', ')} ${MOMENTS[on] ?? 'ends'}${when === undefined ? '' : ', if it is so'}`;
}

/** One table for each library, in the order of loggers. */
function recordsOfOthers() {
  return others
    .flatMap(({ key, aspects }) => {
      const all = calledRows(aspects).flatMap(({ row, call }) => (row.logs ?? []).map((record) => ({ record, call })));
      if (all.length === 0) return [];
      const byFact = new Map();
      for (const { record, call } of all) {
        const fact = `${record.logger} ${record.severity} ${record.body} ${attributesOf(record)}`;
        const known = byFact.get(fact) ?? { record, calls: new Set() };
        byFact.set(fact, known);
        known.calls.add(call);
      }
      const lines = [...byFact.values()]
        .toSorted((one, other) => (one.record.logger < other.record.logger ? -1 : 1))
        .map(({ record, calls }) =>
          [code(record.logger), record.severity, record.body, attributesOf(record), momentOf(record, [...calls])].join(
            ' | ',
          ),
        );
      const head = ['| Logger | Severity | Record | Attributes | Written |', '|---|---|---|---|---|'];
      return [[`### ${code(key)}`, '', ...head, ...lines.map((line) => `| ${line} |`)].join('\n')];
    })
    .join('\n\n');
}

/** Those of classes that an application derives are under their own name. */
function* allRecords() {
  for (const { target, methods = {}, subclasses = {} } of tables) {
    for (const [method, { logs = [] }] of Object.entries(methods)) {
      for (const record of logs) yield { record, target, method };
    }
    for (const [method, { logs = [] }] of Object.entries(subclasses)) {
      if (methods[method]?.logs !== undefined) continue;
      for (const record of logs) yield { record, target: `Your${target}`, method };
    }
  }
}

/** All of the reference, by logger, then what is written here alone. */
function referenceRecords() {
  const { loggers, additions } = reference;
  const records = loggers.flatMap((logger) => logger.records);
  const emitted = records.filter(({ ours }) => ours !== undefined).length;
  const summary = `${records.length} records of ${loggers.length} loggers: ${emitted} are written here, ${records.length - emitted} are not.`;
  const sections = loggers.map(({ logger, component, records: of }) => {
    const lines = of.map((record) => `| ${record.level} | ${record.what} | ${fateOf(logger, record)} |`);
    return [
      `### ${code(logger)}: ${component}`,
      '',
      '| Severity | What it says | Here |',
      '|---|---|---|',
      ...lines,
    ].join('\n');
  });
  const own = Object.entries(additions).map(([key, reason]) => `| ${keyOf('', key)} | ${reason} |`);
  const alone = ['### Only here', '', '| Record | Why |', '|---|---|', ...own].join('\n');
  return [summary, ...sections, alone].join('\n\n');
}

function fateOf(logger, { ours, not, by, level_here: level, because }) {
  if (ours !== undefined) return `${keyOf(logger, ours)}${level === undefined ? '' : `, at ${level}: ${because}`}`;
  const reason = reference.reasons[not];
  return by === undefined ? `no: ${reason}` : `no: ${reason}, by ${keyOf(logger, by)}`;
}

/** `logger: text`, without the logger where it is the same. */
function keyOf(logger, key) {
  const end = key.indexOf(': ');
  const [name, text] = [key.slice(0, end), key.slice(end + 2)];
  return name === logger ? `“${text}”` : `“${text}” of ${code(name)}`;
}
