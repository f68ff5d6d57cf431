#!/usr/bin/env node
// Writes the tables of docs/metrics.md from the compiled tables: one of the guide's instruments, one of those for operators, one of
// the libraries that give them.
// `--check` writes nothing and fails when the document is stale.
//   node scripts/metric-table.mjs [--check] [docs/metrics.md]
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventsource, others } from './libraries.mjs';
import { code, documentsOr, renewBlocks } from './markdown.mjs';
import { recordingsOf } from './recordings.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [document] = documentsOr(join(root, 'docs/metrics.md'));

const own = recordingsOf(eventsource.aspects);
const ofOthers = others.map(({ key, aspects }) => ({ key, byName: groupBy(recordingsOf(aspects), nameOf) }));

/** By the name of the instrument, in the order of the tables. */
const byName = groupBy([...own, ...ofOthers.flatMap(({ byName: of }) => [...of.values()].flat())], nameOf);

function nameOf({ instrument }) {
  return instrument.name;
}

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
    unique(same.filter((each) => own.includes(each)).map(({ when }) => when)).join(', ') ||
      'other libraries, see below',
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Instruments that other libraries give, and the calls that they are recorded by there. */
function tableOfOthers() {
  const columns = ofOthers.filter(({ byName: of }) => of.size > 0);
  const names = [...byName.keys()].filter((name) => columns.some(({ byName: of }) => of.has(name)));
  const callsIn = (recordings = []) => unique(recordings.map(({ call }) => call)).join(', ');
  return [
    `| Name | ${columns.map(({ key }) => code(key)).join(' | ')} |`,
    `|---|${columns.map(() => '---|').join('')}`,
    ...names.map(
      (name) => `| ${[code(name), ...columns.map(({ byName: of }) => callsIn(of.get(name)))].join(' | ')} |`,
    ),
  ].join('\n');
}

function unique(values) {
  return [...new Set(values)];
}

const forOperators = (name) => name.startsWith('eventsource.');
renewBlocks(document, 'metric-table', {
  'guide-metrics': tableOf((name) => !forOperators(name)),
  'operator-metrics': tableOf(forOperators),
  'library-metrics': tableOfOthers(),
});
