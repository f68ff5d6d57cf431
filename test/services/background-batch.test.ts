// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describeOnServer } from '../../testkit/servers.js';
import { runOn } from './support/run.js';

describeOnServer('rabbitmq', 'a batch published in the background over rabbitmq', () => {
  it('has a span that ends with its last event, and tells what became of all of them', async () => {
    const { spans } = await runOn('rabbitmq', 'background-batch');
    const [batch] = spans.filter(({ name }) => name === 'eventsource.event_bus.publish_batch');
    const publishes = spans.filter(({ name }) => name === 'eventsource.event_bus.publish');
    assert.ok(batch);
    assert.deepEqual(
      publishes.map(({ parentSpanId }) => parentSpanId),
      Array(6).fill(batch.spanId),
    );
    // Spans are exported in the order in which they end.
    assert.ok(publishes.every((publish) => spans.indexOf(publish) < spans.indexOf(batch)));
    assert.equal(publishes.filter(({ status }) => status === 'ERROR').length, 1);
    const { attributes, status } = batch;
    assert.deepEqual(
      {
        status,
        error: attributes['eventsource.error.type'],
        published: attributes['messaging.batch.published'],
        failed: attributes['messaging.batch.failed'],
      },
      { status: 'ERROR', error: 'TypeError', published: 5, failed: 1 },
    );
  }).timeout(120_000);
});
