// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { context, type MeterProvider, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { MeterProvider as SdkMeterProvider } from '@opentelemetry/sdk-metrics';
import sinon from 'sinon';
import { rows } from '../../src/weaving/aspect.js';
import { startTelemetry, type Telemetry, testRuntime, weaveClass } from '../../testkit/telemetry.js';

describe('the three gates', () => {
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

  it('let facts through to a call that is only measured or only logged', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const measure = sinon.stub();
    const log = sinon.stub();
    let logs = false;
    const runtime = testRuntime({ logs: () => logs });
    const Outer = class extends Repository {
      override async load() {
        return this.store.read();
      }
    };
    const Inner = class extends Store {
      override async read() {
        return super.read();
      }
    };
    weaveClass(
      Outer,
      { methods: { load: { span: 'load', measure: ({ facts }) => measure(facts), log: ({ facts }) => log(facts) } } },
      runtime,
    );
    weaveClass(Inner, { methods: rows<Store>({ read: { hands: ({ result }) => ({ n: result.length }) } }) }, runtime);
    const repository = new Outer(new Inner());
    await repository.load();
    assert.deepEqual([measure.callCount, log.callCount], [0, 0]);
    logs = true;
    await repository.load();
    assert.deepEqual(log.args, [[{ n: 2 }]]);
    logs = false;
    runtime.useMeterProvider(new SdkMeterProvider());
    await repository.load();
    assert.deepEqual(measure.args, [[{ n: 2 }]]);
    assert.equal(log.callCount, 1);
  });

  it('are all closed by a family that is off, but its facts still reach another family', async () => {
    telemetry = startTelemetry();
    const measure = sinon.stub();
    const log = sinon.stub();
    const off = testRuntime({ family: () => 'off', logs: () => true });
    off.useMeterProvider(new SdkMeterProvider());
    const Outer = class extends Repository {
      override async load() {
        return this.store.read();
      }
    };
    const Inner = class extends Store {
      override async read() {
        return super.read();
      }
    };
    weaveClass(Outer, { methods: { load: { span: 'load', result: { n: ({ facts }) => facts.n as number } } } });
    weaveClass(
      Inner,
      { methods: rows<Store>({ read: { span: 'read', measure, log, hands: ({ result }) => ({ n: result.length }) } }) },
      off,
    );
    await new Outer(new Inner()).load();
    assert.equal(telemetry.tree(), 'load');
    assert.equal(telemetry.spans()[0]?.attributes.n, 2);
    assert.deepEqual([measure.callCount, log.callCount], [0, 0]);
  });

  it('write a log record under the span of its own call', async () => {
    telemetry = startTelemetry();
    const seen: (string | undefined)[] = [];
    class Thing {
      async go() {}
      stop() {}
    }
    const log = () => void seen.push(trace.getActiveSpan()?.spanContext().spanId);
    weaveClass(
      Thing,
      { methods: { go: { span: 'go', log }, stop: { span: 'stop', log } } },
      testRuntime({ logs: () => true }),
    );
    await new Thing().go();
    new Thing().stop();
    assert.deepEqual(
      seen,
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
    weaveClass(Thing, { methods: { go: { span: 'go', measure() {} } } }, runtime);
    telemetry = startTelemetry();
    new Thing().go();
    runtime.useTracerProvider(hostile);
    runtime.useMeterProvider(Object.create(null) as MeterProvider);
    assert.equal(new Thing().go(), 'gone');
    assert.equal(telemetry.tree(), 'go');
  });
});
