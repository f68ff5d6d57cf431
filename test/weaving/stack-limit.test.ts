// SPDX-License-Identifier: Apache-2.0
// The limit of stack traces is the application's: it is higher while a woven call runs, and must never make one fail.
import assert from 'node:assert/strict';
import { startTelemetry, type Telemetry, weaveClass } from '../../testkit/telemetry.js';

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
