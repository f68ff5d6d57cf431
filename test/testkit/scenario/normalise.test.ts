// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createMarks, type Marks } from '../../../testkit/scenario/marks.js';
import { compactJson, normaliseAttributes, sortedByName } from '../../../testkit/scenario/normalise.js';

describe('normaliseAttributes', () => {
  let marks: Marks;
  beforeEach(() => {
    marks = createMarks();
  });
  afterEach(() => marks.clear());

  it('hides values that no two runs share', () => {
    const attributes = { 'handler.duration_ms': 1.5, 'message.id': 'a-1', 'dlq.id': 7, 'consumer.name': 'host-1' };
    assert.deepEqual(normaliseAttributes(attributes, marks), {
      'consumer.name': '<volatile>',
      'dlq.id': '<volatile>',
      'handler.duration_ms': '<volatile>',
      'message.id': '<volatile>',
    });
  });

  it('names the temporary folder, unique names and UUIDs inside strings and lists', () => {
    const stream = `${marks.uuid('order-1')}:Order`;
    const path = marks.temp('shop.db');
    const topic = `${marks.unique('orders')}.stream`;
    assert.deepEqual(normaliseAttributes({ path, list: [stream, topic], upper: stream.toUpperCase() }, marks), {
      list: ['<uuid:order-1>:Order', '<unique:orders>.stream'],
      path: '<temp>/shop.db',
      upper: '<uuid:order-1>:ORDER',
    });
  });

  it('names a UUID that the scenario did not make only as such', () => {
    const id = '0a8d5b9e-0000-4000-8000-00000000abcd';
    assert.deepEqual(normaliseAttributes({ id: `id ${id}` }, marks), { id: 'id <uuid>' });
  });

  it('takes the longer one of two unique names of which one ends with the other', () => {
    marks.unique('orders');
    const name = marks.unique('old-orders');
    assert.deepEqual(normaliseAttributes({ name }, marks), { name: '<unique:old-orders>' });
  });

  it('keeps the suffix of unique names within a run and changes it from run to run', () => {
    assert.equal(marks.unique('orders'), marks.unique('orders'));
    assert.notEqual(marks.unique('orders'), createMarks().unique('orders'));
  });
});

describe('the order of siblings', () => {
  it('is by name, then by compact JSON with sorted keys', () => {
    const first = { name: 'a', attributes: { b: 1, a: 1 } };
    const second = { name: 'a', attributes: { a: 2 } };
    const third = { name: 'b', attributes: {} };
    assert.equal(compactJson(first), '{"attributes":{"a":1,"b":1},"name":"a"}');
    assert.deepEqual(sortedByName([third, second, first]), [first, second, third]);
  });
});
