// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { lookUp } from '../../../testkit/scenario/run.js';

describe('a path of the scenario language', () => {
  const objects = new Map<string, unknown>([
    ['dead', [{ messageId: '1-0', data: { event_type: 'OrderPlaced', eventType: 'other' } }]],
    ['started', new Map([['shop', null]])],
  ]);
  const cases = [
    ['dead.0.messageId', '1-0'],
    ['dead.0.message_id', '1-0'],
    ['dead.0.data.event_type', 'OrderPlaced'],
    ['dead.1.messageId', undefined],
    ['started.shop', null],
    ['dead.length', 1],
  ] as const;

  for (const [path, value] of cases) {
    it(`finds ${path}`, () => assert.equal(lookUp(path, { objects }), value));
  }

  it('names an object that is not there', () => {
    assert.throws(() => lookUp('living.0', { objects }), { message: 'no object is called living' });
  });
});
