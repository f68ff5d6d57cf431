// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { context, type MeterProvider, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { MeterProvider as SdkMeterProvider } from '@opentelemetry/sdk-metrics';
import sinon from 'sinon';
import { type Call, type Row, rows } from '../../src/weaving/aspect.js';
import { recordingLogs } from '../../testkit/signals.js';
import { startTelemetry, type Telemetry, testRuntime, weaveClass } from '../../testkit/telemetry.js';

describe('the gates of the three signals', () => {
  let telemetry: Telemetry | undefined;
  afterEach(() => {
    telemetry?.stop();
    telemetry = undefined;
    context.disable();
  });

  class Repository {
    constructor(readonly store = new Store()) {}
    async load() {
      return this.store.read();
    }
  }
  class Store {
    async read() {
      await Promise.resolve();
      return ['a', 'b'];
    }
  }
  const classes = () => ({
    Outer: class extends Repository {
      override async load() {
        return this.store.read();
      }
    },
    Inner: class extends Store {
      override async read() {
        return super.read();
      }
    },
  });
  const instrument = { kind: 'counter', name: 'loads' } as const;
  /** A measurement and a record that only tell that they were asked for. */
  const told = (
    measure: sinon.SinonSpy,
    log: sinon.SinonSpy,
  ): Pick<Row<Call<unknown, unknown, unknown>>, 'metrics' | 'logs'> => ({
    metrics: [{ instrument, value: ({ facts }) => void measure(facts) }],
    logs: [{ logger: 'tests', severity: 'info', body: ({ facts }) => String(log(facts)) }],
  });

  it('let facts through to a call that is only measured or only logged', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const measure = sinon.spy();
    const log = sinon.spy();
    const { Outer, Inner } = classes();
    const runtime = testRuntime();
    weaveClass(Outer, { methods: { load: { span: 'load', ...told(measure, log) } } }, runtime);
    weaveClass(Inner, { methods: rows<Store>({ read: { hands: ({ result }) => ({ n: result.length }) } }) }, runtime);
    const repository = new Outer(new Inner());
    await repository.load();
    assert.deepEqual([measure.callCount, log.callCount], [0, 0]);
    runtime.providers.logs.use(recordingLogs().provider);
    await repository.load();
    assert.deepEqual(log.args, [[{ n: 2 }]]);
    runtime.providers.logs.use(undefined);
    runtime.providers.metrics.use(new SdkMeterProvider());
    await repository.load();
    assert.deepEqual(measure.args, [[{ n: 2 }]]);
    assert.equal(log.callCount, 1);
  });

  it('are all closed by a family that is off, but its facts still reach another family', async () => {
    telemetry = startTelemetry();
    const measure = sinon.spy();
    const log = sinon.spy();
    const off = testRuntime({ family: () => 'off' });
    off.providers.metrics.use(new SdkMeterProvider());
    off.providers.logs.use(recordingLogs().provider);
    const { Outer, Inner } = classes();
    weaveClass(Outer, { methods: { load: { span: 'load', result: { n: ({ facts }) => facts.n as number } } } });
    weaveClass(
      Inner,
      {
        methods: rows<Store>({
          read: { span: 'read', ...told(measure, log), hands: ({ result }) => ({ n: result.length }) },
        }),
      },
      off,
    );
    await new Outer(new Inner()).load();
    assert.equal(telemetry.tree(), 'load');
    assert.equal(telemetry.spans()[0]?.attributes.n, 2);
    assert.deepEqual([measure.callCount, log.callCount], [0, 0]);
  });

  it('are all closed for an aspect whose option is not on', () => {
    telemetry = startTelemetry();
    const options = new Set<string>();
    const runtime = testRuntime({ option: (name) => options.has(name) });
    const { provider, records } = recordingLogs();
    runtime.providers.logs.use(provider);
    class Thing {
      go() {}
    }
    const logs = [{ logger: 'tests', severity: 'info', body: 'gone' }] as const;
    weaveClass(Thing, { optIn: 'going', methods: { go: { span: 'go', logs } } }, runtime);
    new Thing().go();
    assert.deepEqual([telemetry.tree(), records.length], ['', 0]);
    options.add('going');
    new Thing().go();
    assert.deepEqual([telemetry.tree(), records.length], ['go', 1]);
  });

  it('write a log record under the span of its own call', async () => {
    telemetry = startTelemetry();
    const { provider, records } = recordingLogs();
    class Thing {
      async go() {}
      stop() {}
    }
    const runtime = testRuntime();
    runtime.providers.logs.use(provider);
    const logs = [{ logger: 'tests', severity: 'info', body: 'done' }] as const;
    weaveClass(Thing, { methods: { go: { span: 'go', logs }, stop: { span: 'stop', logs } } }, runtime);
    await new Thing().go();
    new Thing().stop();
    assert.deepEqual(
      records.map(({ context: active }) => active && trace.getSpanContext(active)?.spanId),
      telemetry.spans().map((span) => span.spanContext().spanId),
    );
  });

  it('are asked without harm: providers without a prototype, and one that throws', () => {
    const hostile = Object.assign(Object.create(null), {
      getTracer() {
        throw new Error('no tracer today');
      },
    });
    class Thing {
      go() {
        return 'gone';
      }
    }
    const runtime = testRuntime();
    weaveClass(Thing, { methods: { go: { span: 'go', metrics: [{ instrument }] } } }, runtime);
    telemetry = startTelemetry();
    new Thing().go();
    runtime.providers.traces.use(hostile);
    runtime.providers.metrics.use(Object.create(null) as MeterProvider);
    assert.equal(new Thing().go(), 'gone');
    assert.equal(telemetry.tree(), 'go');
  });
});
