// SPDX-License-Identifier: Apache-2.0
// What the application's own sampler, processors, propagator and context manager do is no fault of a row.
import assert from 'node:assert/strict';
import { context, diag, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import sinon from 'sinon';
import { rows } from '../../src/weaving/aspect.js';
import { recordingLogs } from '../../testkit/signals.js';
import { startTelemetry, type Telemetry, testRuntime, weaveClass } from '../../testkit/telemetry.js';

describe('an extension of the application that throws once', () => {
  let telemetry: Telemetry;
  const error = sinon.stub();
  let left = 0;
  const once = () => {
    if (left-- > 0) throw new Error('once');
  };
  beforeEach(() => {
    telemetry = startTelemetry();
    error.resetHistory();
    left = 1;
    diag.setLogger({ error, warn() {}, info() {}, debug() {}, verbose() {} });
  });
  afterEach(() => {
    telemetry.stop();
    diag.disable();
  });

  const makeStore = () =>
    class Store {
      async append(id: string) {
        return id;
      }
    };
  const append = { span: 'append', attributes: { id: 'x' } };

  for (const where of ['sampler', 'onStart', 'onEnd'] as const) {
    it(`costs one span and one line, not the row: ${where}`, async () => {
      const exporter = new InMemorySpanExporter();
      const extension = (name: string) => () => {
        if (name === where) once();
      };
      trace.disable();
      trace.setGlobalTracerProvider(
        new BasicTracerProvider({
          sampler: {
            shouldSample() {
              extension('sampler')();
              return { decision: 2 };
            },
            toString: () => 'all',
          },
          spanProcessors: [
            {
              onStart: extension('onStart'),
              onEnd: extension('onEnd'),
              forceFlush: async () => {},
              shutdown: async () => {},
            },
            new SimpleSpanProcessor(exporter),
          ],
        }),
      );
      const Store = makeStore();
      weaveClass(Store, { methods: { append } });
      for (let i = 0; i < 5; i++) assert.equal(await new Store().append(`${i}`), `${i}`);
      assert.ok(exporter.getFinishedSpans().length >= 4, `${exporter.getFinishedSpans().length} spans`);
      assert.equal(error.callCount, 1);
      assert.doesNotMatch(error.firstCall.args.join(' '), /switched off/);
    });
  }

  it('costs one message its trace context, not the row: propagator', async () => {
    propagation.disable();
    propagation.setGlobalPropagator(
      new (class extends W3CTraceContextPropagator {
        override inject(...all: Parameters<W3CTraceContextPropagator['inject']>) {
          once();
          super.inject(...all);
        }
      })(),
    );
    class Bus {
      publish() {
        return this.headers();
      }
      headers(): Record<string, string> {
        return {};
      }
    }
    weaveClass(Bus, {
      methods: rows<Bus>({
        publish: { span: 'publish' },
        headers: { context: { inject: ({ result }) => ({ carrier: result }) } },
      }),
    });
    const messages = Array.from({ length: 5 }, () => new Bus().publish());
    assert.equal(messages.filter(({ traceparent }) => traceparent !== undefined).length, 4);
    assert.equal(error.callCount, 1);
  });

  it('costs no row that pins trace context: the fields of the propagator', () => {
    propagation.disable();
    propagation.setGlobalPropagator(
      new (class extends W3CTraceContextPropagator {
        override fields() {
          once();
          return super.fields();
        }
      })(),
    );
    class Bus {
      send(headers: Record<string, string>) {
        headers.traceparent = 'of a driver';
        return headers.traceparent;
      }
    }
    weaveClass(Bus, { methods: rows<Bus>({ send: { context: { pins: ({ args }) => args[0] } } }) });
    const bus = new Bus();
    assert.equal(bus.send({ traceparent: 'ours' }), 'of a driver', 'that one is not pinned');
    assert.equal(bus.send({ traceparent: 'ours' }), 'ours');
    assert.equal(error.callCount, 0);
  });

  it('is not made worse by a diag logger that throws, and a provider that is none', async () => {
    error.throws(new Error('the logger, too'));
    const Store = makeStore();
    const runtime = testRuntime();
    weaveClass(Store, { methods: { append } }, runtime);
    runtime.providers.traces.use({
      getTracer() {
        throw new Error('no tracer');
      },
    });
    assert.equal(await new Store().append('1'), '1');
    runtime.providers.traces.use(null as never);
    assert.equal(await new Store().append('2'), '2');
    assert.equal(telemetry.tree(), 'append', 'the global provider holds again');
    error.reset();
  });

  it('costs nothing where there is another way: a context manager that cannot attach', () => {
    const manager = new AsyncLocalStorageContextManager();
    const attach = sinon.stub().throws(new Error('not here'));
    context.disable();
    context.setGlobalContextManager(Object.assign(manager, { attach, with: manager.with }));
    class Store {
      outer(): string {
        return this.inner();
      }
      inner(): string {
        return 'value';
      }
    }
    weaveClass(Store, { methods: { outer: { span: 'outer' }, inner: { span: 'inner' } } });
    assert.equal(new Store().outer(), 'value');
    assert.equal(telemetry.tree(), 'outer(inner)');
    assert.equal(attach.callCount, 1);
  });

  it('costs one measurement or record, not the row: meter and logger', () => {
    const Store = makeStore();
    const runtime = testRuntime();
    const record = sinon.spy();
    const counter = {
      add(value: number) {
        once();
        record(value);
      },
    };
    runtime.providers.metrics.use({ getMeter: () => ({ createCounter: () => counter }) } as never);
    const { provider, records } = recordingLogs();
    runtime.providers.logs.use(provider);
    weaveClass(
      Store,
      {
        methods: {
          append: {
            ...append,
            metrics: [{ instrument: { kind: 'counter', name: 'appends' } }],
            logs: [{ logger: 'tests', severity: 'info', body: 'appended' }],
          },
        },
      },
      runtime,
    );
    for (let i = 0; i < 5; i++) new Store().append(`${i}`);
    return new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      assert.deepEqual([record.callCount, records.length, error.callCount], [4, 5, 1]);
    });
  });
});

describe('an error with a huge text', () => {
  it('is cut on the span: message, status and stack', () => {
    const telemetry = startTelemetry();
    class Store {
      append() {
        throw new Error('x'.repeat(5_000_000));
      }
    }
    weaveClass(Store, { methods: { append: { span: 'append' } } });
    assert.throws(() => new Store().append());
    const [span] = telemetry.spans();
    telemetry.stop();
    const exception = span?.events[0]?.attributes ?? {};
    assert.equal(span?.status.message?.length, 4096);
    assert.equal(String(exception['exception.message']).length, 4096);
    assert.equal(String(exception['exception.stacktrace']).length, 16_384);
  });
});
