// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { rows } from '../../src/weaving/aspect.js';
import { weaveClasses } from '../../src/weaving/classes.js';
import { startTelemetry, type Telemetry, testRuntime, weaveClass, weaveExported } from '../../testkit/telemetry.js';

describe('what can be woven besides methods:', () => {
  let telemetry: Telemetry;
  beforeEach(() => {
    telemetry = startTelemetry();
  });
  afterEach(() => telemetry.stop());

  it('exported functions', async () => {
    const exports = {
      async send(topic: string) {
        return `sent ${topic}`;
      },
    };
    const states = weaveExported(testRuntime(), [{ target: 'send', family: 'f', call: { span: 'send' } }], exports);
    assert.deepEqual(states, { send: 'woven' });
    assert.equal(await exports.send('a'), 'sent a');
    assert.equal(exports.send.name, 'send');
    assert.equal(telemetry.tree(), 'send');
    assert.deepEqual(
      weaveExported(
        testRuntime(),
        [{ target: 'send', family: 'f', call: { span: 'send' } }],
        Object.freeze({ send: () => 'sent' }),
      ),
      { send: 'refused' },
    );
  });

  it('factories: methods of what they return, or of what their promise gives', async () => {
    const makeStore = () => ({ append: () => 'appended' });
    const exports = { makeStore, openStore: async () => makeStore() };
    const call = { reaches: { result: { append: { span: 'append' } } } };
    weaveExported(
      testRuntime(),
      [
        { target: 'makeStore', family: 'f', call },
        { target: 'openStore', family: 'f', call },
      ],
      exports,
    );
    assert.equal(exports.makeStore().append(), 'appended');
    assert.equal((await exports.openStore()).append(), 'appended');
    assert.equal(telemetry.tree(), 'append append');
  });

  it('handlers passed as arguments: woven, the same twin each time, the caller’s arguments untouched', () => {
    class Consumer {
      handlers: ((event: string) => unknown)[] = [];
      subscribe(handler: (event: string) => unknown, _options?: object) {
        this.handlers.push(handler);
      }
      unsubscribe(handler: (event: string) => unknown) {
        this.handlers = this.handlers.filter((known) => known !== handler);
      }
    }
    const handlers = { 0: { span: 'handle' } };
    weaveClass(Consumer, { methods: { subscribe: { reaches: { handlers } }, unsubscribe: {} } });
    const consumer = new Consumer();
    const seen: string[] = [];
    const handler = function onEvent(event: string) {
      seen.push(event);
    };
    consumer.subscribe(handler);
    consumer.subscribe(handler);
    assert.equal(consumer.handlers[0], consumer.handlers[1]);
    assert.equal(consumer.handlers[0]?.name, 'onEvent');
    consumer.handlers[0]?.('e');
    assert.deepEqual(seen, ['e']);
    assert.equal(telemetry.tree(), 'handle');
  });

  it('constructors, methods that they put on the object, and subclasses of the application', () => {
    class Store {
      static opened = 0;
      #path: string;
      constructor(path: string) {
        Store.opened += 1;
        this.#path = path;
      }
      read = () => this.#path;
      append() {
        return 'base';
      }
    }
    const exports = { Store };
    const aspect = {
      target: 'Store',
      family: 'f',
      construct: {
        span: 'open',
        attributes: { path: ({ args: [path] }: { args: readonly unknown[] }) => path as string },
      },
      fields: { read: { span: 'read' } },
      subclasses: { append: { span: 'append' } },
      methods: { append: { span: 'append' } },
    };
    const runtime = testRuntime();
    weaveClasses(runtime, [aspect], exports);
    assert.deepEqual(weaveExported(runtime, [aspect], exports), { Store: 'woven' });
    const Exported = exports.Store;
    assert.equal(Exported.name, 'Store');
    assert.equal(Exported.length, 1);
    assert.equal(Exported.prototype, Store.prototype);

    class Mine extends Exported {
      override append() {
        return `mine over ${super.append()}`;
      }
    }
    const mine = new Mine('p');
    assert.ok(mine instanceof Mine && mine instanceof Exported && mine instanceof Store);
    assert.equal(mine.read(), 'p');
    assert.equal(mine.append(), 'mine over base');
    assert.equal(new Exported('q').append(), 'base');
    assert.equal(Exported.opened, 2);
    assert.equal(telemetry.tree(), 'open read append open append');
    assert.deepEqual(
      telemetry.spans().flatMap((span) => span.attributes.path ?? []),
      ['p', 'q'],
    );
  });

  it('subclasses, but not a method that their base class does not know', () => {
    class Store {
      append() {}
    }
    const exports = { Store };
    const aspect = {
      target: 'Store',
      family: 'f',
      subclasses: rows<Store>({ append: { span: 'append' } }),
    };
    weaveExported(testRuntime(), [aspect], exports);
    class Mine extends exports.Store {
      extra() {}
    }
    new Mine().extra();
    assert.equal(telemetry.tree(), '');
  });
});
