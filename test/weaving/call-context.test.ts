// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { context, diag, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import sinon from 'sinon';
import { rows } from '../../src/weaving/aspect.js';
import { startTelemetry, type Telemetry, weaveClass } from '../../testkit/telemetry.js';

describe('the context of a woven call', () => {
  let telemetry: Telemetry;
  beforeEach(() => {
    telemetry = startTelemetry();
  });
  afterEach(() => {
    telemetry.stop();
    diag.disable();
    sinon.restore();
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
        headers: { context: { inject: ({ result }) => ({ carrier: result }) } },
      }),
    });
    weaveClass(Consumer, {
      methods: rows<Consumer>({
        consume: { span: 'consume', context: { parent: ({ args: [carrier] }) => ({ carrier }) } },
      }),
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
      methods: rows<Publisher>({ headers: { context: { inject: ({ result }) => ({ carrier: result }) } } }),
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
        buffer: { context: { remember: ({ result }) => result } },
        drain: { span: 'drain', context: { links: ({ args: [entry] }) => [{ remembered: entry }] } },
        resume: { span: 'resume', context: { parent: ({ args: [entry] }) => ({ remembered: entry }) } },
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
});
