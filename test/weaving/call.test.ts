// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { context, diag, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { AlwaysOffSampler, ParentBasedSampler, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-base';
import sinon from 'sinon';
import { type Row, rows } from '../../src/weaving/aspect.js';
import { startTelemetry, type Telemetry, testRuntime, weaveClass } from '../../testkit/telemetry.js';

describe('a woven call', () => {
  let telemetry: Telemetry;
  beforeEach(() => {
    telemetry = startTelemetry();
  });
  afterEach(() => {
    telemetry.stop();
    diag.disable();
    sinon.restore();
  });

  it('is one span with name, kind, constant, argument, result and settled attributes', async () => {
    class Store {
      readonly kind = 'memory';
      async append(id: string, count: number) {
        await Promise.resolve();
        return { id, version: count };
      }
    }
    weaveClass(Store, {
      methods: rows<Store>({
        append: {
          span: 'store.append',
          kind: SpanKind.PRODUCER,
          sampling: { 'db.system': 'x' },
          attributes: { kind: ({ self }) => self.kind, id: ({ args: [id] }) => id, fixed: 7 },
          result: { version: ({ result }) => result.version },
          failure: { never: true },
          settled: { ok: ({ failed }) => !failed },
        },
      }),
    });
    assert.deepEqual(await new Store().append('a', 3), { id: 'a', version: 3 });
    const [span] = telemetry.spans();
    assert.equal(span?.name, 'store.append');
    assert.equal(span.kind, SpanKind.PRODUCER);
    assert.deepEqual(span.attributes, { 'db.system': 'x', kind: 'memory', id: 'a', fixed: 7, version: 3, ok: true });
    assert.equal(span.status.code, SpanStatusCode.UNSET);
    assert.deepEqual(span.instrumentationScope.name, 'test');
  });

  it('computes name and kind per call', () => {
    class Bus {
      publish(topic: string) {
        return topic;
      }
    }
    weaveClass(Bus, {
      methods: rows<Bus>({
        publish: {
          span: ({ args: [topic] }) => `publish ${topic}`,
          kind: ({ args: [topic] }) => (topic === 'in' ? SpanKind.CONSUMER : SpanKind.PRODUCER),
        },
      }),
    });
    new Bus().publish('in');
    new Bus().publish('out');
    assert.deepEqual(
      telemetry.spans().map(({ name, kind }) => [name, kind]),
      [
        ['publish in', SpanKind.CONSUMER],
        ['publish out', SpanKind.PRODUCER],
      ],
    );
  });

  it('leaves out null, undefined and empty values, and writes integers that a double cannot hold as text', () => {
    class Thing {
      go() {}
    }
    weaveClass(Thing, {
      methods: {
        go: {
          span: 'go',
          attributes: {
            none: () => undefined,
            nothing: () => null,
            empty: () => '',
            list: () => [],
            zero: () => 0,
            no: () => false,
            big: () => 2 ** 60,
            bigint: () => 9007199254740993n,
            small: () => 5n,
            half: () => 0.5,
          },
        },
      },
    });
    new Thing().go();
    assert.deepEqual(telemetry.spans()[0]?.attributes, {
      zero: 0,
      no: false,
      big: String(2 ** 60),
      bigint: '9007199254740993',
      small: 5,
      half: 0.5,
    });
  });

  it('records a failure once: status, one exception event, the class name', async () => {
    class OutOfStock extends Error {
      readonly code = 'E_STOCK';
    }
    class Shop {
      async order(): Promise<void> {
        throw new OutOfStock('no tea');
      }
    }
    weaveClass(Shop, { methods: { order: { span: 'order', failure: { lost: true }, result: { won: true } } } });
    await assert.rejects(new Shop().order(), OutOfStock);
    const [span] = telemetry.spans();
    assert.deepEqual(span?.status, { code: SpanStatusCode.ERROR, message: 'no tea' });
    assert.deepEqual(span.attributes, { 'error.class': 'OutOfStock', lost: true });
    assert.equal(span.events.length, 1);
    assert.equal(span.events[0]?.attributes?.['exception.type'], 'OutOfStock');
    assert.match(String(span.events[0]?.attributes?.['exception.stacktrace']), /no tea/);
  });

  it('survives whatever is thrown', async () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const hostile = {
      get message(): string {
        throw new Error('hands off');
      },
    };
    class Thrower {
      async raise(value: unknown): Promise<void> {
        throw value;
      }
    }
    weaveClass(Thrower, { methods: { raise: { span: 'raise' } } });
    for (const value of [undefined, null, 0, 'text', Symbol('s'), proxy, hostile, Object.create(null)]) {
      let caught: unknown = 'nothing';
      await new Thrower().raise(value).catch((error: unknown) => {
        caught = error;
      });
      assert.ok(Object.is(caught, value));
    }
    assert.equal(telemetry.spans().length, 8);
    assert.ok(telemetry.spans().every((span) => span.status.code === SpanStatusCode.ERROR && span.events.length === 1));
  });

  it('takes a failure out of the outcome of a call that does not throw', async () => {
    class Bus {
      async handle(fail: boolean) {
        return fail ? { success: false, error: new RangeError('far') } : { success: true };
      }
    }
    weaveClass(Bus, {
      methods: rows<Bus>({
        handle: {
          span: 'handle',
          outcome: ({ result }) => (result.success ? undefined : result),
          settled: { success: ({ failed }) => !failed },
        },
      }),
    });
    assert.equal((await new Bus().handle(true)).success, false);
    await new Bus().handle(false);
    const [bad, good] = telemetry.spans();
    assert.deepEqual(bad?.attributes, { 'error.class': 'RangeError', success: false });
    assert.equal(bad.events.length, 1);
    assert.deepEqual([good?.status.code, good?.attributes], [SpanStatusCode.UNSET, { success: true }]);
  });

  it('defers the end of its span until the delivery settles', async () => {
    class Bus {
      deliver = withResolvers();
      async publish() {
        return { delivery: this.deliver.promise as Promise<{ error: Error } | undefined> };
      }
    }
    weaveClass(Bus, { methods: rows<Bus>({ publish: { span: 'publish', until: ({ result }) => result.delivery } }) });
    const bus = new Bus();
    await bus.publish();
    assert.equal(telemetry.spans().length, 0);
    bus.deliver.resolve({ error: new TypeError('lost') });
    await bus.deliver.promise;
    assert.deepEqual(telemetry.spans()[0]?.attributes, { 'error.class': 'TypeError' });
  });

  it('is the parent of what happens below it, however deep and however asynchronous', async () => {
    class Outer {
      constructor(readonly inner: Inner) {}
      async run() {
        await new Promise((resolve) => setTimeout(resolve, 1));
        await Promise.all([this.inner.step(1), this.inner.step(2)]);
      }
    }
    class Inner {
      async step(n: number) {
        await new Promise((resolve) => setImmediate(resolve));
        trace.getTracer('app').startActiveSpan(`app ${n}`, (span) => span.end());
      }
    }
    weaveClass(Outer, { methods: { run: { span: 'run' } } });
    weaveClass(Inner, { methods: rows<Inner>({ step: { span: ({ args: [n] }) => `step ${n}` } }) });
    await new Outer(new Inner()).run();
    assert.equal(telemetry.tree(), 'run(step 1(app 1) step 2(app 2))');
  });

  it('keeps baggage and foreign context values readable inside', () => {
    class Thing {
      look() {
        return propagation.getActiveBaggage()?.getEntry('k')?.value;
      }
    }
    weaveClass(Thing, { methods: { look: { span: 'look' } } });
    const bag = propagation.createBaggage({ k: { value: 'v' } });
    assert.equal(
      context.with(propagation.setBaggage(ROOT_CONTEXT, bag), () => new Thing().look()),
      'v',
    );
  });

  it('hands facts to the enclosing call, also from an object whose own tracing is off', async () => {
    class Repository {
      constructor(readonly store: Store) {}
      async load() {
        return this.store.read();
      }
    }
    class Store {
      constructor(readonly enableTracing: boolean) {}
      async read() {
        return ['a', 'b'];
      }
    }
    weaveClass(Repository, { methods: { load: { span: 'load', result: { n: ({ facts }) => facts.n as number } } } });
    weaveClass(Store, {
      tracing: (self: Store) => self.enableTracing,
      methods: rows<Store>({ read: { span: 'read', hands: ({ result }) => ({ n: result.length }) } }),
    });
    await new Repository(new Store(false)).load();
    assert.equal(telemetry.tree(), 'load');
    assert.equal(telemetry.spans()[0]?.attributes.n, 2);
    await new Repository(new Store(true)).load();
    assert.equal(telemetry.tree(), 'load load(read)');
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
    runtime.enabled = false;
    new Thing().go();
    assert.equal(telemetry.spans().length, 0);
    runtime.enabled = true;
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

  it('injects into the carrier that a call built, under the enclosing span, and extracts on the other side', () => {
    class Publisher {
      publish() {
        return this.headers();
      }
      headers(): Record<string, string> {
        return { mine: 'kept' };
      }
    }
    class Consumer {
      consume(_headers: Record<string, string>) {}
    }
    weaveClass(Publisher, {
      methods: rows<Publisher>({
        publish: { span: 'publish' },
        headers: { inject: ({ result }) => ({ carrier: result }) },
      }),
    });
    weaveClass(Consumer, {
      methods: rows<Consumer>({ consume: { span: 'consume', parent: ({ args: [carrier] }) => ({ carrier }) } }),
    });
    const headers = new Publisher().publish();
    assert.equal(headers.mine, 'kept');
    trace.getTracer('app').startActiveSpan('poll loop', (span) => {
      new Consumer().consume(headers);
      span.end();
    });
    assert.equal(telemetry.tree(), 'publish(consume) poll loop');
  });

  it('injects nothing for an object whose tracing is off', () => {
    class Publisher {
      readonly enableTracing = false;
      headers(): Record<string, string> {
        return {};
      }
    }
    weaveClass(Publisher, {
      tracing: (self: Publisher) => self.enableTracing,
      methods: rows<Publisher>({ headers: { inject: ({ result }) => ({ carrier: result }) } }),
    });
    trace.getTracer('app').startActiveSpan('app', (span) => {
      assert.deepEqual(new Publisher().headers(), {});
      span.end();
    });
  });

  it('links to, or continues, a context that an earlier join point remembered', () => {
    class Queue {
      buffer(event: object) {
        return { event };
      }
      drain(_entry: object) {}
      resume(_entry: object) {}
    }
    weaveClass(Queue, {
      methods: rows<Queue>({
        buffer: { remember: ({ result }) => result },
        drain: { span: 'drain', links: ({ args: [entry] }) => [{ remembered: entry }] },
        resume: { span: 'resume', parent: ({ args: [entry] }) => ({ remembered: entry }) },
      }),
    });
    const queue = new Queue();
    const entry = trace.getTracer('app').startActiveSpan('arrival', (span) => {
      const buffered = queue.buffer({});
      span.end();
      return buffered;
    });
    queue.drain(entry);
    queue.resume(entry);
    queue.drain({});
    const [arrival, drain, resume, unknown] = telemetry.spans();
    assert.equal(drain?.links[0]?.context.spanId, arrival?.spanContext().spanId);
    assert.equal(drain?.parentSpanContext, undefined);
    assert.equal(resume?.parentSpanContext?.spanId, arrival?.spanContext().spanId);
    assert.equal(unknown?.links.length, 0);
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
      { span: 'x', parent: fault },
      { span: 'x', links: fault },
      { span: 'x', result: { a: fault } },
      { span: 'x', settled: { a: fault } },
      { span: 'x', outcome: fault },
      { span: 'x', until: fault },
      { span: 'x', hands: fault },
      { span: 'x', inject: fault },
      { span: 'x', remember: fault },
    ];
    for (const row of faulty) {
      class Thing {
        async go() {
          return 'done';
        }
      }
      weaveClass(Thing, { methods: { go: row } });
      error.resetHistory();
      assert.equal(await new Thing().go(), 'done');
      assert.equal(await new Thing().go(), 'done');
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

function withResolvers() {
  let resolve!: (value: unknown) => void;
  const promise = new Promise((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
