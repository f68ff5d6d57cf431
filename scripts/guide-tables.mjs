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
const { stateNumbers } = await import(join(compiled, 'libraries/eventsource/metrics/subscription-gauges.js'));

const exported = await import('eventsource');

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
  loggers: () => loggers(),
  'states of subscriptions': () =>
    table(
      ['Value', 'State'],
      Object.entries(stateNumbers).map(([state, value]) => [value, code(state)]),
    ),
};

/**
 * A row for each class, or for those of one component: spans that all of them have, and then what some have besides. A class has
 * those of its base classes, too.
 */
function spans(families) {
  const components = new Map();
  for (const { target, component = target, methods = {}, optIn, family } of aspects) {
    if (!families.includes(family)) continue;
    const own = Object.values(methods).flatMap((row) => (row.span === undefined ? [] : [code(spanOf(row))]));
    const named = own.map((name) => (optIn === undefined ? name : `${name} (only with ${code(optIn)})`));
    const byClass = components.get(component) ?? new Map();
    const all = [...inherited(target), ...(byClass.get(target) ?? []), ...named];
    if (all.length > 0) components.set(component, byClass.set(target, [...new Set(all)]));
  }
  return table(['Component', 'Span names'], [...components.values()].flatMap(rowsOf));
}

function rowsOf(byClass) {
  const lists = [...byClass.values()];
  const common = lists[0].filter((name) => lists.every((names) => names.includes(name)));
  const classes = [...byClass.keys()].map(code).join(', ');
  const rest = [...byClass]
    .map(([target, names]) => [
      `${code(target)}${common.length > 0 ? ' also' : ''}`,
      names.filter((name) => !common.includes(name)),
    ])
    .filter(([, names]) => names.length > 0);
  return [...(common.length > 0 ? [[classes, common]] : []), ...rest].map(([label, names]) => [
    label,
    names.join(', '),
  ]);
}

/** Spans of the classes that one extends. */
function inherited(target) {
  const base = exported[target] && Object.getPrototypeOf(exported[target]).name;
  const { methods = {} } = aspects.find((aspect) => aspect.target === base) ?? {};
  const own = Object.values(methods).flatMap((row) => (row.span === undefined ? [] : [code(spanOf(row))]));
  return base ? [...inherited(base), ...own] : [];
}

function metrics(names) {
  const instruments = new Map();
  for (const { methods = {} } of aspects) {
    for (const { metrics = [], life } of Object.values(methods)) {
      for (const { instrument } of [...metrics, ...(life?.gauges ?? [])]) {
        if (names.test(instrument.name)) instruments.set(instrument.name, instrument);
      }
    }
  }
  return table(
    ['Metric', 'Type', 'Unit', 'Description'],
    [...instruments.values()].map(({ name, kind, unit, description }) => [code(name), kind, code(unit), description]),
  );
}

/** With the classes that write to them. */
function loggers() {
  const classes = new Map();
  for (const { target, methods = {}, subclasses = {} } of aspects) {
    for (const { logs = [] } of Object.values({ ...subclasses, ...methods })) {
      for (const { logger } of logs) classes.set(logger, (classes.get(logger) ?? new Set()).add(code(target)));
    }
  }
  const rows = [...classes].sort(([a], [b]) => (a < b ? -1 : 1));
  return table(
    ['Logger', 'Of'],
    rows.map(([logger, targets]) => [code(logger), [...targets].join(', ')]),
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
