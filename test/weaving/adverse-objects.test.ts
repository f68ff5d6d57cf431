// SPDX-License-Identifier: Apache-2.0
// Objects that answer questions badly: nothing of it may reach the application, and no span may stay open.
import assert from 'node:assert/strict';
import { context, diag, trace } from '@opentelemetry/api';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import sinon from 'sinon';
import { rows } from '../../src/weaving/aspect.js';
import { startTelemetry, type Telemetry, testRuntime, weaveClass, weaveExported } from '../../testkit/telemetry.js';

describe('adverse objects harm neither the application nor its telemetry', () => {
  let telemetry: Telemetry;
  const error = sinon.stub();
  beforeEach(() => {
    telemetry = startTelemetry();
    error.resetHistory();
    diag.setLogger({ error, warn() {}, info() {}, debug() {}, verbose() {} });
  });
  afterEach(() => {
    telemetry.stop();
    diag.disable();
  });

  const revoked = () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  };
  const trap = () => {
    throw new Error('trap');
  };
  const hostile = () =>
    new Proxy(
      {},
      { get: trap, getPrototypeOf: trap, ownKeys: trap, getOwnPropertyDescriptor: trap, isExtensible: trap },
    );

  it('as results of any call, of factories and of iterating calls', async () => {
    class Thing {
      give(value: unknown): unknown {
        return value;
      }
      make(value: unknown): unknown {
        return value;
      }
      async open(value: unknown): Promise<unknown> {
        return { value };
      }
      iterate(value: unknown): unknown {
        return value;
      }
    }
    weaveClass(Thing, {
      methods: {
        give: { span: 'give' },
        make: { reaches: { result: { append: { span: 'append' } } } },
        iterate: { span: 'iterate', gives: 'iterator' },
      },
    });
    const thing = new Thing();
    const bare = Object.assign(Object.create(null), { append: () => 'appended', next: () => ({ done: true }) });
    const frozen = Object.freeze({ append: () => 'appended', next: () => ({ done: true }) });
    const stuck = Object.defineProperty({}, 'next', { value: () => ({ done: true }) });
    for (const value of [revoked(), hostile(), bare, frozen, stuck, null, undefined, 0, 'text']) {
      assert.ok(Object.is(thing.give(value), value));
      assert.ok(Object.is(thing.make(value), value));
      assert.ok(Object.is(thing.iterate(value), value));
    }
    assert.equal(bare.append(), 'appended');
    assert.equal(error.callCount, 0);
  });

  it('as items of an iterator', async () => {
    const items = (value: unknown) => ({ next: () => value });
    class Source {
      read(value: unknown) {
        return items(value) as Iterator<unknown>;
      }
    }
    weaveClass(Source, { methods: { read: { span: 'read', gives: 'iterator' } } });
    for (const value of [revoked(), hostile(), null, 1]) {
      assert.ok(Object.is(new Source().read(value).next(), value));
    }
    const reads: string[] = [];
    const lazy = {
      get done() {
        reads.push('done');
        return false;
      },
      get value() {
        reads.push('value');
        return 1;
      },
    };
    assert.equal(new Source().read(lazy).next(), lazy);
    assert.deepEqual(
      reads.filter((key) => key === 'value'),
      [],
    );
    assert.equal(error.callCount, 0);
  });

  it('as thenables whose `then` throws: given back, the span ended', () => {
    class Thing {
      go(value: unknown): unknown {
        return value;
      }
    }
    weaveClass(Thing, { methods: { go: { span: 'go', gives: 'thenable' } } });
    // biome-ignore lint/suspicious/noThenProperty: that is the point
    const calling = { then: trap };
    const reading = Object.defineProperty({}, 'then', { get: trap });
    for (const value of [calling, reading, hostile()]) assert.ok(Object.is(new Thing().go(value), value));
    assert.equal(telemetry.spans().length, 3);
  });

  it('as thenables that may be lazy: no extractor takes them for the result', () => {
    class Lazy extends Promise<string> {}
    class Thing {
      go(value: unknown): unknown {
        return value;
      }
    }
    const extract = sinon.stub();
    weaveClass(Thing, {
      methods: { go: { span: 'go', result: { a: extract }, hands: extract, ending: { outcome: extract } } },
    });
    const lazy = Lazy.resolve('x');
    assert.equal(new Thing().go(lazy), lazy);
    assert.equal(extract.callCount, 0);
    assert.equal(telemetry.tree(), 'go');
  });

  it('as promises with properties of their own: given back with them', async () => {
    class Client {
      request() {
        return Object.assign(Promise.resolve(1), { cancel: () => 'cancelled' });
      }
    }
    weaveClass(Client, { methods: { request: { span: 'request' } } });
    const request = new Client().request();
    assert.equal(request.cancel(), 'cancelled');
    assert.equal(await request, 1);
    assert.equal(telemetry.tree(), 'request');
  });

  it('as thenables that settle twice: measured once', async () => {
    const measure = sinon.stub();
    class Thing {
      go() {
        return {
          // biome-ignore lint/suspicious/noThenProperty: that is the point
          then(ok: (value: number) => void, fail: (e: Error) => void) {
            ok(1);
            ok(2);
            fail(new Error());
          },
        };
      }
    }
    const runtime = testRuntime();
    runtime.providers.metrics.use(new MeterProvider());
    weaveClass(
      Thing,
      {
        methods: {
          go: {
            span: 'go',
            gives: 'thenable',
            metrics: [{ instrument: { kind: 'counter', name: 'calls' }, value: measure }],
          },
        },
      },
      runtime,
    );
    new Thing().go();
    assert.equal(measure.callCount, 1);
    assert.equal(telemetry.spans()[0]?.events.length, 0);
  });

  it('as carriers that are frozen', () => {
    class Bus {
      send(headers: object) {
        return headers;
      }
    }
    weaveClass(Bus, {
      methods: rows<Bus>({ send: { span: 'send', context: { pins: ({ args: [headers] }) => headers } } }),
    });
    const headers = Object.freeze({ traceparent: 'x' });
    assert.equal(new Bus().send(headers), headers);
    assert.equal(telemetry.tree(), 'send');
    assert.equal(error.callCount, 0);
  });

  it('as handlers', () => {
    const fn = new Proxy(() => 'called', { ownKeys: trap, getOwnPropertyDescriptor: trap });
    class Bus {
      pass(handler: () => string) {
        return handler();
      }
    }
    weaveClass(Bus, { methods: { pass: { reaches: { handlers: { 0: { span: 'handle' } } } } } });
    assert.equal(new Bus().pass(fn), 'called');
  });

  it('as iterables that are given out again: one span an iteration', () => {
    class Log implements Iterable<number> {
      read() {
        return this;
      }
      *[Symbol.iterator]() {
        yield 1;
      }
    }
    weaveClass(Log, { methods: { read: { span: 'read', gives: 'iterator' } } });
    const log = new Log();
    for (let i = 0; i < 3; i++) assert.deepEqual([...log.read()], [1]);
    assert.equal(telemetry.tree(), 'read read read');
  });

  it('as an iterator that is pulled under the next SDK, or after a switch-off', () => {
    class Log {
      *read() {
        yield trace.getActiveSpan();
      }
    }
    const runtime = testRuntime();
    weaveClass(Log, { methods: rows<Log>({ read: { span: 'read', gives: 'iterator' } }) }, runtime);
    const early = new Log().read();
    const off = new Log().read();
    telemetry.stop();
    telemetry = startTelemetry();
    assert.equal([...early].length, 1);
    assert.equal(telemetry.tree(), 'read');
    runtime.providers.enabled = false;
    assert.deepEqual([...off], [undefined]);
    assert.equal(telemetry.tree(), 'read');
  });

  it('as an export of the name that is another class, or was replaced before', () => {
    class Store {
      other() {}
    }
    const exports: { Store: typeof Store; send: () => string; again?: () => string } = { Store, send: () => 'sent' };
    const aspects = [
      { target: 'Store', family: 'f', construct: { span: 'open' }, methods: { append: { span: 'append' } } },
      { target: 'send', family: 'f', call: { span: 'send' } },
    ];
    weaveExported(testRuntime(), aspects, exports);
    assert.equal(exports.Store, Store);
    const { send } = exports;
    assert.deepEqual(weaveExported(testRuntime(), aspects, exports), { send: 'known' });
    assert.equal(exports.send, send);
    exports.send();
    assert.equal(telemetry.tree(), 'send');
  });

  it('as one function or class that two modules export: one twin', () => {
    class Store {}
    const send = () => 'sent';
    const aspects = [
      { target: 'Store', family: 'f', construct: { span: 'open' } },
      { target: 'send', family: 'f', call: { span: 'send' } },
    ];
    const [index, part] = [
      { Store, send },
      { Store, send },
    ];
    weaveExported(testRuntime(), aspects, index);
    weaveExported(testRuntime(), aspects, part);
    assert.notEqual(index.send, send);
    assert.equal(index.send, part.send);
    assert.equal(index.Store, part.Store);
  });

  it('as a context manager that derives a context for every call', () => {
    const key = Symbol('scope');
    class Thing {
      go(depth: number): number {
        return context.with(context.active().setValue(key, depth), () => (depth === 0 ? 0 : this.go(depth - 1)));
      }
    }
    weaveClass(Thing, { methods: { go: { span: 'go' } } });
    new Thing().go(2);
    assert.equal(telemetry.tree(), 'go(go(go))');
  });
});
