// SPDX-License-Identifier: Apache-2.0
// Random tables for random classes, in all words of the vocabulary. Most rows are sound, some fail: neither may be seen.
import { SpanKind } from '@opentelemetry/api';
import fc from 'fast-check';
import type { Aspect, Call, Row, Rows } from '../../../src/weaving/aspect.js';
import type { RandomClass } from './classes.js';
import { methodNames } from './classes.js';

const fails = (): never => {
  throw new TypeError('a faulty row');
};
const careless = ({ args }: Call) => (args[0] as { deep: { er: string } }).deep.er;
const rarely = <T, F>(sound: readonly T[], faulty: F): fc.Arbitrary<T | F> =>
  fc.oneof({ weight: 12, arbitrary: fc.constantFrom<T | F>(...sound) }, { weight: 1, arbitrary: fc.constant(faulty) });
const flag = fc.boolean();

type Words = Readonly<Record<string, fc.Arbitrary<unknown>>>;
type Some<W extends Words> = { [Word in keyof W]: W[Word] extends fc.Arbitrary<infer V> ? V | undefined : never };

/** Some of the words, more often few than many. */
const some = <W extends Words>(words: W): fc.Arbitrary<Some<W>> =>
  fc.record(
    Object.fromEntries(
      Object.entries(words).map(([word, value]) => [
        word,
        fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value }),
      ]),
    ),
    { noNullPrototype: true },
  ) as fc.Arbitrary<Some<W>>;

const recipe = fc.record(
  {
    text: fc.constant('constant'),
    count: rarely([({ args }: Call) => args.length, ({ result }: Call) => typeof result, () => undefined], fails),
    told: rarely([({ facts }: Call) => Object.keys(facts), ({ enclosing }: Call) => enclosing?.args.length], careless),
    odd: fc.constantFrom(
      () => ({}) as never,
      () => Symbol.iterator as never,
      () => Number.NaN,
      ({ maker }: Call) => maker?.args.length,
    ),
  },
  { requiredKeys: [], noNullPrototype: true },
);

const instruments = [
  { kind: 'counter', name: 'calls', unit: '{call}', description: 'of a test', question: 'how many', keptBy: 'text' },
  { kind: 'histogram', name: 'durations', unit: 's', buckets: [1, 2] },
  { kind: 'up-down counter', name: 'balance' },
  { kind: 'gauge', name: 'level' },
] as const;
const metric = fc.record(
  {
    instrument: fc.constantFrom(...instruments),
    value: rarely([() => 1, () => undefined, ({ args }: Call) => args.length], fails),
    attributes: recipe,
    on: fc.constantFrom('success', 'failure'),
    outermost: flag,
  },
  { requiredKeys: ['instrument'], noNullPrototype: true },
);
const record = fc.record(
  {
    logger: fc.constantFrom('log', 'log.below'),
    severity: fc.constantFrom('debug', 'info', 'error'),
    body: fc.constantFrom('said', ({ args }: Call) => `said ${args.length}`),
    attributes: recipe,
    on: fc.constantFrom('begin', 'success', 'failure'),
    when: rarely([() => true, () => false], fails),
  },
  { requiredKeys: ['logger', 'severity', 'body'], noNullPrototype: true },
);
const gauge = fc.constantFrom(
  {
    instrument: instruments[3],
    observe: () => [{ value: 1, attributes: { text: 'a' } }],
    attributes: ['text'],
    afterwards: 0,
    asks: { name: 'nothing', option: 'asking', ask: () => undefined },
  },
  { instrument: { kind: 'gauge', name: 'failing' }, observe: fails },
);
const own = ({ self }: Call) => self as object;
const life = fc.record(
  {
    gauges: fc.array(gauge, { minLength: 1, maxLength: 2 }),
    begins: rarely([own, () => undefined], ({ result }: Call) => result as object),
    ends: rarely([own, () => undefined], fails),
    during: rarely([own], fails),
    uses: rarely([own], fails),
    changes: rarely([own], fails),
    before: rarely([() => {}], fails),
    after: rarely([() => {}], fails),
  },
  { requiredKeys: ['gauges'], noNullPrototype: true },
);

const shared = {};
const remote = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
const origins = [
  { carrier: remote },
  { remembered: shared },
  { carrier: null, ids: { traceId: 'x', spanId: 'y' } },
  { sourcesOf: shared },
];
const context = fc.record(
  {
    parent: rarely(
      [() => origins[0], () => 'root' as const, () => origins[1], () => origins[2], () => undefined],
      fails,
    ),
    links: rarely([() => origins, ({ args }: Call) => [{ carrier: args[0] }], () => []], fails),
    inject: rarely([() => ({ carrier: {} }), () => undefined], fails),
    pins: rarely([({ args }: Call) => args[0]], fails),
    remember: rarely([() => shared, () => undefined], fails),
    marks: rarely([({ args }: Call) => Array.from(args), () => [shared]], fails),
    sends: fc.record(
      {
        args: rarely([({ args }: Call) => Array.from(args), () => undefined, () => 7 as never], fails),
        optIn: fc.constantFrom('sending', 'no such option'),
      },
      { requiredKeys: ['args'], noNullPrototype: true },
    ),
  },
  { requiredKeys: [], noNullPrototype: true },
);

const error = new Error('told');
const ending = fc.record(
  {
    outcome: rarely([() => undefined, () => ({ error })], fails),
    until: rarely(
      [() => Promise.resolve(undefined), () => Promise.resolve({ error }), () => Promise.reject(error)],
      fails,
    ),
    callback: fc.constantFrom('first', 'all'),
  },
  { requiredKeys: [], noNullPrototype: true },
);

/** Without what it reaches. */
const plain = {
  span: rarely(['span', 'span', () => 'named'], fails),
  late: fc.constantFrom(
    () => false,
    () => true,
  ),
  encloses: flag,
  kind: fc.constantFrom(SpanKind.PRODUCER, () => SpanKind.CONSUMER),
  family: fc.constantFrom('tests', 'on', 'off'),
  when: rarely([() => true], () => false),
  sampling: fc.constant({ system: 'random' }),
  attributes: recipe,
  result: recipe,
  failure: recipe,
  settled: recipe,
  metrics: fc.array(metric, { maxLength: 2 }),
  logs: fc.array(record, { maxLength: 2 }),
  life,
  context,
  ending,
  hands: rarely([({ args }: Call) => ({ handed: args.length }), () => undefined], fails),
  handsFailed: flag,
  gives: fc.constantFrom('iterator', 'iterator', 'stream', 'thenable'),
  apart: flag,
  timed: flag,
  via: fc.constant('Thing.alpha'),
  optional: fc.constant(true),
} as const;
const plainRow = some(plain) as fc.Arbitrary<Row>;

const behind = {
  first: () => true,
  until: 'caughtUp',
  again: 'fellBehind',
  stretch: { span: 'stretch' },
  most: 2,
  longestMs: 1000,
  origins: () => [],
};
const rowsOf = (names: readonly string[], row: fc.Arbitrary<Row>) =>
  fc.dictionary(fc.constantFrom(...names), row, { maxKeys: 3, noNullPrototype: true }) as fc.Arbitrary<Rows>;
const reaches = some({
  handlers: fc.record(
    { 0: plainRow, '0.onEvent': plainRow, '0.routes.*.handle': plainRow },
    { requiredKeys: [], noNullPrototype: true },
  ),
  result: rowsOf(['append', 'child'], plainRow),
  makes: flag,
  returned: plainRow,
  objects: fc.record(
    {
      'args.0': rowsOf(['append'], plainRow),
      'result.child': rowsOf(['beta'], plainRow),
      'self.state': rowsOf(['append'], plainRow),
    },
    { requiredKeys: [], noNullPrototype: true },
  ),
  streams: fc.constant([0]),
  items: fc.record({ each: plainRow, behind: fc.constant(behind) }, { requiredKeys: ['each'], noNullPrototype: true }),
});
const row = fc.oneof(
  { weight: 3, arbitrary: plainRow },
  {
    weight: 1,
    arbitrary: some({ ...plain, reaches }) as fc.Arbitrary<Row>,
  },
);

export interface RandomTables {
  readonly thing: Omit<Aspect, 'target' | 'family'>;
  readonly family: string;
  readonly base: Rows | undefined;
  readonly call: Row | undefined;
}

export const randomTables = fc.record({
  thing: fc.record(
    {
      methods: rowsOf(methodNames, row),
      statics: rowsOf(methodNames, row),
      fields: rowsOf(methodNames, row),
      subclasses: rowsOf(methodNames, row),
      construct: some({ ...plain, reaches }),
      optIn: fc.constantFrom('on', 'off'),
      tracing: rarely([() => true], () => false),
      measuring: rarely([() => true], fails),
      atOwner: flag,
      shape: fc.constant(['constructor']),
      component: fc.constant('Component'),
      unspanned: fc.constant({ close: 'none' }),
    },
    { requiredKeys: ['methods'], noNullPrototype: true },
  ),
  family: fc.constantFrom('tests', 'tests', 'on', 'off'),
  base: fc.option(rowsOf(methodNames, plainRow), { nil: undefined }),
  call: fc.option(row, { nil: undefined }),
}) as fc.Arbitrary<RandomTables>;

/**
 * The aspects of a class. Rows that promise what the class does not keep are made to fit: what is said to be safe to observe is not
 * lazy, and shape is told by what is there.
 */
export function aspectsFor(
  { levels, derived }: RandomClass,
  { thing, family, base, call }: RandomTables,
): readonly Aspect[] {
  const all = [...levels, derived].flatMap(({ methods }) => methods);
  const isLazy = all.some(({ end }) => end.ends === 'make' && end.made === 'lazy');
  const fittedRow = (row: Row): Row => ({
    ...row,
    optional: true,
    ...(isLazy && row.gives === 'thenable' ? { gives: undefined } : {}),
  });
  const fitted = (rows: Rows | undefined): Rows | undefined =>
    rows && Object.fromEntries(Object.entries(rows).map(([name, each]) => [name, fittedRow(each)]));
  const { methods, statics, fields, subclasses, ...others } = thing;
  return [
    {
      ...others,
      target: 'Thing',
      family,
      methods: fitted(methods),
      statics: fitted(statics),
      fields: fitted(fields),
      subclasses: fitted(subclasses),
    },
    ...(base === undefined || levels.length < 2
      ? []
      : [{ target: 'L0', baseOf: 'Thing', family, methods: fitted(base) }]),
    ...(call === undefined ? [] : [{ target: 'make', family, call: fittedRow(call) }]),
  ];
}
