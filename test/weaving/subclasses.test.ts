// SPDX-License-Identifier: Apache-2.0
// Classes that the application derives from an exported one: woven when one is first constructed, and otherwise as they are.
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { rows } from '../../src/weaving/aspect.js';
import { weaveClasses } from '../../src/weaving/classes.js';
import { startTelemetry, type Telemetry, testRuntime, weaveExported } from '../../testkit/telemetry.js';

interface Store {
  append(event: string): string;
  read(): AsyncIterable<string> | Iterable<string>;
}

const aspect = {
  target: 'Store',
  family: 'tests',
  tracing: (self: { readonly quiet?: boolean }) => self.quiet !== true,
  subclasses: rows<Store>({
    append: { span: ({ self }) => `${self.constructor.name}.append`, attributes: { event: ({ args }) => args[0] } },
    read: { span: 'read', gives: 'iterator' },
  }),
};

/** An abstract class as a library exports it, and what the application sees of it. */
function exportedStore() {
  abstract class Store {
    static opened = 0;
    readonly made: string;
    #secret = 'kept';
    constructor(readonly quiet?: boolean) {
      Store.opened += 1;
      this.made = new.target.name;
    }
    secret() {
      return this.#secret;
    }
    abstract append(event: string): string;
  }
  return { Store };
}

describe('a class that the application derives', () => {
  let telemetry: Telemetry;
  let exports: ReturnType<typeof exportedStore>;
  let bare: ReturnType<typeof exportedStore>;
  beforeEach(() => {
    telemetry = startTelemetry();
    exports = exportedStore();
    bare = { ...exports };
    assert.deepEqual(weaveExported(testRuntime(), [aspect], exports), { Store: 'woven' });
  });
  afterEach(() => telemetry.stop());

  it('is traced from its first object on, and is what it is without us', () => {
    class Mine extends exports.Store {
      static kind = 'mine';
      #count = 0;
      append(event: string) {
        this.#count += 1;
        return `${event} ${this.#count} ${this.secret()}`;
      }
    }
    assert.equal(new Mine().append('a'), 'a 1 kept');
    assert.equal(telemetry.tree(), 'Mine.append');
    assert.deepEqual(telemetry.spans()[0]?.attributes, { event: 'a' });

    const mine = new Mine();
    assert.equal(mine.made, 'Mine');
    assert.ok(mine instanceof Mine && mine instanceof exports.Store && mine instanceof bare.Store);
    assert.equal(Object.getPrototypeOf(Mine), exports.Store);
    assert.equal(mine.constructor, Mine);
    assert.deepEqual([Mine.name, Mine.kind, Mine.opened, exports.Store.opened], ['Mine', 'mine', 2, 2]);
    assert.deepEqual(Reflect.ownKeys(Mine.prototype), ['constructor', 'append']);
    assert.deepEqual([Mine.prototype.append.name, Mine.prototype.append.length], ['append', 1]);
    assert.equal(exports.Store.prototype, bare.Store.prototype);
    assert.equal(exports.Store.prototype.constructor, exports.Store);
    assert.deepEqual(Reflect.ownKeys(exports.Store), Reflect.ownKeys(bare.Store));
    assert.deepEqual([exports.Store.name, exports.Store.length], ['Store', 1]);
    assert.equal(inspect(exports.Store), inspect(bare.Store));
  });

  it('gives one span for an override that calls the one above it, under the name of its object', () => {
    class Middle extends exports.Store {
      append(event: string) {
        return `middle ${event}`;
      }
    }
    class Last extends Middle {
      override append(event: string) {
        return `last ${super.append(event)}`;
      }
    }
    class Plain extends Middle {}
    assert.equal(new Last().append('a'), 'last middle a');
    assert.equal(new Middle().append('b'), 'middle b');
    assert.equal(new Plain().append('c'), 'middle c');
    assert.equal(telemetry.tree(), 'Last.append Middle.append Plain.append');
  });

  it('is woven by the objects of a class below it', () => {
    class Middle extends exports.Store {
      append(event: string) {
        return event;
      }
    }
    class Last extends Middle {}
    const first = new Last();
    const middle = new Middle();
    middle.append('a');
    first.append('b');
    assert.equal(telemetry.tree(), 'Middle.append Last.append');
  });

  it('may read as async or plain generator: one span, from the first pull to the end, also through super', async () => {
    class Mine extends exports.Store {
      append(event: string) {
        return event;
      }
      async *read(): AsyncGenerator<string> {
        yield 'a';
        yield this.append('b');
      }
    }
    class Counted extends Mine {
      override async *read() {
        yield* super.read();
      }
    }
    class Sync extends exports.Store {
      append(event: string) {
        return event;
      }
      *read() {
        yield 'c';
      }
    }
    const seen: string[] = [];
    for await (const event of new Counted().read()) seen.push(event);
    for (const event of new Sync().read()) seen.push(event);
    for await (const event of new Mine().read()) {
      seen.push(event);
      break;
    }
    assert.deepEqual(seen, ['a', 'b', 'c', 'a']);
    assert.equal(telemetry.tree(), 'read(Counted.append) read read');
  });

  it('is switched by its own object', () => {
    class Mine extends exports.Store {
      append(event: string) {
        return event;
      }
    }
    new Mine(true).append('a');
    new Mine(false).append('b');
    assert.deepEqual(
      telemetry.spans().map(({ attributes }) => attributes.event),
      ['b'],
    );
  });

  it('is left alone, with all below it, where it is a class of the library that the tables name', () => {
    class OfLibrary extends exports.Store {
      append(event: string) {
        return event;
      }
      *read() {}
    }
    const named = {
      target: 'OfLibrary',
      family: 'tests',
      methods: { read: { span: 'own', gives: 'iterator' as const } },
    };
    weaveClasses(testRuntime(), [named], { OfLibrary });
    class Mine extends OfLibrary {
      override append(event: string) {
        return super.append(event);
      }
    }
    new Mine().append('a');
    new OfLibrary().append('b');
    for (const _ of new Mine().read()) assert.fail('nothing to read');
    assert.equal(telemetry.tree(), 'own');
  });

  it('is left alone where it cannot be woven: accessors, a frozen prototype, a target that is no class of its kind', () => {
    class Accessor extends exports.Store {
      // @ts-expect-error -- what JavaScript allows
      get append() {
        return (event: string) => event;
      }
    }
    class Frozen extends exports.Store {
      append(event: string) {
        return event;
      }
    }
    Object.freeze(Frozen.prototype);
    class Unrelated {
      append() {}
    }
    assert.equal(new Accessor().append('a'), 'a');
    assert.equal(new Frozen().append('b'), 'b');
    const made = Reflect.construct(exports.Store, [], Unrelated);
    assert.ok(made instanceof Unrelated);
    made.append();
    const trapped = new Proxy(Frozen, {
      get(target, key) {
        if (key === 'prototype') throw new TypeError('not yours');
        return Reflect.get(target, key);
      },
    });
    assert.throws(() => Reflect.construct(exports.Store, [], trapped), { message: 'not yours' });
    assert.equal(telemetry.tree(), '');
  });
});
