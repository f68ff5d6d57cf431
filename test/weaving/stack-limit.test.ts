// SPDX-License-Identifier: Apache-2.0
// The limit of stack traces is the application's: it is higher while a woven call runs, and must never make one fail.
import assert from 'node:assert/strict';
import { trace } from '@opentelemetry/api';
import { startTelemetry, type Telemetry, testRuntime, weaveClass, weaveExported } from '../../testkit/telemetry.js';

describe('a woven call, where the limit of stack traces', () => {
  const { stackTraceLimit } = Error;
  let telemetry: Telemetry;
  beforeEach(() => {
    telemetry = startTelemetry();
  });
  afterEach(() => {
    telemetry.stop();
    Object.defineProperty(Error, 'stackTraceLimit', {
      value: stackTraceLimit,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  });

  class Store {
    run<T>(action: () => T): T {
      return action();
    }
  }
  weaveClass(Store, { methods: { run: { span: 'run' } } });
  const run = <T>(action: () => T): T => new Store().run(action);
  const change = (descriptor: PropertyDescriptor) => {
    Object.defineProperty(Error, 'stackTraceLimit', { configurable: true, ...descriptor });
  };

  for (const value of [10n, Symbol('none'), '10', null, undefined, Number.NaN, Number.POSITIVE_INFINITY, -1, 0]) {
    it(`is ${typeof value} ${String(value)}, stays so, and gets its result and its error`, () => {
      change({ value, writable: true });
      assert.equal(
        run(() => 'value'),
        'value',
      );
      const thrown = new TypeError('ours');
      assert.throws(() => run(() => Promise.reject.call(undefined, thrown)), TypeError);
      assert.ok(Object.is(Error.stackTraceLimit, value));
    });
  }

  it('is an accessor that throws', () => {
    change({
      get() {
        throw new Error('asked for the limit');
      },
    });
    assert.equal(
      run(() => 'value'),
      'value',
    );
  });

  it('becomes read-only inside the call', () => {
    assert.equal(
      run(() => {
        change({ value: Error.stackTraceLimit, writable: false });
        return 'value';
      }),
      'value',
    );
    change({ value: 10, writable: true });
  });

  it('is deleted or replaced inside the call: that holds', () => {
    run(() => Reflect.deleteProperty(Error, 'stackTraceLimit'));
    assert.equal(Object.hasOwn(Error, 'stackTraceLimit'), false);
    change({ value: 10, writable: true });
    run(() => {
      Error.stackTraceLimit = 50;
    });
    assert.equal(Error.stackTraceLimit, 50);
  });
});

describe('an error that is thrown at once keeps the frames of the application that it has without us', () => {
  const { stackTraceLimit } = Error;
  let telemetry: Telemetry;
  beforeEach(() => {
    telemetry = startTelemetry();
    // As Node has it; mocha wants all of them.
    Error.stackTraceLimit = 10;
  });
  afterEach(() => {
    telemetry.stop();
    Error.stackTraceLimit = stackTraceLimit;
  });

  type Action = () => unknown;
  const makeClasses = () => {
    class Store {
      constructor(action?: Action) {
        action?.();
      }
      run(action: Action) {
        return action();
      }
      *read(action: Action) {
        yield action();
      }
      async *readAll(action: Action) {
        yield action();
      }
      log(action: Action) {
        return { [Symbol.iterator]: () => this.read(action) };
      }
      refuse(action: Action): Iterator<unknown> {
        return action() as Iterator<unknown>;
      }
      handle(action: Action) {
        return action();
      }
      make(action: Action) {
        return action();
      }
    }
    // With constructors written down: of those that are not, V8 shows a frame only where the class above is no plain class.
    class Middle extends Store {
      constructor(action?: Action) {
        super(action);
      }
    }
    class Lowest extends Middle {
      constructor(action?: Action) {
        super(action);
      }
    }
    return { Store, Middle, Lowest };
  };
  type Classes = ReturnType<typeof makeClasses>;

  const aspectOf = (target: string, construct: object) => ({ target, family: 'tests', subclasses: {}, ...construct });
  function wovenClasses(): Classes {
    const classes = makeClasses();
    const runtime = testRuntime();
    weaveClass(
      classes.Store,
      {
        methods: {
          run: { span: 'run' },
          read: { span: 'read', gives: 'iterator' },
          readAll: { span: 'read', gives: 'iterator' },
          log: { span: 'log', gives: 'iterator' },
          refuse: { span: 'refuse', gives: 'iterator' },
          handle: { reaches: { handlers: { 0: {} } } },
          make: { reaches: { result: {} } },
        },
      },
      runtime,
    );
    weaveExported(
      runtime,
      [aspectOf('Store', {}), aspectOf('Middle', {}), aspectOf('Lowest', { construct: { span: 'construct' } })],
      classes,
    );
    return classes;
  }

  const fail = () => {
    throw new Error('at once');
  };
  const uses: Record<string, (classes: Classes) => unknown> = {
    'a method': ({ Store }) => new Store().run(fail),
    'the first pull of a generator': ({ Store }) => new Store().read(fail).next(),
    'the first pull of an async generator': ({ Store }) => new Store().readAll(fail).next(),
    'a pull of an iterable that is no iterator': ({ Store }) => [...new Store().log(fail)],
    'a method that gives an iterator': ({ Store }) => new Store().refuse(fail),
    'a method that takes handlers': ({ Store }) => new Store().handle(fail),
    'a factory': ({ Store }) => new Store().make(fail),
    'a constructor': ({ Store }) => new Store(fail),
    'a constructor below two others': ({ Lowest }) => new Lowest(fail),
    'a constructor of the application': ({ Middle }) => {
      class Mine extends Middle {
        constructor(action: Action) {
          super(action);
        }
      }
      return new Mine(fail);
    },
  };

  /** Calls in calls of the application, more than a stack shows. */
  function callFromDeep(depth: number, action: Action): unknown {
    return depth === 0 ? action() : callFromDeep(depth - 1, action);
  }

  async function framesOfApplication(use: Action): Promise<number> {
    try {
      await callFromDeep(20, use);
    } catch (error) {
      return String((error as Error).stack).split('callFromDeep').length;
    }
    return 0;
  }

  for (const [title, use] of Object.entries(uses)) {
    for (const sdk of ['with', 'without']) {
      it(`${title}, ${sdk} an SDK`, async () => {
        const [bare, woven] = [makeClasses(), wovenClasses()];
        if (sdk === 'without') trace.disable();
        const [expected, actual] = [
          await framesOfApplication(() => use(bare)),
          await framesOfApplication(() => use(woven)),
        ];
        assert.ok(expected > 2);
        assert.equal(actual, expected);
      });
    }
  }
});
