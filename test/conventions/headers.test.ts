// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { headerGetter } from '../../src/conventions/headers.js';

describe('the getter for message headers', () => {
  for (const [about, value, text] of [
    ['text', 'abc', 'abc'],
    ['bytes', Buffer.from('abc'), 'abc'],
    ['a view on bytes', new Uint8Array(Buffer.from('-abc-')).subarray(1, 4), 'abc'],
    ['a list, of which the first counts', ['abc', 'def'], 'abc'],
    ['a list of bytes', [Buffer.from('abc'), Buffer.from('def')], 'abc'],
    ['an empty list', [], undefined],
    ['a number', 42, undefined],
    ['a boolean', true, undefined],
    ['nothing', null, undefined],
    ['a table', { value: 'abc' }, undefined],
    ['a list of numbers', [1, 2], undefined],
    ['empty text', '', ''],
  ] as const) {
    it(`reads a header whose value is ${about}`, () =>
      assert.equal(headerGetter.get({ traceparent: value }, 'traceparent'), text));
  }

  it('gives some text for bytes that are no text', () => {
    assert.equal(typeof headerGetter.get({ traceparent: Buffer.from([0xff, 0xfe]) }, 'traceparent'), 'string');
  });

  for (const headers of [undefined, null, 'text', 42]) {
    it(`finds nothing in headers that are no object: ${headers}`, () => {
      assert.equal(headerGetter.get(headers, 'traceparent'), undefined);
      assert.deepEqual(headerGetter.keys(headers), []);
    });
  }

  it('lists the names of the headers', () => {
    assert.deepEqual(headerGetter.keys({ traceparent: 'abc', 'x-retry-count': 1 }), ['traceparent', 'x-retry-count']);
  });
});
