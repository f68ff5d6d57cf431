// SPDX-License-Identifier: Apache-2.0
// Modules that export one function or class only, by no name but its own.
import assert from 'node:assert/strict';
import { weaveBindings } from '../../src/weaving/bindings.js';
import { weaveClasses } from '../../src/weaving/classes.js';
import { startTelemetry, type Telemetry, testRuntime } from '../../testkit/telemetry.js';

describe('a default export', () => {
  let telemetry: Telemetry;
  beforeEach(() => {
    telemetry = startTelemetry();
  });
  afterEach(() => telemetry.stop());

  const makeStore = () =>
    class Store {
      append() {}
    };
  const aspect = { target: 'Store', family: 'f', methods: { append: { span: 'append' } } };

  it('is found by the name of the class, as all that a CommonJS module exports and as `default`', () => {
    for (const exports of [makeStore(), { default: makeStore() }]) {
      const { report } = weaveClasses(testRuntime(), [aspect], exports);
      assert.deepEqual(report.methods, { 'Store.append': 'woven' });
    }
  });

  it('gives way to an export of the name', () => {
    const [Named, Default] = [makeStore(), makeStore()];
    weaveClasses(testRuntime(), [aspect], { Store: Named, default: Default });
    new Default().append();
    assert.equal(telemetry.tree(), '');
    new Named().append();
    assert.equal(telemetry.tree(), 'append');
  });

  it('of another name, of none, or with a name that only looks like one is left alone', () => {
    const other = class Other extends makeStore() {};
    const anonymous = (() => class extends makeStore() {})();
    const computed = class {
      static get name() {
        return 'Store';
      }
      append() {}
    };
    for (const exports of [other, anonymous, computed, { default: other }, { default: 'Store' }]) {
      assert.deepEqual(weaveClasses(testRuntime(), [aspect], exports).report.absent, ['Store']);
    }
  });

  it('is replaced under the name `default` where a row needs that', () => {
    function send() {
      return 'sent';
    }
    const rebound: [string, unknown][] = [];
    const states = weaveBindings(
      testRuntime(),
      [{ target: 'send', family: 'f', call: { span: 'send' } }],
      send,
      (...named) => {
        rebound.push(named);
        return true;
      },
    );
    assert.deepEqual([states, rebound.map(([name]) => name)], [{ send: 'woven' }, ['default']]);
    assert.equal((rebound[0] as [string, typeof send])[1](), 'sent');
    assert.equal(telemetry.tree(), 'send');
  });
});
