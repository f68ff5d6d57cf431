// SPDX-License-Identifier: Apache-2.0
// The law: a woven method returns, throws, settles and iterates exactly as the bare one, whatever it is given.
import assert from 'node:assert/strict';
import type { Row } from '../../src/weaving/aspect.js';
import { startTelemetry, type Telemetry, weaveClass } from '../../testkit/telemetry.js';

type Made = Record<string, (...args: unknown[]) => unknown>;

/** The same class twice, one of them woven. */
function twins(make: () => abstract new () => object, rows: Record<string, Row>): [bare: Made, woven: Made] {
  const Bare = make() as new () => object;
  const Woven = make() as new () => object;
  weaveClass(Woven, { methods: rows });
  return [new Bare() as Made, new Woven() as Made];
}

const shapes = {
  plain: () =>
    class {
      go(_a: unknown, _b = 1, ..._rest: unknown[]) {}
    },
  async: () =>
    class {
      async go(_a: unknown) {}
    },
  generator: () =>
    class {
      *go() {}
    },
  'async generator': () =>
    class {
      async *go() {}
    },
  'plain function': () => {
    class Old {}
    Object.defineProperty(Old.prototype, 'go', {
      value: function go(this: unknown, _a: unknown) {},
      writable: true,
      configurable: true,
    });
    return Old;
  },
  'with properties of its own': () => {
    class Tagged {
      go() {}
    }
    Object.assign(Tagged.prototype.go, { tag: 1, [Symbol.for('tag')]: 2 });
    return Tagged;
  },
} as const satisfies Record<string, () => abstract new () => object>;

describe('a woven method', () => {
  let telemetry: Telemetry;
  before(() => {
    telemetry = startTelemetry();
  });
  after(() => telemetry.stop());

  for (const [shape, make] of Object.entries(shapes)) {
    it(`keeps name, length, prototype and own properties: ${shape}`, () => {
      const [bare, woven] = twins(make, {
        go: { span: 'go', ...(shape.includes('generator') ? { gives: 'iterator' } : {}) },
      });
      const [a, b] = [bare.go as object, woven.go as object];
      assert.deepEqual(Reflect.ownKeys(b).sort(byText), Reflect.ownKeys(a).sort(byText));
      for (const key of Reflect.ownKeys(a)) {
        const { value: bareValue, ...bareFlags } = Object.getOwnPropertyDescriptor(a, key) ?? {};
        const { value: wovenValue, ...wovenFlags } = Object.getOwnPropertyDescriptor(b, key) ?? {};
        assert.deepEqual(wovenFlags, bareFlags, String(key));
        if (key !== 'prototype') assert.deepEqual(wovenValue, bareValue, String(key));
      }
      assert.equal(Object.getPrototypeOf(b), Object.getPrototypeOf(a));
      assert.equal(Object.prototype.toString.call(b), Object.prototype.toString.call(a));
      assert.equal(constructible(b), constructible(a));
      const slot = (made: object) => {
        const { value: _, ...flags } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(made), 'go') ?? {};
        return flags;
      };
      assert.deepEqual(slot(woven), slot(bare));
      assert.deepEqual(Object.keys(woven), Object.keys(bare));
    });
  }

  it('passes the receiver and exactly the arguments, absent ones too', () => {
    const seen: unknown[][] = [];
    class Thing {
      #secret = 42;
      go(...args: unknown[]) {
        seen.push([this, ...args]);
        return this.#secret;
      }
    }
    weaveClass(Thing, { methods: { go: { span: 'go' } } });
    const thing = new Thing();
    assert.equal(thing.go(), 42);
    thing.go(undefined);
    thing.go(1, null, undefined);
    assert.deepEqual(seen, [[thing], [thing, undefined], [thing, 1, null, undefined]]);
    assert.throws(() => thing.go.call({} as Thing), TypeError);
  });

  it('keeps `new` of a plain function, with its prototype and new.target', () => {
    class Holder {}
    function Made(this: { x: number }, x: number) {
      this.x = x;
    }
    Object.assign(Holder.prototype, { Made });
    weaveClass(Holder, { methods: { Made: { span: 'made' } } });
    const holder = new Holder() as unknown as { Made: new (x: number) => { x: number } };
    const made = new holder.Made(3);
    assert.equal(made.x, 3);
    assert.ok(made instanceof Made);
    assert.equal(made.constructor, Made);
    class Derived extends holder.Made {}
    assert.ok(new Derived(4) instanceof Derived);
  });

  it('keeps synchronous throws synchronous', () => {
    class Thing {
      go(): Promise<void> {
        throw new TypeError('at once');
      }
    }
    weaveClass(Thing, { methods: { go: { span: 'go' } } });
    assert.throws(() => new Thing().go(), TypeError);
    assert.equal(telemetry.spans().at(-1)?.events.length, 1);
  });

  it('lets exactly one unhandledRejection through, and none when the application handles it', async () => {
    class Thing {
      async go() {
        throw new Error('nobody cares');
      }
    }
    weaveClass(Thing, { methods: { go: { span: 'go' } } });
    const unhandled: unknown[] = [];
    const listeners = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    process.on('unhandledRejection', (reason) => unhandled.push(reason));
    try {
      void new Thing().go();
      await new Promise((resolve) => setTimeout(resolve, 5));
      assert.equal(unhandled.length, 1);
      await new Thing().go().catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 5));
      assert.equal(unhandled.length, 1);
    } finally {
      process.removeAllListeners('unhandledRejection');
      for (const listener of listeners) process.on('unhandledRejection', listener);
    }
  });

  it('gives back promise subclasses and thenables as they are, and never runs a lazy one', async () => {
    class Sub extends Promise<number> {}
    let runs = 0;
    const lazy = {
      // biome-ignore lint/suspicious/noThenProperty: a lazy thenable is the case under test
      then(resolve: (n: number) => void) {
        runs += 1;
        resolve(runs);
      },
    };
    const sub = Sub.resolve(1);
    const [, woven] = twins(
      () =>
        class {
          lazy = () => lazy;
          go(what: unknown) {
            return what;
          }
        },
      { go: { span: 'go' } },
    );
    assert.equal(woven.go?.(sub), sub);
    assert.equal(woven.go?.(lazy), lazy);
    assert.equal(runs, 0);
    assert.equal(await woven.go?.(lazy), 1);
  });

  it('observes a thenable where the row says that it is safe', async () => {
    class Sub extends Promise<number> {}
    const [, woven] = twins(
      () =>
        class {
          go(what: unknown) {
            return what;
          }
        },
      { go: { span: 'observed', gives: 'thenable' } },
    );
    const sub = new Sub((resolve) => setTimeout(resolve, 2, 5));
    const before = telemetry.spans().length;
    assert.equal(woven.go?.(sub), sub);
    assert.equal(telemetry.spans().length, before);
    await sub;
    assert.equal(telemetry.spans().length, before + 1);
  });
});

function constructible(fn: object): boolean {
  try {
    Reflect.construct(Object, [], fn as () => void);
    return true;
  } catch {
    return false;
  }
}

function byText(a: string | symbol, b: string | symbol): number {
  return String(a) < String(b) ? -1 : 1;
}
