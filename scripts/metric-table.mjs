#!/usr/bin/env node
// Writes the tables of docs/metrics.md from the compiled tables: one of the guide's instruments, one of those for operators.
// `--check` writes nothing and fails when the document is stale.
//   node scripts/metric-table.mjs [--check] [docs/metrics.md]
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { code, replaceBlock } from './markdown.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [document = join(root, 'docs/metrics.md')] = process.argv
  .slice(2)
  .filter((argument) => !argument.startsWith('--'));
const {
  library: { aspects: tables },
} = await import(join(root, 'dist/src/libraries/eventsource/index.js'));

/** Something of everything that a gauge reads, to see which attributes it gives. */
const observed = {
  name: 'feed',
  state: 'live',
  lag: 0,
  config: { consumerGroup: 'group' },
  isConnected: true,
  getPartitionOffsets: () => [{ topic: 'topic', partition: 0, lag: 0 }],
};
const WHEN = { success: 'when it ends well', failure: 'when it fails' };

/** One for each instrument of a row: what it is, its attributes, and when it is recorded. */
const recordings = tables.flatMap(({ target, component = target, methods = {}, subclasses = {} }) =>
  [methods, subclasses].flatMap((rows) =>
    Object.entries(rows).flatMap(([method, row]) => recordingsOf(row, `${component}.${method}`)),
  ),
);

function recordingsOf({ metrics = [], life }, call) {
  return [
    ...metrics.map(({ instrument, attributes = {}, on }) => ({
      instrument,
      attributes: Object.keys(attributes),
      when: [code(call), WHEN[on]].filter(Boolean).join(' '),
    })),
    ...gaugesOf(life).map(({ instrument, attributes, observe }) => ({
      instrument,
      attributes: attributes ?? Object.keys(observe(observed)[0].attributes),
      when: `at each collection, ${life.during === undefined ? 'from' : 'during'} ${code(call)}${life.during === undefined ? ' on' : ''}`,
    })),
  ];
}

/** Where objects begin to be observed; other calls only tell something of them. */
function gaugesOf(life) {
  return (life?.begins ?? life?.uses ?? life?.during) === undefined ? [] : life.gauges;
}

/** By the name of the instrument, in the order of the tables. */
const byName = groupBy(recordings, ({ instrument }) => instrument.name);

function groupBy(all, keyOf) {
  const groups = new Map();
  for (const each of all) groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
  return groups;
}

function tableOf(isListed) {
  const lines = [...byName].filter(([name]) => isListed(name)).map(([, same]) => lineOf(same));
  return [
    '| Name | Unit | Kind | Attributes | What it says | What it answers | Recorded by |',
    '|---|---|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

function lineOf(same) {
  const [{ instrument }] = same;
  const cells = [
    code(instrument.name),
    code(instrument.unit),
    instrument.kind,
    unique(same.flatMap(({ attributes }) => attributes))
      .map(code)
      .join(', '),
    instrument.description,
    instrument.question,
    unique(same.map(({ when }) => when)).join(', '),
  ];
  return `| ${cells.join(' | ')} |`;
}

function unique(values) {
  return [...new Set(values)];
}

const forOperators = (name) => name.startsWith('eventsource.');
const written = readFileSync(document, 'utf8');
const renewed = [
  ['guide-metrics', tableOf((name) => !forOperators(name))],
  ['operator-metrics', tableOf(forOperators)],
].reduce((text, [block, table]) => replaceBlock(text, block, table), written);

if (!process.argv.includes('--check')) writeFileSync(document, renewed);
else if (renewed !== written) {
  console.error('The tables of docs/metrics.md are stale: npm run metric-table');
  process.exitCode = 1;
}
