// SPDX-License-Identifier: Apache-2.0
// Handlers that stand in options: their twins stand in copies, and the caller's own options stay as they are.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Row } from '../../src/weaving/aspect.js';
import { startTelemetry, type Telemetry, testRuntime, weaveClass, weaveExported } from '../../testkit/telemetry.js';

type Handler = (...args: unknown[]) => unknown;

describe('handlers in options', () => {
  let telemetry: Telemetry;
  beforeEach(() => {
    telemetry = startTelemetry();
  });
  afterEach(() => telemetry.stop());

  const row: Row = { span: 'handle' };

  function register(options: unknown): { readonly handler?: Handler; readonly on?: { readonly error?: Handler } } {
    class Bus {
      register(_topic: string, given: unknown) {
        return given;
      }
    }
    const handlers = { '1.handler': row, '1.on.error': row } as const;
    weaveClass(Bus, { methods: { register: { reaches: { handlers } } } });
    return new Bus().register('orders', options) as never;
  }

  it('are called as twins, the same one each time, whatever the path', () => {
    const handler: Handler = (value) => value;
    const [one, other] = [register({ handler, on: { error: handler } }), register({ handler })];
    assert.equal(one.handler?.(7), 7);
    assert.equal(one.on?.error?.(7), 7);
    assert.equal(telemetry.tree(), 'handle handle');
    assert.equal(one.handler, other.handler);
    assert.equal(register(one).handler, one.handler);
  });

  it('leave the options of the caller as they are, frozen ones too, and give a copy that looks like them', () => {
    const handler = () => {};
    for (const seal of [Object.freeze, Object.seal, Object.preventExtensions, (same: object) => same]) {
      const options = {
        handler,
        on: seal({ error: handler, other: 1 }),
        get lazy() {
          throw new Error('nobody asked');
        },
      };
      seal(options);
      const before = Object.getOwnPropertyDescriptors(options);
      const copy = register(options);
      assert.notEqual(copy, options);
      assert.deepEqual(Object.getOwnPropertyDescriptors(options), before);
      assert.deepEqual(Reflect.ownKeys(copy), Reflect.ownKeys(options));
      assert.deepEqual(
        [Object.isFrozen(copy), Object.isExtensible(copy), Object.isFrozen(copy.on)],
        [Object.isFrozen(options), Object.isExtensible(options), Object.isFrozen(options.on)],
      );
    }
  });

  it('find what they keep beside them where the application finds it', () => {
    const options = {
      called: 0,
      handler(this: { called: number }) {
        this.called += 1;
        return this;
      },
    };
    assert.equal(register(options).handler?.(), options);
    assert.equal(register(register(options)).handler?.(), options);
    assert.equal(options.called, 2);
    const elsewhere = { called: 0 };
    assert.equal(register(options).handler?.call(elsewhere), elsewhere);
  });

  it('are left alone where the options are no plain object, or the handler is no value of theirs', () => {
    class Options {
      handler = () => {};
    }
    const inherited = Object.create({ handler: () => {} });
    const accessor = {
      get handler() {
        return () => {};
      },
    };
    const hostile = new Proxy(
      { handler: () => {} },
      {
        ownKeys() {
          throw new Error('no keys');
        },
      },
    );
    for (const options of [new Options(), inherited, accessor, hostile, [() => {}], { handler: 'none' }, {}, null, 7]) {
      assert.equal(register(options), options);
    }
  });

  it('may stand in lists, of which those that have one are copied', () => {
    class Router {
      use(given: unknown) {
        return given;
      }
    }
    const named: Row = { span: ({ handler }) => `handle ${(handler as Handler).name}` };
    weaveClass(Router, { methods: { use: { reaches: { handlers: { '0.routes.*.on.*': named } } } } });
    const use = (routes: unknown) => new Router().use({ routes }) as { readonly routes: unknown };
    const first = () => 'first';
    const second = () => 'second';
    for (const seal of [Object.freeze, Object.seal, Object.preventExtensions, (same: object) => same]) {
      telemetry.reset();
      const bare = { on: [] };
      // biome-ignore lint/suspicious/noSparseArray: lists may have holes
      const routes = seal([{ on: seal([first, 'text', , second]) }, bare, null, 7]) as readonly unknown[];
      const before = JSON.stringify(routes);
      const { routes: copy } = use(routes);
      const [{ on }, other, ...rest] = copy as [{ on: readonly Handler[] }, object, null, number];
      assert.deepEqual([on[0]?.(), on[3]?.()], ['first', 'second']);
      assert.equal(telemetry.tree(), 'handle first handle second');
      assert.equal(other, bare);
      assert.deepEqual([rest, on.length, 2 in on, Array.isArray(on)], [[null, 7], 4, false, true]);
      assert.deepEqual(
        [Object.isFrozen(on), Object.isExtensible(on)],
        [Object.isFrozen(routes), Object.isExtensible(routes)],
      );
      assert.equal(JSON.stringify(routes), before);
      assert.equal((routes[0] as { on: Handler[] }).on[0], first);
    }
    class List extends Array {}
    for (const routes of [[], {}, 7, null, List.from([{ on: [first] }]), [{ on: first }]]) {
      assert.equal(use(routes).routes, routes);
    }
  });

  it('of a constructor are those of the application, of the object they come to and of derived classes', () => {
    class Command {
      readonly run: Handler;
      constructor({ handler }: { readonly handler: Handler }) {
        this.run = (...args) => handler(...args);
      }
    }
    const exports = { Command };
    weaveExported(
      testRuntime(),
      [{ target: 'Command', family: 'f', construct: { reaches: { handlers: { '0.handler': row } } } }],
      exports,
    );
    class Mine extends exports.Command {}
    const options = Object.freeze({ handler: (value: unknown) => value });
    for (const Class of [exports.Command, Mine]) assert.equal(new Class(options).run(7), 7);
    assert.equal(telemetry.tree(), 'handle handle');
    assert.throws(() => new exports.Command(undefined as never), TypeError);
  });

  it('do what the bare ones do, whatever the options are', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), fc.anything(), (other, value) => {
        const options = Object.assign(Object(other), { handler: () => value });
        const seen = register(options);
        assert.equal(seen.handler?.(), value);
        assert.equal(seen.handler?.length, 0);
        const { handler: _twin, ...rest } = seen as object as Record<string, unknown>;
        const { handler: _own, ...expected } = options;
        assert.deepEqual(rest, expected);
        assert.equal(Object.getPrototypeOf(seen), Object.getPrototypeOf(options));
      }),
    );
  });
});
