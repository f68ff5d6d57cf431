// SPDX-License-Identifier: Apache-2.0
// What is woven through arguments and results does not depend on whether anybody listened at that moment.
import assert from 'node:assert/strict';
import { diag } from '@opentelemetry/api';
import sinon from 'sinon';
import { weaveClasses } from '../../src/weaving/classes.js';
import { startTelemetry, type Telemetry, testRuntime, weaveClass, weaveExported } from '../../testkit/telemetry.js';

describe('weaving while SDKs come and go', () => {
  let telemetry: Telemetry | undefined;
  afterEach(() => {
    telemetry?.stop();
    telemetry = undefined;
    diag.disable();
    sinon.restore();
  });

  type Handler = (event: string) => unknown;
  const makeBus = () =>
    class Bus {
      readonly handlers = new Set<Handler>();
      subscribe(handler: Handler) {
        this.handlers.add(handler);
      }
      unsubscribe(handler: Handler) {
        return this.handlers.delete(handler);
      }
      publish(event: string) {
        for (const handler of this.handlers) handler(event);
      }
    };
  const handlers = { 0: { span: 'handle' } };
  const methods = { subscribe: { reaches: { handlers } }, unsubscribe: { reaches: { handlers } } };

  it('finds a handler again by identity, whenever it was given, and traces it from then on', () => {
    const Bus = makeBus();
    const runtime = testRuntime();
    weaveClass(Bus, { methods }, runtime);
    const bus = new Bus();
    const handler = sinon.spy();
    bus.subscribe(handler);
    telemetry = startTelemetry();
    bus.publish('a');
    assert.equal(telemetry.tree(), 'handle');
    bus.subscribe(handler);
    assert.equal(bus.handlers.size, 1);
    assert.equal(bus.unsubscribe(handler), true);
    bus.subscribe(handler);
    runtime.providers.enabled = false;
    assert.equal(bus.unsubscribe(handler), true);
    bus.publish('b');
    assert.equal(handler.callCount, 1);
  });

  it('gives a handler that is handed on a second time no second span', () => {
    telemetry = startTelemetry();
    class Bus extends makeBus() {
      subscribeAll(handler: Handler) {
        this.subscribe(handler);
      }
    }
    weaveClass(Bus, { methods: { ...methods, subscribeAll: { reaches: { handlers } } } });
    const bus = new Bus();
    bus.subscribeAll(() => {});
    bus.publish('a');
    assert.equal(telemetry.tree(), 'handle');
  });

  it('traces what a factory made before', async () => {
    const exports = { makeStore: () => ({ append: () => 'appended' }) };
    const call = { span: 'make', reaches: { result: { append: { span: 'append' } } } };
    weaveExported(testRuntime(), [{ target: 'makeStore', family: 'f', call }], exports);
    const store = exports.makeStore();
    telemetry = startTelemetry();
    assert.equal(store.append(), 'appended');
    assert.equal(telemetry.tree(), 'append');
  });

  it('reports a faulty row once, however many handlers and objects it is woven into', () => {
    telemetry = startTelemetry();
    const error = sinon.stub();
    diag.setLogger({ error, warn() {}, info() {}, debug() {}, verbose() {} });
    const fault = () => {
      throw new Error('bad row');
    };
    const Bus = makeBus();
    weaveClass(Bus, { methods: { subscribe: { reaches: { handlers: { 0: { span: fault } } } } } });
    const bus = new Bus();
    bus.subscribe(() => {});
    bus.subscribe(() => {});
    bus.publish('a');
    assert.equal(error.callCount, 1);

    class Store {
      append = () => {};
    }
    const exports = { Store, makeStore: () => ({ append() {} }) };
    const aspects = [
      { target: 'Store', family: 'f', fields: { append: { span: fault } } },
      { target: 'makeStore', family: 'f', call: { reaches: { result: { append: { span: fault } } } } },
    ];
    weaveExported(testRuntime(), aspects, exports);
    for (const make of [() => new exports.Store(), () => exports.makeStore()]) {
      error.resetHistory();
      make().append();
      make().append();
      assert.equal(error.callCount, 1);
    }
  });

  it('weaves the thousandth object as fast as the first', () => {
    telemetry = startTelemetry();
    const exports = { makeStore: () => ({ append: () => 'appended' }) };
    weaveExported(
      testRuntime(),
      [{ target: 'makeStore', family: 'f', call: { reaches: { result: { append: { span: 'append' } } } } }],
      exports,
    );
    const alive: object[] = [];
    const make = (count: number) => {
      const begin = performance.now();
      for (let i = 0; i < count; i++) alive.push(exports.makeStore());
      return performance.now() - begin;
    };
    make(500);
    const first = make(1000);
    make(10_000);
    const last = make(1000);
    assert.ok(last < 5 * first + 20, `${first} ms, then ${last} ms`);
  });

  it('survives a logger that throws', () => {
    telemetry = startTelemetry();
    const fault = () => {
      throw new Error('bad');
    };
    diag.setLogger({ error: fault, warn() {}, info() {}, debug: fault, verbose() {} });
    class Thing {
      go() {
        return 'gone';
      }
    }
    weaveClass(Thing, { methods: { go: { span: fault } } });
    assert.equal(new Thing().go(), 'gone');
    weaveClasses(testRuntime(), [{ target: 'Thing', family: 'f', methods: { go: {} } }], {
      Thing: class {
        get go() {
          return 1;
        }
      },
    });
  });
});
