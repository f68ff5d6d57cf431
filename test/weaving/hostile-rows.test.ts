// SPDX-License-Identifier: Apache-2.0
// Functions of a row that throw anything or give anything: the application sees nothing of it, there is one line at most, and what
// else the row says of the call is told.
import assert from 'node:assert/strict';
import { diag, metrics } from '@opentelemetry/api';
import sinon from 'sinon';
import type { Row } from '../../src/weaving/aspect.js';
import { hostileThrows, hostileValues } from '../../testkit/hostile.js';
import { startTelemetry, type Telemetry, testRuntime, weaveClass } from '../../testkit/telemetry.js';

type Anything = () => unknown;

const instrument = { kind: 'counter', name: 'calls' } as const;
const counted: Row = { span: 'go', metrics: [{ instrument }] };

/** A row whose word is the function; the calls of those that say what is seen at all cannot always be counted. */
const rowsOf = {
  span: (f) => ({ ...counted, span: f }),
  kind: (f) => ({ ...counted, kind: f }),
  late: (f) => ({ ...counted, late: f }),
  attributes: (f) => ({ ...counted, attributes: { a: f } }),
  result: (f) => ({ ...counted, result: { a: f } }),
  failure: (f) => ({ ...counted, failure: { a: f } }),
  settled: (f) => ({ ...counted, settled: { a: f } }),
  hands: (f) => ({ ...counted, hands: f, handsFailed: true }),
  'attributes of a measurement': (f) => ({
    ...counted,
    metrics: [{ instrument: { kind: 'counter', name: 'x' }, attributes: { f } }, { instrument }],
  }),
  'value of a measurement': (f) => ({
    ...counted,
    metrics: [{ instrument: { kind: 'counter', name: 'x' }, value: f }, { instrument }],
  }),
  'body of a record': (f) => ({ ...counted, logs: [{ logger: 'l', severity: 'warn', body: f }] }),
  'body of a record before the call': (f) => ({
    ...counted,
    logs: [{ logger: 'l', severity: 'warn', body: f, on: 'begin' }],
  }),
  'when of a record': (f) => ({ ...counted, logs: [{ logger: 'l', severity: 'warn', body: 'b', when: f }] }),
  'attributes of a record': (f) => ({
    ...counted,
    logs: [{ logger: 'l', severity: 'warn', body: 'b', attributes: { f } }],
  }),
  parent: (f) => ({ ...counted, context: { parent: f } }),
  links: (f) => ({ ...counted, context: { links: f } }),
  'links of a late span': (f) => ({ ...counted, late: () => true, context: { links: f } }),
  'attributes of a late span': (f) => ({ ...counted, late: () => true, attributes: { a: f } }),
  inject: (f) => ({ ...counted, context: { inject: f } }),
  remember: (f) => ({ ...counted, context: { remember: f } }),
  sends: (f) => ({ ...counted, context: { sends: { args: f } } }),
  outcome: (f) => ({ ...counted, ending: { outcome: f } }),
  until: (f) => ({ ...counted, ending: { until: f } }),
  when: (f) => ({ ...counted, when: f }),
  pins: (f) => ({ ...counted, context: { pins: f } }),
  marks: (f) => ({ ...counted, context: { marks: f } }),
  begins: (f) => ({ ...counted, life: { gauges: [], begins: f } }),
  ends: (f) => ({ ...counted, life: { gauges: [], ends: f } }),
  during: (f) => ({ ...counted, life: { gauges: [], during: f } }),
} as const satisfies Readonly<Record<string, (f: never) => object>>;

type Word = keyof typeof rowsOf;

/** Asked before anything is known of the call: where they cannot be, nothing is. */
const decidesAll = ['when', 'pins', 'marks', 'ends', 'during'];

class Refused extends Error {}

describe('a function of a row that is hostile', function () {
  this.timeout(120_000);
  let telemetry: Telemetry;
  let count = 0;
  const error = sinon.stub();
  const rejected = sinon.stub();
  before(() => {
    telemetry = startTelemetry();
    const nothing = { record() {}, addCallback() {} };
    const createCounter = (name: string) => ({
      add() {
        if (name === 'calls') count += 1;
      },
    });
    const meter = { createCounter, createHistogram: () => nothing, createObservableGauge: () => nothing };
    metrics.setGlobalMeterProvider({ getMeter: () => meter } as never);
    const logger = { error, warn() {}, info() {}, debug() {}, verbose() {} };
    diag.setLogger(logger, { suppressOverrideMessage: true });
    process.on('unhandledRejection', rejected);
  });
  after(() => {
    process.off('unhandledRejection', rejected);
    diag.disable();
    telemetry.stop();
  });

  /** Calls that succeed and calls that fail, of each kind, in a woven call around them. */
  async function use(word: Word, f: Anything, times = 2): Promise<void> {
    count = 0;
    error.reset();
    class Thing {
      async go(given: unknown) {
        if (given instanceof Refused) throw given;
        return given;
      }
      at(given: unknown) {
        if (given instanceof Refused) throw given;
        return given;
      }
      async around(what: () => unknown) {
        return what();
      }
    }
    const around: Row = { span: 'around', result: { facts: ({ facts }) => String(facts.anything) } };
    const row = () => rowsOf[word](f as never) as unknown as Row;
    weaveClass(Thing, { methods: { go: row(), at: row(), around } }, testRuntime({ sink: () => {} }));
    const thing = new Thing();
    await thing.around(async () => {
      for (let i = 0; i < times; i++) {
        const [good, refused] = [{ i }, new Refused()];
        assert.equal(thing.at(good), good);
        assert.equal(await thing.go(good), good);
        assert.throws(
          () => thing.at(refused),
          (thrown) => thrown === refused,
        );
        await assert.rejects(thing.go(refused), (thrown) => thrown === refused);
      }
    });
    const told = error.args.map(([said]) => String(said));
    const rows = told.filter((said) => said.includes('switched off'));
    assert.ok(
      rows.every((said) => /Thing\.(go|at): switched off, its row failed/.test(said)),
      told.join('\n'),
    );
    assert.equal(new Set(rows).size, rows.length);
  }

  for (const word of Object.keys(rowsOf) as Word[]) {
    it(`costs the application nothing and one line at most, whatever it throws (${word})`, async () => {
      for (const thrown of Object.values(hostileThrows)) {
        await use(word, () => {
          throw thrown();
        });
        assert.ok(error.callCount >= (word === 'failure' || word.includes('late span') ? 0 : 1));
        if (!decidesAll.includes(word)) assert.ok(count > 0, 'the call is not counted');
      }
    });

    it(`costs the application nothing and one line at most, whatever it gives (${word})`, async () => {
      for (const [name, value] of Object.entries(hostileValues)) {
        // A list is what it is called with, and it is.
        if (word === 'sends' && name === 'an array with a hole') continue;
        await use(word, value, 1);
        if (!decidesAll.includes(word)) assert.ok(count > 0, `the call is not counted: ${name}`);
      }
    });
  }

  it('counts every call that fails, also where the span that is put off until then cannot be read', async () => {
    await use('links of a late span', () => {
      throw new Error('not today');
    });
    // Those that succeed have nothing to read.
    assert.deepEqual([count, error.callCount], [8, 0]);
  });

  it('lets no rejection of a promise end the process that its row waits for', async () => {
    await use('until', async () => {
      throw new Error('not today');
    });
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(rejected.callCount, 0);
  });
});
