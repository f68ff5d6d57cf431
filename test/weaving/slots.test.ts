// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { diag } from '@opentelemetry/api';
import sinon from 'sinon';
import { weaveClasses } from '../../src/weaving/classes.js';
import { startTelemetry, type Telemetry, testRuntime, weaveClass, weaveExported } from '../../testkit/telemetry.js';

describe('slots', () => {
  let telemetry: Telemetry;
  beforeEach(() => {
    telemetry = startTelemetry();
  });
  afterEach(() => {
    telemetry.stop();
    diag.disable();
  });

  const makeStore = () =>
    class Store {
      append() {
        return 'appended';
      }
    };
  const methods = { append: { span: 'append' } };

  it('are woven once, whoever comes: another door, another engine, another copy', () => {
    const Store = makeStore();
    const { report } = weaveClass(Store, { methods });
    assert.deepEqual(report.methods, { 'Store.append': 'woven' });
    const woven = Store.prototype.append;
    assert.deepEqual(weaveClass(Store, { methods }).report.methods, { 'Store.append': 'known' });
    assert.equal(Store.prototype.append, woven);
    new Store().append();
    assert.equal(telemetry.tree(), 'append');
  });

  it('are put back by undo, unless somebody wrapped ours meanwhile', () => {
    const Store = makeStore();
    const original = Store.prototype.append;
    const { undo } = weaveClass(Store, { methods });
    undo();
    assert.equal(Store.prototype.append, original);
    const again = weaveClass(Store, { methods });
    assert.deepEqual(again.report.methods, { 'Store.append': 'woven' });
    const ours = Store.prototype.append;
    const theirs = function append(this: InstanceType<typeof Store>) {
      return ours.call(this);
    };
    Store.prototype.append = theirs;
    again.undo();
    assert.equal(Store.prototype.append, theirs);
    assert.equal(new Store().append(), 'appended');
  });

  it('carry none of the markers by which another vendor would unwrap us', () => {
    const Store = makeStore();
    weaveClass(Store, { methods });
    assert.deepEqual(Reflect.ownKeys(Store.prototype.append).sort(), ['length', 'name']);
  });

  it('get along with sinon stubs, before and after', () => {
    const Before = makeStore();
    const early = sinon.stub(Before.prototype, 'append').returns('stubbed');
    weaveClass(Before, { methods });
    assert.equal(new Before().append(), 'stubbed');
    early.restore();
    assert.equal(new Before().append(), 'appended');

    const After = makeStore();
    weaveClass(After, { methods });
    const late = sinon.stub(After.prototype, 'append').returns('stubbed');
    assert.equal(new After().append(), 'stubbed');
    late.restore();
    telemetry.reset();
    assert.equal(new After().append(), 'appended');
    assert.equal(telemetry.tree(), 'append');
  });

  it('get along with other wrappers, inside and outside of ours', () => {
    const calls: string[] = [];
    const vendor = (original: () => string, name: string) =>
      function append(this: unknown) {
        calls.push(name);
        return original.call(this);
      };
    const Store = makeStore();
    Store.prototype.append = vendor(Store.prototype.append, 'inside');
    weaveClass(Store, { methods });
    Store.prototype.append = vendor(Store.prototype.append, 'outside');
    assert.equal(new Store().append(), 'appended');
    assert.deepEqual(calls, ['outside', 'inside']);
    assert.equal(telemetry.tree(), 'append');
    weaveClass(Store, { methods });
    new Store().append();
    assert.equal(telemetry.spans().length, 2);
  });

  it('are those of the class that the table names: what it inherits stays as it is, for whoever else inherits it', () => {
    class Base {
      append() {
        return 'base';
      }
    }
    class Derived extends Base {}
    class Cache extends Map<string, number> {}
    const [append, get] = [Base.prototype.append, Map.prototype.get];
    const { undo } = weaveClass(Derived, { methods });
    weaveClass(Cache, { methods: { get: { span: 'get' } } });
    assert.deepEqual([Base.prototype.append, Map.prototype.get], [append, get]);
    assert.equal(new Base().append(), 'base');
    assert.equal(new Derived().append(), 'base');
    assert.equal(new Cache([['a', 1]]).get('a'), 1);
    assert.equal(telemetry.tree(), 'append get');
    assert.deepEqual(Object.keys(Derived.prototype), []);
    Base.prototype.append = () => 'changed since';
    assert.equal(new Derived().append(), 'changed since');
    undo();
    assert.deepEqual(Object.getOwnPropertyNames(Derived.prototype), ['constructor']);
  });

  it('of an object that a factory returned are its own, whatever package its prototype belongs to', () => {
    class Subject {
      subscribe() {
        return 'subscribed';
      }
    }
    const { subscribe } = Subject.prototype;
    const exports = { makeStream: () => new Subject() };
    const call = { reaches: { result: { subscribe: { span: 'subscribe' } } } };
    weaveExported(testRuntime(), [{ target: 'makeStream', family: 'f', call }], exports);
    const stream = exports.makeStream();
    assert.equal(Subject.prototype.subscribe, subscribe);
    assert.equal(stream.subscribe(), 'subscribed');
    assert.equal(new Subject().subscribe(), 'subscribed');
    assert.deepEqual(Object.keys(stream), []);
    assert.equal(telemetry.tree(), 'subscribe');
  });

  it('leave no marker on the original where they cannot be replaced after all', () => {
    const append = Object.assign(() => 'appended', { calls: 0 });
    const refusing = new Proxy({ append } as Record<string, unknown>, {
      defineProperty: (target, key, descriptor) =>
        (key !== 'append' || descriptor.value === append) && Reflect.defineProperty(target, key, descriptor),
    });
    class Store {}
    Object.setPrototypeOf(Store.prototype, Object.prototype);
    const runtime = testRuntime();
    const call = { reaches: { result: methods } };
    const exports = { open: () => refusing };
    weaveExported(runtime, [{ target: 'open', family: 'f', call }], exports);
    assert.equal(exports.open(), refusing);
    assert.deepEqual(Reflect.ownKeys(append).sort(), ['calls', 'length', 'name']);
  });

  it('are all put back that can be: one that was frozen meanwhile stays woven and keeps no other', () => {
    class Store {
      append() {
        return 'appended';
      }
      read() {
        return 'read';
      }
    }
    const original = Store.prototype.read;
    const { undo } = weaveClass(Store, { methods: { ...methods, read: { span: 'read' } } });
    Object.defineProperty(Store.prototype, 'append', { writable: false, configurable: false });
    undo();
    assert.equal(Store.prototype.read, original);
    assert.equal(new Store().append(), 'appended');
  });

  it('have twins with just the properties of the original: bound, frozen, without a name', () => {
    const frozen = Object.freeze(function append() {
      return 'frozen';
    });
    const nameless = function append() {
      return 'nameless';
    };
    Reflect.deleteProperty(nameless, 'name');
    Reflect.deleteProperty(nameless, 'length');
    const bound = function append() {
      return 'bound';
    }.bind(null);
    for (const original of [frozen, nameless, bound]) {
      class Store {
        append(): string {
          return 'replaced';
        }
      }
      Store.prototype.append = original;
      weaveClass(Store, { methods });
      const twin = Store.prototype.append;
      assert.notEqual(twin, original);
      assert.deepEqual(Object.getOwnPropertyDescriptors(twin), Object.getOwnPropertyDescriptors(original));
      assert.equal(Object.isFrozen(twin), Object.isFrozen(original));
      assert.equal(new Store().append(), original());
    }
  });

  it('that are accessors, frozen or missing are left alone', () => {
    class Odd {
      reads = 0;
      get append() {
        this.reads += 1;
        return () => 'got';
      }
    }
    assert.deepEqual(weaveClass(Odd, { methods: { append: { span: 'x', optional: true } } }).report.methods, {
      'Odd.append': 'refused',
    });
    class Frozen {
      append() {
        return 'ice';
      }
    }
    Object.freeze(Frozen.prototype);
    assert.deepEqual(weaveClass(Frozen, { methods }).report.methods, { 'Frozen.append': 'refused' });
    assert.equal(new Frozen().append(), 'ice');
    class Bare {}
    assert.deepEqual(weaveClass(Bare, { methods: { go: { optional: true } } }).report.methods, {
      'Bare.go': 'missing',
    });
  });

  it('of a class of another shape under the same name are left alone', () => {
    class Store {
      other() {}
    }
    const { report } = weaveClass(Store, { methods });
    assert.deepEqual(report, { methods: {}, otherShapes: ['Store'], absent: [] });
    for (const exports of [{ Store: 1 }, { Store: null }, { Store: () => 1 }, Object.create(null)]) {
      const found = weaveClasses(testRuntime(), [{ target: 'Store', family: 'f', methods }], exports);
      assert.deepEqual(found.report.methods, {});
    }
    const throwing = Object.defineProperty({}, 'Store', {
      get() {
        throw new Error('dead zone');
      },
    });
    assert.deepEqual(weaveClasses(testRuntime(), [{ target: 'Store', family: 'f', methods }], throwing).report.absent, [
      'Store',
    ]);
  });
});
