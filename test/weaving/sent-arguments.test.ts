// SPDX-License-Identifier: Apache-2.0
// Trace context that travels in copies of what a call is given: the library below sees it, the caller and the row do not.
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { context, diag, propagation, trace } from '@opentelemetry/api';
import { suppressTracing, W3CTraceContextPropagator } from '@opentelemetry/core';
import { AlwaysOffSampler, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import fc from 'fast-check';
import sinon from 'sinon';
import { type Row, type Rows, rows } from '../../src/weaving/aspect.js';
import type { Fields } from '../../src/weaving/origins.js';
import { startTelemetry, type Telemetry, testRuntime, weaveClass, weaveExported } from '../../testkit/telemetry.js';

type Note = Readonly<Record<string, unknown>>;

/** Gives back the very arguments that it was called with. */
const makeStore = () =>
  class Store {
    append(...notes: Note[]): readonly Note[] {
      return notes;
    }
  };

const sends = {
  args: ({ args }: { readonly args: readonly Note[] }, fields: Fields) =>
    Array.from(args, (note) => ({ ...fields, ...note })),
};

const noCalls: Row = { span: 'append' };

describe('trace context in copies of arguments', () => {
  let telemetry: Telemetry;
  beforeEach(() => {
    telemetry = startTelemetry();
  });
  afterEach(() => {
    telemetry.stop();
    diag.disable();
    sinon.restore();
  });

  function storeWith(row: Row, runtime = testRuntime()) {
    const Store = makeStore();
    weaveClass(Store, { methods: { append: row } }, runtime);
    return new Store();
  }

  const appending = { ...noCalls, context: { sends } } as Row;

  it('is that of the span of the call, and the objects of the caller stay as they are', () => {
    const note = Object.freeze({ text: 'hello' });
    const [sent] = storeWith(appending).append(note);
    assert.deepEqual(sent, { text: 'hello', traceparent: traceparentOf(telemetry.spans()[0]) });
    assert.deepEqual(note, { text: 'hello' });
  });

  it('says so where the span is not sampled, and the row sees the arguments all the same', () => {
    telemetry.stop();
    telemetry = startTelemetry({ sampler: new AlwaysOffSampler() });
    const [sent] = storeWith(appending).append({ text: 'hello' });
    assert.equal(sent?.text, 'hello');
    assert.match(String(sent.traceparent), /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    assert.deepEqual(telemetry.spans(), []);
  });

  it('is that of the active span for a row without one, and nothing where there is none', () => {
    const store = storeWith({ context: { sends } } as Row);
    const [inside] = trace.getTracer('test').startActiveSpan('request', (span) => {
      const sent = store.append({});
      span.end();
      return sent;
    });
    assert.deepEqual(inside, { traceparent: traceparentOf(telemetry.spans()[0]) });
    const note = {};
    assert.equal(store.append(note)[0], note);
  });

  it('is in what a call is given that ends with a callback, or was torn off its object', () => {
    class Queue {
      send = (note: Note, done: (error: unknown, sent: Note) => void) => done(null, note);
    }
    const heads = {
      args: ({ args: [note, ...others] }: { readonly args: readonly [Note, ...unknown[]] }, fields: Fields) => [
        { ...fields, ...note },
        ...others,
      ],
    };
    const exports = { Queue };
    const fields = {
      send: { span: 'send', ending: { callback: 'first' }, context: { sends: heads } },
    } as unknown as Rows;
    weaveExported(testRuntime(), [{ target: 'Queue', family: 'f', fields }], exports);
    const { send } = new exports.Queue();
    send({}, (_error, sent) => assert.match(String(sent.traceparent), /^00-/));
    assert.equal(telemetry.spans().length, 1);
  });

  for (const sampler of [undefined, new AlwaysOffSampler()]) {
    it(`is in what a call is given that gives a readable stream: ${sampler ?? 'sampled'}`, async () => {
      telemetry.stop();
      telemetry = startTelemetry(sampler === undefined ? {} : { sampler });
      class Reader {
        read(note: Note): Readable {
          return Readable.from([note]);
        }
      }
      weaveClass(Reader, { methods: { read: { ...appending, gives: 'stream' } } });
      const [sent] = await new Reader().read({}).toArray();
      assert.match(String(sent.traceparent), sampler === undefined ? /-01$/ : /-00$/);
      assert.equal(telemetry.spans().length, sampler === undefined ? 1 : 0);
    });
  }

  it('is seen by no other word of the row: attributes, results and outcome are read from the arguments of the caller', () => {
    const seen: unknown[] = [];
    const note = {};
    const look = ({ args }: { readonly args: readonly unknown[] }) => {
      seen.push(args[0]);
      return undefined;
    };
    storeWith({
      ...appending,
      attributes: { first: look },
      result: { last: look },
      settled: { always: look },
      ending: { outcome: look },
    } as Row).append(note);
    assert.deepEqual([seen.length, seen.every((each) => each === note)], [4, true]);
  });

  it('is not there while nobody traces: the arguments are the very ones of the caller', () => {
    const args = sinon.spy(sends.args);
    const store = storeWith({ ...noCalls, context: { sends: { args } } } as Row);
    const note = {};
    const isBare = () => assert.equal(store.append(note)[0], note);
    context.with(suppressTracing(context.active()), isBare);
    propagation.disable();
    isBare();
    telemetry.stop();
    isBare();
    sinon.assert.notCalled(args);
  });

  it('is not there where its option is off, which is asked at each call', () => {
    let isOn = false;
    const runtime = testRuntime({ option: (name) => name === 'persist' && isOn });
    const row = { ...noCalls, context: { sends: { ...sends, optIn: 'persist' } } } as Row;
    const store = storeWith(row, runtime);
    assert.deepEqual(store.append({}), [{}]);
    isOn = true;
    assert.equal(store.append({})[0]?.traceparent, traceparentOf(telemetry.spans()[1]));
    const other = storeWith({ ...noCalls, context: { sends: { ...sends, optIn: 'other' } } } as Row, runtime);
    assert.deepEqual(other.append({}), [{}]);
  });

  it('is not there twice: a call of super sends on what it was given', () => {
    const Store = makeStore();
    class Mine extends Store {
      override append(...notes: Note[]) {
        return super.append(...notes);
      }
    }
    const runtime = testRuntime();
    const count = sinon.spy(sends.args);
    for (const target of [Store, Mine]) {
      weaveClass(target, { methods: { append: { ...noCalls, context: { sends: { args: count } } } as Row } }, runtime);
    }
    new Mine().append({});
    sinon.assert.calledOnce(count);
  });

  for (const [what, given] of [
    ['nothing', undefined],
    ['null', null],
    ['no list', { length: 1, 0: 'x' }],
    ['a text', 'arguments'],
  ] as const) {
    it(`is not there where the row gives ${what}`, () => {
      const note = {};
      const store = storeWith({ ...noCalls, context: { sends: { args: () => given } } } as unknown as Row);
      assert.deepEqual(store.append(note), [note]);
      assert.equal(store.append(note)[0], note);
    });
  }

  for (const sampler of [undefined, new AlwaysOffSampler()]) {
    it(`costs a row that fails over it one line, and the call nothing: ${sampler ?? 'sampled'}`, () => {
      telemetry.stop();
      telemetry = startTelemetry(sampler === undefined ? {} : { sampler });
      const error = captureErrors();
      const row = {
        ...noCalls,
        context: {
          sends: {
            args() {
              throw new Error('no copies');
            },
          },
        },
      } as unknown as Row;
      const store = storeWith(row);
      const note = {};
      for (let i = 0; i < 3; i++) assert.equal(store.append(note)[0], note);
      assert.equal(error.callCount, 1);
      assert.match(error.firstCall.args.join(' '), /Store\.append: switched off/);
      assert.equal(telemetry.spans().length, sampler === undefined ? 1 : 0);
    });
  }

  it('costs one careless call nothing but its context: what cannot be copied, and fails, is no fault of the row', () => {
    const error = captureErrors();
    class Strict {
      append(note: Note) {
        return Object.keys(note);
      }
    }
    const copying = {
      args: ({ args: [note] }: { readonly args: readonly [Note] }, fields: Fields) => [
        { keys: Object.keys(note), ...fields },
      ],
    };
    weaveClass(Strict, { methods: rows<Strict>({ append: { span: 'append', context: { sends: copying } } }) });
    assert.throws(() => new Strict().append(null as unknown as Note), TypeError);
    assert.ok(new Strict().append({}).includes('traceparent'));
    assert.equal(error.callCount, 0);
  });

  it('costs a propagator that fails one line, and the call nothing', () => {
    const error = captureErrors();
    propagation.disable();
    propagation.setGlobalPropagator(
      new (class extends W3CTraceContextPropagator {
        override inject(): void {
          throw new Error('no propagation');
        }
      })(),
    );
    const store = storeWith(appending);
    const note = {};
    for (let i = 0; i < 3; i++) assert.equal(store.append(note)[0], note);
    assert.deepEqual([error.callCount, telemetry.spans().length], [1, 3]);
  });

  it('changes nothing of what the call sees, gives and throws but the fields, whatever it is given', () => {
    const notes = fc.array(fc.dictionary(fc.string(), fc.anything()).map((note) => Object.freeze(note)));
    fc.assert(
      fc.property(notes, fc.boolean(), (given, throws) => {
        const run = (row: Row | undefined) => {
          class Store {
            append(...all: Note[]) {
              const seen = all.map(({ traceparent: _, ...note }) => note);
              if (throws) throw seen;
              return seen;
            }
          }
          if (row !== undefined) weaveClass(Store, { methods: { append: row } });
          try {
            return { given: new Store().append(...given) };
          } catch (thrown) {
            return { thrown };
          }
        };
        assert.deepEqual(run(appending), run(undefined));
      }),
    );
  });
});

function traceparentOf(span: ReadableSpan | undefined): string {
  const { traceId = '', spanId = '' } = span?.spanContext() ?? {};
  return `00-${traceId}-${spanId}-01`;
}

function captureErrors(): sinon.SinonSpy {
  const error = sinon.spy();
  diag.setLogger({ error, warn() {}, info() {}, debug() {}, verbose() {} });
  return error;
}
