// SPDX-License-Identifier: Apache-2.0
// Methods of a class itself, and methods that a constructor puts on an object: what they are woven on, and what their rows see.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Aspect } from '../../src/weaving/aspect.js';
import { weaveClasses } from '../../src/weaving/classes.js';
import { startTelemetry, type Telemetry, testRuntime, weaveClass, weaveExported } from '../../testkit/telemetry.js';

const named = ({ self }: { readonly self: { readonly name: string } }) => self.name;

describe('statics of a class', () => {
  let telemetry: Telemetry;
  beforeEach(() => {
    telemetry = startTelemetry();
  });
  afterEach(() => telemetry.stop());

  const makeStore = () =>
    class Store {
      static open(path: string) {
        // biome-ignore lint/complexity/noThisInStatic: the receiver is the case under test
        return `${this.name} of ${path}`;
      }
      read = () => 'read';
    };
  const statics = { open: { span: 'open', attributes: { class: named } } };

  it('are woven on the class, and are those of a derived class too', () => {
    const Store = makeStore();
    const { report, undo } = weaveClass(Store, { statics });
    assert.deepEqual(report.methods, { 'Store.open': 'woven' });
    class Mine extends Store {}
    assert.deepEqual([Store.open('a'), Mine.open('b')], ['Store of a', 'Mine of b']);
    assert.deepEqual(
      telemetry.spans().map(({ name, attributes }) => [name, attributes.class]),
      [
        ['open', 'Store'],
        ['open', 'Mine'],
      ],
    );
    undo();
    Store.open('c');
    assert.equal(telemetry.spans().length, 2);
  });

  it('give one span where modules pass on the stand-in of their class, whichever is seen first', () => {
    const Store = makeStore();
    const runtime = testRuntime();
    const aspects: Aspect[] = [{ target: 'Store', family: 'f', statics, fields: { read: { span: 'read' } } }];
    const file = { Store };
    for (let module = 0; module < 3; module++) {
      const exports = module === 0 ? file : { Store: file.Store };
      weaveClasses(runtime, aspects, exports);
      weaveExported(runtime, aspects, exports);
    }
    assert.notEqual(file.Store, Store);
    assert.equal(file.Store.open('a'), 'Store of a');
    assert.equal(telemetry.tree(), 'open');
  });

  it('are a part of the shape by which a class is told from another of its name', () => {
    class Store {
      append() {}
    }
    assert.deepEqual(weaveClass(Store, { statics }).report.otherShapes, ['Store']);
    assert.deepEqual(weaveClass(Store, { statics: { open: { span: 'open', optional: true } } }).report.otherShapes, []);
  });

  it('do what the bare ones do, whatever they are given and give', () => {
    fc.assert(
      fc.property(fc.array(fc.anything()), fc.anything(), fc.boolean(), (args, value, throws) => {
        const make = (log: unknown[]) =>
          // biome-ignore lint/complexity/noStaticOnlyClass: as small as it can be
          class Store {
            static open(...given: unknown[]) {
              log.push(given);
              if (throws) throw value;
              return value;
            }
          };
        const [bareLog, wovenLog]: [unknown[], unknown[]] = [[], []];
        const [Bare, Woven] = [make(bareLog), make(wovenLog)];
        weaveClass(Woven, { statics: { open: { span: 'open' } } });
        assert.ok(
          Object.is(
            settled(() => Woven.open(...args)),
            settled(() => Bare.open(...args)),
          ),
        );
        assert.deepEqual(wovenLog, bareLog);
        assert.deepEqual(Object.getOwnPropertyNames(Woven), Object.getOwnPropertyNames(Bare));
        assert.equal(Woven.open.length, Bare.open.length);
      }),
    );
  });
});

describe('methods that a constructor puts on an object', () => {
  let telemetry: Telemetry;
  beforeEach(() => {
    telemetry = startTelemetry();
  });
  afterEach(() => telemetry.stop());

  /** `Store` by its stand-in; `read` is an arrow function and `whose` looks at its receiver. */
  function stores() {
    class Store {
      read: () => string;
      whose: () => unknown;
      constructor(readonly name: string) {
        this.read = () => this.name;
        this.whose = function (this: unknown) {
          return this;
        };
      }
    }
    const exports = { Store };
    const attributes = { name: named };
    weaveExported(
      testRuntime(),
      [
        {
          target: 'Store',
          family: 'f',
          tracing: () => true,
          fields: { read: { span: 'read', attributes }, whose: { span: 'whose', attributes } },
        },
      ],
      exports,
    );
    return exports.Store;
  }
  const told = () => telemetry.spans().map(({ name, attributes }) => [name, attributes.name]);

  it('know their object where they are torn off it, and their rows do', () => {
    const { read } = new (stores())('mine');
    assert.equal(read(), 'mine');
    assert.deepEqual(told(), [['read', 'mine']]);
  });

  it('know it on another object that they were passed on to', () => {
    const { read } = new (stores())('inner');
    const outer = { name: 'outer', read };
    assert.equal(outer.read(), 'inner');
    assert.deepEqual(told(), [['read', 'inner']]);
  });

  it('are called on what they are called on, nothing and primitives included', () => {
    const store = new (stores())('mine');
    const { whose } = store;
    for (const self of [undefined, null, 1, {}]) assert.equal(whose.call(self as never), self);
    assert.equal(store.whose(), store);
    assert.deepEqual(new Set(told().map(String)), new Set(['whose,mine']));
  });

  it('throw errors that have as many frames of the application as without us', () => {
    const Store = stores();
    const { stackTraceLimit } = Error;
    const deep = (frames: number, action: () => unknown): unknown =>
      frames === 0 ? action() : deep(frames - 1, action);
    const seen = (read: () => string) => {
      Error.stackTraceLimit = 10;
      try {
        deep(20, read);
      } catch (error) {
        return [(error as Error).stack?.match(/at deep /g)?.length, Error.stackTraceLimit];
      } finally {
        Error.stackTraceLimit = stackTraceLimit;
      }
      return undefined;
    };
    const failing = new Store('mine');
    Object.defineProperty(failing, 'name', {
      get() {
        throw new Error('no name');
      },
    });
    const { read } = failing;
    assert.deepEqual(
      seen(() => failing.name),
      [8, 10],
    );
    assert.deepEqual(seen(read), [8, 10]);
  });
});

function settled(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}
