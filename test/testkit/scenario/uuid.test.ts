// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { SCENARIO_NAMESPACE, uuidV5 } from '../../../testkit/scenario/uuid.js';

describe('uuidV5', () => {
  it('gives the published example of RFC 9562 (www.example.com, DNS namespace)', () => {
    const dns = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
    assert.equal(uuidV5('www.example.com', dns), '2ed6657d-e927-568b-95e1-2665a8aea6a2');
  });

  it('has version 5 and the RFC variant, is stable, and differs from text to text', () => {
    const uuids = ['order-1', 'order-2', 'ä', ''].map((text) => uuidV5(text));
    for (const uuid of uuids)
      assert.match(uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(new Set(uuids).size, uuids.length);
    assert.equal(uuidV5('order-1'), uuidV5('order-1', SCENARIO_NAMESPACE));
  });
});
