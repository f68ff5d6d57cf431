// SPDX-License-Identifier: Apache-2.0
// Exports to use in the place of a module's own: what is assigned to them goes where it would have gone.
import assert from 'node:assert/strict';
import * as namespace from '../../src/weaving/functions.js';
import * as texts from '../../src/weaving/texts.js';
import { viewOf } from '../../src/weaving/views.js';

const twin = () => 'twin';

describe('a view of exports', () => {
  it('takes an assignment as the module does, for what is replaced and what is not', () => {
    let set: unknown;
    const exports = {
      open: () => 'bare',
      balance: 0,
      get limit() {
        return set;
      },
      set limit(value) {
        set = value;
      },
    };
    const view = viewOf(exports, new Map([['open', twin]])) as typeof exports;
    assert.deepEqual([view.open(), exports.open()], ['twin', 'bare']);
    const stub = () => 'stub';
    view.open = stub;
    view.balance = 7;
    view.limit = 9;
    assert.deepEqual([view.open, exports.open, exports.balance, view.balance, set], [stub, stub, 7, 7, 9]);
    exports.balance = 8;
    assert.equal(view.balance, 8);
  });

  it('refuses an assignment where the module does', () => {
    const frozen = Object.freeze({ open: () => 'bare', balance: 0 });
    for (const [exports, names] of [
      [frozen, ['open', 'balance']],
      [Object.defineProperty({}, 'open', { get: () => twin, enumerable: true }), ['open']],
      [texts, ['cut', 'LONGEST_STACK']],
      [namespace, []],
    ] as const) {
      const view = viewOf(exports, new Map([['open', twin]])) as Record<string, unknown>;
      assert.deepEqual(Object.keys(view), Object.keys(exports));
      for (const name of names) {
        const before = view[name];
        assert.throws(() => Object.assign(exports, { [name]: 1 }), TypeError);
        assert.throws(() => Object.assign(view, { [name]: 1 }), TypeError);
        assert.equal(Reflect.set(view, name, 1), false);
        assert.equal(view[name], before);
      }
    }
  });
});
