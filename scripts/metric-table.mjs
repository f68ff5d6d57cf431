#!/usr/bin/env node
// Writes the README's table of metrics from the compiled tables, between the markers `metric-table:begin` and
// `metric-table:end`. `--check` writes nothing and fails when the README is stale.
//   node scripts/metric-table.mjs [--check] [README.md]
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { code, replaceBlock } from './markdown.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [readme = join(root, 'README.md')] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
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

const rows = tables.flatMap(({ target, methods = {} }) =>
  Object.entries(methods).flatMap(([method, { metrics = [], life }]) => [
    ...metrics.map(({ instrument, attributes = {}, on }) => ({
      instrument,
      attributes: Object.keys(attributes),
      when: [code(`${target}.${method}`), WHEN[on]].filter(Boolean).join(' '),
    })),
    ...(life?.begins === undefined ? [] : life.gauges).map(({ instrument, observe }) => ({
      instrument,
      attributes: Object.keys(observe(observed)[0].attributes),
      when: `at each collection, from ${code(`${target}.${method}`)} on`,
    })),
  ]),
);
const byName = groupBy(rows);
const lines = [...byName.values()].map((same) => {
  const [{ instrument, attributes }] = same;
  const calls = [...new Set(same.map(({ when }) => when))].join(', ');
  const cells = [
    code(instrument.name),
    code(instrument.unit),
    instrument.kind,
    attributes.map(code).join(', '),
    instrument.description,
    calls,
  ];
  return `| ${cells.join(' | ')} |`;
});
const table = [
  '| Name | Unit | Kind | Attributes | What it says | Recorded by |',
  '|---|---|---|---|---|---|',
  ...lines,
].join('\n');
const written = readFileSync(readme, 'utf8');
const renewed = replaceBlock(written, 'metric-table', table);

if (!process.argv.includes('--check')) writeFileSync(readme, renewed);
else if (renewed !== written) {
  console.error('The metric table of README.md is stale: npm run metric-table');
  process.exitCode = 1;
}

/** By the name of the instrument, in the order of the tables. */
function groupBy(all) {
  const groups = new Map();
  for (const row of all) groups.set(row.instrument.name, [...(groups.get(row.instrument.name) ?? []), row]);
  return groups;
}
