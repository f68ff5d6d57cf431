// SPDX-License-Identifier: Apache-2.0
// Calls that give their outcome to an error-first callback.
import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { context, createContextKey, trace } from '@opentelemetry/api';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace-base';
import fc from 'fast-check';
import sinon from 'sinon';
import type { Row } from '../../src/weaving/aspect.js';
import { startTelemetry, type Telemetry, weaveClass } from '../../testkit/telemetry.js';

type Callback = (error: unknown, ...results: unknown[]) => unknown;

const makeStore = () =>
  class Store {
    append(...args: unknown[]): unknown {
      const callback = args.at(-1);
      if (typeof callback !== 'function') return 'nobody to call back';
      setImmediate(callback as Callback, null, 1, 2);
      return 'returned';
    }
    appendNow(event: unknown, callback: Callback): unknown {
      if (event === 'throws') throw new TypeError('at once');
      if (event === 'fails') return callback(new RangeError('no disk'));
      return callback(undefined, event);
    }
    async promised(_event: unknown, callback?: Callback) {
      callback?.(null, 1);
      return 2;
    }
  };
const row: Row = {
  span: 'append',
  ending: { callback: 'first' },
  result: { result: ({ result }) => result as number },
};
const rows = { append: row, appendNow: row, promised: row };

function wovenStore(table: Readonly<Record<string, Row>> = rows) {
  const Store = makeStore();
  weaveClass(Store, { methods: table });
  return new Store();
}

describe('a call that calls back', () => {
  let telemetry: Telemetry;
  beforeEach(() => {
    telemetry = startTelemetry();
  });
  afterEach(() => telemetry.stop());

  const ended = () => telemetry.spans().map(({ name, attributes, status }) => [name, attributes, status.code]);

  it('is over when it calls back, with what comes after the error', async () => {
    for (const callback of ['first', 'all'] as const) {
      const store = wovenStore({ append: { ...row, ending: { callback } } });
      telemetry.reset();
      await new Promise<void>((resolve) => {
        const returned = store.append('event', () => resolve());
        assert.deepEqual([returned, ended()], ['returned', []]);
      });
      assert.deepEqual(ended(), [['append', { result: callback === 'first' ? 1 : [1, 2] }, 0]]);
    }
  });

  it('has failed when it calls back with an error, or throws, and is told so once', () => {
    const store = wovenStore();
    store.appendNow('fails', () => {});
    assert.throws(() => store.appendNow('throws', () => {}), TypeError);
    assert.deepEqual(
      telemetry
        .spans()
        .map(({ status, events }) => [status.code, events.map((event) => event.attributes?.['exception.type'])]),
      [
        [2, ['RangeError']],
        [2, ['TypeError']],
      ],
    );
  });

  it('runs the callback where its caller was: what that does is beside the call', () => {
    const store = wovenStore();
    const key = createContextKey('baggage of the application');
    context.with(context.active().setValue(key, 'kept'), () => {
      trace.getTracer('app').startActiveSpan('request', (request) => {
        store.appendNow('one', () => {
          assert.equal(context.active().getValue(key), 'kept');
          assert.equal(trace.getActiveSpan(), request);
          store.appendNow('two', () => request.end());
        });
      });
    });
    assert.equal(telemetry.tree(), 'request(append append)');
  });

  it('runs the callback where its caller was also in a trace that is not sampled', () => {
    telemetry.stop();
    telemetry = startTelemetry({ sampler: new AlwaysOffSampler() });
    const store = wovenStore();
    const caller = trace.getActiveSpan();
    store.appendNow('one', () => assert.equal(trace.getActiveSpan(), caller));
    assert.deepEqual(ended(), []);
  });

  it('leaves other contexts of the application to whoever calls back', () => {
    const storage = new AsyncLocalStorage<string>();
    class Pool {
      run(callback: Callback) {
        storage.run('of the pool', callback, null);
      }
    }
    weaveClass(Pool, { methods: { run: row } });
    storage.run('of the caller', () => new Pool().run(() => assert.equal(storage.getStore(), 'of the pool')));
    assert.equal(telemetry.tree(), 'append');
  });

  it('ends when it has returned, or its promise has settled, where it is given no callback', async () => {
    const store = wovenStore();
    assert.equal(store.append('event'), 'nobody to call back');
    assert.equal(await store.promised('event'), 2);
    assert.deepEqual(ended(), [
      ['append', { result: 'nobody to call back' }, 0],
      ['append', { result: 2 }, 0],
    ]);
  });

  it('is given a callback at the place that its row names where the caller has none, and is over when that is called', async () => {
    const ending = { callback: 'first', supplies: 2 } as const;
    const store = wovenStore({ append: { ...row, ending } });
    assert.equal(store.append('event'), 'returned');
    assert.equal(store.append('event', undefined, null, undefined), 'nobody to call back');
    assert.equal(store.append('event', 1, 'no callback'), 'nobody to call back');
    const given = sinon.spy();
    store.append(given);
    assert.equal(ended().length, 1);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(ended().slice(1), [
      ['append', { result: 1 }, 0],
      ['append', { result: 1 }, 0],
    ]);
    assert.equal(given.callCount, 1);
  });

  it('is over once, however often it calls back, and calls the callback each time', () => {
    class Careless {
      run(callback: Callback) {
        for (const error of [null, new Error('late'), null]) callback(error);
      }
    }
    weaveClass(Careless, { methods: { run: row } });
    const callback = sinon.spy();
    new Careless().run(callback);
    assert.equal(callback.callCount, 3);
    assert.deepEqual(ended(), [['append', {}, 0]]);
  });

  it('passes on what the callback throws, which is no failure of the call', () => {
    const store = wovenStore();
    const mine = new Error('mine');
    assert.throws(
      () =>
        store.appendNow('one', () => {
          throw mine;
        }),
      mine,
    );
    assert.deepEqual(ended(), [['append', { result: 'one' }, 0]]);
  });

  it('gives the library a callback that looks like the one that it was given', () => {
    let seen: Callback | undefined;
    class Curious {
      run(callback: Callback) {
        seen = callback;
      }
    }
    weaveClass(Curious, { methods: { run: row } });
    function one(this: unknown, _error: unknown) {
      return this;
    }
    const callbacks: Callback[] = [one, (_error, _a, _b) => {}, async () => {}, Object.assign(() => {}, { tag: 1 })];
    for (const callback of [...callbacks, one.bind('bound') as Callback]) {
      const given = [callback];
      new Curious().run(callback);
      assert.deepEqual([seen?.name, seen?.length], [callback.name, callback.length]);
      assert.deepEqual(Reflect.ownKeys(seen ?? {}), Reflect.ownKeys(callback));
      assert.equal(given[0], callback);
    }
    new Curious().run(one);
    const self = {};
    assert.equal(seen?.call(self, null), self);
    const hostile = new Proxy(() => 'called', {
      ownKeys() {
        throw new Error('no keys');
      },
    });
    new Curious().run(hostile);
    assert.equal(seen?.(null), 'called');
  });

  it('does what the bare one does, whatever it is given, calls back with and returns', () => {
    const value = fc.oneof(fc.anything(), fc.constant(undefined));
    fc.assert(
      fc.property(
        fc.array(value),
        fc.array(fc.array(value), { maxLength: 3 }),
        value,
        fc.constantFrom('nothing', 'library', 'callback'),
        (args, calls, returned, throws) => {
          const observe = (woven: boolean) => {
            const log: unknown[] = [];
            class Store {
              run(...given: unknown[]) {
                log.push(given.length, ...given.slice(0, -1));
                for (const call of calls) log.push((given.at(-1) as Callback)(...(call as [unknown])));
                if (throws === 'library') throw returned;
                return returned;
              }
            }
            if (woven) weaveClass(Store, { methods: { run: row } });
            const callback = (...given: unknown[]) => {
              log.push(given);
              if (throws === 'callback') throw returned;
              return returned;
            };
            try {
              log.push(new Store().run(...args, callback));
            } catch (error) {
              log.push('threw', error);
            }
            return log;
          };
          assert.deepEqual(observe(true), observe(false));
        },
      ),
    );
  });
});
