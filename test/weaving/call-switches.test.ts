// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { context, diag, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { AlwaysOffSampler, ParentBasedSampler, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-base';
import sinon from 'sinon';
import { type Row, rows } from '../../src/weaving/aspect.js';
import { startTelemetry, type Telemetry, testRuntime, weaveClass } from '../../testkit/telemetry.js';

describe('a call of a woven method', () => {
  let telemetry: Telemetry;
  beforeEach(() => {
    telemetry = startTelemetry();
  });
  afterEach(() => {
    telemetry.stop();
    diag.disable();
    sinon.restore();
  });

  it('runs bare where the row says so, where the object says so, where its family is off, and where tracing is suppressed', () => {
    class Thing {
      constructor(readonly enableTracing = true) {}
      go(_work: boolean) {}
    }
    const modes: Record<string, 'auto' | 'on' | 'off'> = {};
    weaveClass(
      Thing,
      {
        tracing: (self: Thing) => self.enableTracing,
        methods: rows<Thing>({ go: { span: 'go', when: ({ args: [work] }) => work } }),
      },
      testRuntime({ family: (family) => modes[family] ?? 'auto' }),
    );
    new Thing().go(false);
    new Thing(false).go(true);
    context.with(suppressTracing(ROOT_CONTEXT), () => new Thing().go(true));
    modes.tests = 'off';
    new Thing().go(true);
    assert.equal(telemetry.spans().length, 0);
    modes.tests = 'on';
    new Thing(false).go(true);
    assert.equal(telemetry.spans().length, 1);
  });

  it('runs bare without a provider, and records from the first call after one is there', () => {
    class Thing {
      go() {
        return trace.getActiveSpan();
      }
    }
    telemetry.stop();
    weaveClass(Thing, { methods: { go: { span: 'go' } } });
    assert.equal(new Thing().go(), undefined);
    telemetry = startTelemetry();
    new Thing().go();
    assert.equal(telemetry.tree(), 'go');
    telemetry.stop();
    assert.equal(new Thing().go(), undefined);
    telemetry = startTelemetry();
    new Thing().go();
    assert.equal(telemetry.tree(), 'go');
  });

  it('is switched by a flag', () => {
    class Thing {
      go() {}
    }
    const runtime = testRuntime();
    weaveClass(Thing, { methods: { go: { span: 'go' } } }, runtime);
    runtime.providers.enabled = false;
    new Thing().go();
    assert.equal(telemetry.spans().length, 0);
    runtime.providers.enabled = true;
    new Thing().go();
    assert.equal(telemetry.spans().length, 1);
  });

  it('opens a new span when it is re-entered, none for a super call', async () => {
    class Base {
      async save(depth: number): Promise<void> {
        if (depth > 0) await this.save(depth - 1);
      }
    }
    class Derived extends Base {
      override async save(depth: number): Promise<void> {
        await Promise.resolve();
        await super.save(depth);
      }
    }
    const runtime = testRuntime();
    weaveClass(Base, { methods: { save: { span: 'base' } } }, runtime);
    weaveClass(Derived, { methods: { save: { span: 'derived' } } }, runtime);
    await new Base().save(1);
    assert.equal(telemetry.tree(), 'base(base)');
    telemetry.reset();
    await new Derived().save(1);
    assert.equal(telemetry.tree(), 'derived(derived)');
  });

  it('opens one span when only the base class is woven and an override calls super', async () => {
    class Base {
      async save(): Promise<string> {
        return 'saved';
      }
    }
    class Derived extends Base {
      override async save(): Promise<string> {
        return super.save();
      }
    }
    weaveClass(Base, { methods: { save: { span: 'save' } } });
    assert.equal(await new Derived().save(), 'saved');
    assert.equal(telemetry.tree(), 'save');
  });

  it('switches a row off with one diag error when it throws, and the application notices nothing', async () => {
    const error = sinon.stub();
    diag.setLogger({ error, warn() {}, info() {}, debug() {}, verbose() {} });
    const fault = () => {
      throw new Error('bad row');
    };
    const faulty: Row[] = [
      { span: 'x', when: fault },
      { span: fault },
      { span: 'x', kind: fault },
      { span: 'x', attributes: { a: fault } },
      { span: 'x', context: { parent: fault } },
      { span: 'x', context: { links: fault } },
      { span: 'x', result: { a: fault } },
      { span: 'x', settled: { a: fault } },
      { span: 'x', ending: { outcome: fault } },
      { span: 'x', ending: { until: fault } },
      { span: 'x', hands: fault },
      { span: 'x', context: { inject: fault } },
      { span: 'x', context: { remember: fault } },
    ];
    // Facts are asked for only where an enclosing call listens.
    class Caller {
      call(thing: { go(): Promise<string> }) {
        return thing.go();
      }
    }
    weaveClass(Caller, { methods: { call: { span: 'call' } } });
    for (const row of faulty) {
      class Thing {
        async go() {
          return 'done';
        }
      }
      weaveClass(Thing, { methods: { go: row } });
      error.resetHistory();
      assert.equal(await new Caller().call(new Thing()), 'done');
      assert.equal(await new Caller().call(new Thing()), 'done');
      assert.equal(error.callCount, 1, Object.keys(row).join());
      assert.match(error.firstCall.args.join(' '), /Thing\.go: switched off/);
    }
  });

  it('inherits an unsampled decision, sets no attribute then, and gives back the very promise of the original', async () => {
    telemetry.stop();
    telemetry = startTelemetry({ sampler: new ParentBasedSampler({ root: new AlwaysOffSampler() }) });
    const promise = Promise.resolve(1);
    const read = sinon.stub();
    class Outer {
      go() {
        return new Inner().go();
      }
    }
    class Inner {
      go() {
        return promise;
      }
    }
    weaveClass(Outer, { methods: { go: { span: 'outer', attributes: { a: read } } } });
    weaveClass(Inner, { methods: { go: { span: 'inner', attributes: { a: read } } } });
    assert.equal(new Outer().go(), promise);
    assert.equal(read.callCount, 0);
    assert.equal(telemetry.spans().length, 0);
  });

  it('samples whole traces, never half of one', async () => {
    telemetry.stop();
    telemetry = startTelemetry({ sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.5) }) });
    class Outer {
      async go() {
        await new Inner().go();
      }
    }
    class Inner {
      async go() {}
    }
    weaveClass(Outer, { methods: { go: { span: 'outer' } } });
    weaveClass(Inner, { methods: { go: { span: 'inner' } } });
    for (let i = 0; i < 200; i++) await new Outer().go();
    const count = (name: string) => telemetry.spans().filter((span) => span.name === name).length;
    assert.equal(count('outer'), count('inner'));
    assert.ok(count('outer') > 50 && count('outer') < 150);
  });
});
