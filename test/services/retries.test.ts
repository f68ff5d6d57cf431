// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { brokers } from '../../testkit/brokers.js';
import { describeOnServer } from '../../testkit/servers.js';
import type { Failing } from './programs/failing.js';
import { drivers, ours, runOn } from './support/run.js';

for (const broker of brokers) {
  describeOnServer(broker, `a message that always fails, over ${broker}`, () => {
    for (const preloads of [[ours], [ours, drivers], [drivers, ours]]) {
      it(`is tried three times below its publish span, and keeps that as a dead letter: ${preloads.join(' ')}`, async () => {
        const { spans, result } = await runOn<Failing>(broker, 'failing', { preloads });
        const publish = spans.find(({ name }) => name.startsWith('eventsource.event_bus.publish'));
        const tries = spans
          .filter(({ name }) => /^eventsource\.event_bus\.(?:consume|process)\b/.test(name))
          .sort((a, b) => Number(a.startNanos - b.startNanos));
        assert.equal(result.tries, 3);
        assert.deepEqual(
          tries.map(({ parentSpanId, status, attributes }) => ({
            parentSpanId,
            status,
            retries: attributes['eventsource.retry.count'],
            error: attributes['eventsource.error.type'],
          })),
          [undefined, 1, 2].map((retries) => ({
            parentSpanId: publish?.spanId,
            status: 'ERROR',
            retries,
            error: 'OutOfStock',
          })),
        );
        for (const { events } of tries) {
          assert.deepEqual(
            events.map(({ attributes }) => attributes['exception.message']),
            ['no apples'],
          );
        }
        assert.deepEqual(
          result.deadLetters.map(({ headers }) => headers.traceparent),
          [`00-${publish?.traceId}-${publish?.spanId}-01`],
        );
      }).timeout(120_000);
    }
  });
}
