// SPDX-License-Identifier: Apache-2.0
// The driver hands out offsets as text, so even those that a double cannot hold are told to the digit.
import assert from 'node:assert/strict';
import { KafkaEventBus } from 'eventsource/bus';
import { type WovenTarget, weaveTarget } from '../../../../testkit/woven-target.js';

describe('the offset on a consume span of Kafka', () => {
  let woven: WovenTarget;

  before(() => {
    woven = weaveTarget();
  });
  beforeEach(() => woven.reset());
  after(() => woven.stop());

  for (const [offset, expected] of [
    ['7', 7],
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', '9007199254740993'],
    ['', undefined],
  ] as const) {
    it(`is ${JSON.stringify(expected)} for '${offset}'`, async () => {
      const bus = new KafkaEventBus({ enableDlq: false });
      const message = { key: null, value: null, headers: { event_type: 'Unknown' }, offset, timestamp: '0' };

      await bus.processMessage({ topic: 'events.stream', partition: 0, message }, async () => {});

      const [span] = woven.ended();
      assert.equal(span?.name, 'eventsource.event_bus.consume Unknown');
      assert.equal(span.attributes['messaging.kafka.offset'], expected);
    });
  }
});
