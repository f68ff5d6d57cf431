// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Observable, Subject } from 'rxjs';
import type { Aspect, Rows } from '../../src/weaving/aspect.js';
import { startTelemetry, type Telemetry, testRuntime, weaveClass, weaveExported } from '../../testkit/telemetry.js';

interface Handler {
  handle(event?: unknown): unknown;
}

const handle: Rows = {
  handle: { span: 'handle', attributes: { of: ({ self }) => (self as object).constructor.name } },
};

/** A bus that calls the handlers that it was given, weaving what the paths lead to. */
function busReaching(...paths: readonly string[]) {
  class Bus {
    readonly handlers: unknown[] = [];
    bind(given: unknown): unknown {
      this.handlers.push(given);
      return given;
    }
  }
  const objects = Object.fromEntries(paths.map((path) => [path, handle]));
  weaveClass(Bus, { methods: { bind: { reaches: { objects } } } });
  return new Bus();
}

describe('objects that a call is given or gives', () => {
  let telemetry: Telemetry;
  before(() => {
    telemetry = startTelemetry();
  });
  afterEach(() => telemetry.reset());
  after(() => telemetry.stop());

  class Mailer implements Handler {
    handle(_event?: unknown): unknown {
      return this;
    }
  }

  it('are woven themselves, their prototypes are not', () => {
    const [mailer, another] = [new Mailer(), new Mailer()];
    busReaching('args.0').bind(mailer);
    assert.equal(mailer.handle(), mailer);
    another.handle();
    assert.equal(telemetry.tree(), 'handle');
    assert.deepEqual(telemetry.spans()[0]?.attributes, { of: 'Mailer' });
    assert.deepEqual(Object.keys(mailer), []);
  });

  it('are found below an argument and below the result, also below one that is promised', async () => {
    class Factory {
      async make(name: string) {
        return { made: { handle: () => name } };
      }
    }
    weaveClass(Factory, { methods: { make: { reaches: { objects: { 'result.made': handle } } } } });
    const { made } = await new Factory().make('late');
    assert.equal(made.handle(), 'late');
    const wrapper = { instance: new Mailer() };
    busReaching('args.0.instance').bind(wrapper);
    wrapper.instance.handle();
    assert.equal(telemetry.tree(), 'handle handle');
  });

  it('are found below the object whose method is called, each item of a list where the path says so', () => {
    class Bus {
      readonly handlers: unknown[] = [];
      start(): void {}
    }
    weaveClass(Bus, { methods: { start: { reaches: { objects: { 'self.handlers.*.instance': handle } } } } });
    const [bus, mailer, later] = [new Bus(), new Mailer(), new Mailer()];
    bus.handlers.push({ instance: mailer }, undefined, 3, { instance: later });
    mailer.handle();
    assert.equal(telemetry.tree(), '');
    bus.start();
    mailer.handle();
    later.handle();
    assert.equal(telemetry.tree(), 'handle handle');
    const notOne = Object.assign(new Bus(), { handlers: new Set([mailer]) });
    assert.equal(notOne.start(), undefined);
  });

  it('may be the prototype of a class that a function returns: its instances are woven, the classes above it are not', () => {
    class Base implements Handler {
      handle(): string {
        return 'base';
      }
    }
    const exports = {
      mixin: (Above: typeof Base) =>
        class Mixed extends Above {
          override handle(): string {
            return `mixed ${super.handle()}`;
          }
        },
    };
    weaveExported(
      testRuntime(),
      [{ target: 'mixin', family: 'tests', call: { reaches: { objects: { 'result.prototype': handle } } } }],
      exports,
    );
    const Mixed = exports.mixin(Base);
    assert.equal(new Mixed().handle(), 'mixed base');
    new Base().handle();
    assert.equal(telemetry.tree(), 'handle');
  });

  it('are woven once, though their class was reached before and they inherit from it', () => {
    class Reader extends Mailer {}
    const reader = new Reader();
    const bus = busReaching('args.0.prototype', 'args.0');
    bus.bind(Reader);
    bus.bind(reader);
    reader.handle();
    assert.equal(telemetry.tree(), 'handle');
    assert.deepEqual(Reflect.ownKeys(reader), []);
  });

  it('never have a prototype of another package changed: an rxjs stream is woven alone', () => {
    const { subscribe } = Observable.prototype;
    class Bus {
      stream(given: unknown) {
        return given;
      }
    }
    const watched = { subscribe: { span: 'subscribe' } };
    weaveClass(Bus, { methods: { stream: { reaches: { objects: { 'args.0': watched, result: watched } } } } });
    const stream = new Subject();
    new Bus().stream(stream);
    assert.equal(Observable.prototype.subscribe, subscribe);
    assert.ok(!Object.hasOwn(Subject.prototype, 'subscribe'));
    stream.subscribe();
    new Subject().subscribe();
    assert.equal(telemetry.tree(), 'subscribe');
  });

  it('never have a prototype of another package changed where a factory gives them', async () => {
    const { subscribe } = Observable.prototype;
    const exports = { make: () => new Subject(), promise: async () => new Subject() };
    const result: Rows = { subscribe: { span: 'subscribe' } };
    const aspects: Aspect[] = ['make', 'promise'].map((target) => ({
      target,
      family: 'f',
      call: { reaches: { result } },
    }));
    weaveExported(testRuntime(), aspects, exports);
    for (const stream of [exports.make(), await exports.promise()]) {
      stream.subscribe();
      assert.equal(Observable.prototype.subscribe, subscribe);
      assert.deepEqual(
        [Subject.prototype, Observable.prototype].map((each) => Object.hasOwn(each, 'subscribe')),
        [false, true],
      );
    }
    new Subject().subscribe();
    assert.equal(telemetry.tree(), 'subscribe subscribe');
  });

  it('are left alone where they cannot be woven: frozen, accessors, no such method, nothing at the end of the path', () => {
    const bus = busReaching('args.0.instance', 'args.0');
    const frozen = Object.freeze(new Mailer());
    const failing = Object.defineProperty({}, 'instance', {
      get() {
        throw new Error('not there');
      },
    });
    for (const given of [frozen, failing, { instance: 3 }, { instance: null }, {}, null, undefined, 'text', 7n]) {
      assert.equal(bus.bind(given), given);
    }
    assert.equal(frozen.handle(), frozen);
    assert.equal(telemetry.tree(), '');
  });

  it('make no difference to what a call returns or throws, whatever it is given', () => {
    class Bare {
      pass(...args: unknown[]) {
        if (args.length > 2) throw args[2];
        return args[0];
      }
    }
    class Woven extends Bare {
      override pass(...args: unknown[]) {
        return super.pass(...args);
      }
    }
    weaveClass(Woven, {
      methods: {
        pass: { reaches: { objects: { 'args.0': handle, 'args.1.a.b': handle, result: handle, 'result.c': handle } } },
      },
    });
    const outcome = (made: Bare, args: unknown[]) => {
      try {
        return { returned: made.pass(...args) };
      } catch (thrown) {
        return { thrown };
      }
    };
    fc.assert(
      fc.property(fc.array(fc.anything(), { maxLength: 4 }), (args) => {
        const [bare, woven] = [outcome(new Bare(), args), outcome(new Woven(), args)];
        assert.ok(Object.is(Object.values(bare)[0], Object.values(woven)[0]));
        assert.deepEqual(Object.keys(woven), Object.keys(bare));
      }),
    );
  });
});
