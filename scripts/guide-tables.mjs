// The tables of docs/guide.md, by the names of their blocks, from what the package is made of.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { code } from './markdown.mjs';
import { spanOf } from './span-names.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const compiled = join(root, 'dist/src');
const {
  library: { aspects },
} = await import(join(compiled, 'libraries/eventsource/index.js'));
const { stateNumbers } = await import(join(compiled, 'libraries/eventsource/subscription-metrics.js'));

export const tables = {
  ...Object.fromEntries(
    [
      ['stores'],
      ['buses'],
      ['aggregates', 'checkpoints', 'dead-letters', 'outbox'],
      ['snapshots'],
      ['projections'],
      ['subscriptions'],
    ].map((families) => [`spans of ${families.join(', ')}`, () => spans(families)]),
  ),
  ...Object.fromEntries(attributeGroups().map(([title, rows]) => [`attributes: ${title}`, () => rows])),
  'metrics of Kafka': () => metrics(/^kafka\./),
  'metrics of subscriptions': () => metrics(/^subscription\./),
  'states of subscriptions': () =>
    table(
      ['Value', 'State'],
      Object.entries(stateNumbers).map(([state, value]) => [value, code(state)]),
    ),
};

/** A row for each class; classes of one component whose spans are the same share theirs. */
function spans(families) {
  const rows = new Map();
  for (const { target, component = target, methods = {}, optIn } of aspects.filter(({ family }) =>
    families.includes(family),
  )) {
    const names = Object.values(methods).flatMap((row) => (row.span === undefined ? [] : [code(spanOf(row))]));
    if (names.length === 0) continue;
    const cell = [...new Set(names)].join(', ') + (optIn === undefined ? '' : ` (only with ${code(optIn)})`);
    const key = `${component} ${cell}`;
    rows.set(key, { cell, classes: [...(rows.get(key)?.classes ?? []), code(target)] });
  }
  return table(
    ['Component', 'Span names'],
    [...rows.values()].map(({ cell, classes }) => [classes.join(', '), cell]),
  );
}

function metrics(names) {
  const instruments = new Map();
  for (const { methods = {} } of aspects) {
    for (const { metrics = [], life } of Object.values(methods)) {
      for (const { instrument } of [...metrics, ...(life?.begins === undefined ? [] : life.gauges)]) {
        if (names.test(instrument.name)) instruments.set(instrument.name, instrument);
      }
    }
  }
  return table(
    ['Metric', 'Type', 'Unit', 'Description'],
    [...instruments.values()].map(({ name, kind, unit, description }) => [code(name), kind, code(unit), description]),
  );
}

/** The constants, by the title above each group of them, with what their docstrings say. */
function attributeGroups() {
  const source = readFileSync(join(root, 'src/conventions/attributes.ts'), 'utf8');
  return [...source.matchAll(/^\/\/ # (.+)\n([\s\S]*?)(?=\n\/\/ # |$(?![\s\S]))/gm)].map(([, title, body]) => [
    title,
    table(
      ['Constant', 'Attribute', 'Description', 'Example'],
      [...body.matchAll(/\/\*\* (.+?)(?:, such as (`.+`))? \*\/\nexport const (\w+) = '(.+)';/g)].map(
        ([, description, example = '', constant, name]) => [code(constant), code(name), description, example],
      ),
    ),
  ]);
}

function table(head, rows) {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}
