// SPDX-License-Identifier: Apache-2.0
// A record that was handled but cannot be committed is delivered again: its consume span has failed, and says whose it was.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { KafkaEventBus } from 'eventsource/bus';
import { OrderPlaced } from '../../../../fixtures/shop/events.js';
import { type WovenTarget, weaveTarget } from '../../../../testkit/woven-target.js';

describe('a Kafka record that cannot be committed', () => {
  let woven: WovenTarget;

  before(() => {
    woven = weaveTarget();
  });
  beforeEach(() => woven.reset());
  after(() => woven.stop());

  for (const [retryCount, expected] of [
    [undefined, undefined],
    ['0', undefined],
    ['2', 2],
    ['often', undefined],
  ] as const) {
    it(`has a failed span with its event, at retry count ${retryCount}`, async () => {
      const event = new OrderPlaced({ aggregateId: 'order-1', tenantId: randomUUID(), customer: 'anna@example.com' });
      const bus = new KafkaEventBus();
      const headers = { event_type: event.eventType, ...(retryCount && { retry_count: retryCount }) };
      const value = Buffer.from(JSON.stringify(event.toDict()));
      const message = { key: null, value, headers, offset: '7', timestamp: '0' };
      const commit = () => Promise.reject(new RangeError('no coordinator'));

      await assert.rejects(bus.processMessage({ topic: 'events.stream', partition: 0, message }, commit), RangeError);

      const [span, ...others] = woven.ended();
      assert.deepEqual(others, []);
      assert.deepEqual(
        [span?.status.code, span?.events.map(({ name }) => name), span?.attributes['eventsource.error.type']],
        [2, ['exception'], 'RangeError'],
      );
      const { attributes } = span ?? assert.fail();
      assert.equal(attributes['eventsource.event.id'], event.eventId);
      assert.equal(attributes['eventsource.aggregate.id'], 'order-1');
      assert.equal(attributes['eventsource.aggregate.type'], event.aggregateType);
      assert.equal(attributes['eventsource.tenant.id'], event.tenantId);
      assert.equal(attributes['eventsource.retry.count'], expected);
    });
  }
});
