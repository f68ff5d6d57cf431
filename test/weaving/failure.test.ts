// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { className } from '../../src/weaving/failure.js';

describe('the class of an error', () => {
  it('is named as it was written: bundlers put an underscore before one that speaks of itself', () => {
    const Conflict = class _Conflict extends Error {};
    class _private extends Error {}
    class __Twice extends Error {}
    assert.deepEqual([new Conflict(), new _private(), new __Twice()].map(className), [
      'Conflict',
      '_private',
      '__Twice',
    ]);
  });
});
