// SPDX-License-Identifier: Apache-2.0
// What must hold of events that were published and handled around an outage.
import assert from 'node:assert/strict';
import type { Restart } from '../programs/fault-restart.js';

/**
 * Every event was handled, and each handling has one chain of spans below the publish that went through. An outage may
 * repeat a delivery; that gives one more chain, and no chain without a delivery.
 */
export function assertTracedOnce({ published, handled, failures, spans }: Restart): void {
  assert.equal(published.length, 15);
  assert.deepEqual([...new Set(handled)].sort(), [...published].sort());
  const publishes = spans.filter(({ kind }) => kind === 'PRODUCER');
  const consumes = spans.filter(({ kind }) => kind === 'CONSUMER');
  assert.equal(publishes.filter(({ status }) => status === 'UNSET').length, published.length);
  assert.equal(publishes.filter(({ status }) => status === 'ERROR').length, failures);
  for (const { status, exceptions } of publishes) assert.equal(exceptions.length, status === 'ERROR' ? 1 : 0);

  const eventOf = ({ attributes }: { readonly attributes: Restart['spans'][number]['attributes'] }) =>
    String(attributes['eventsource.event.id']);
  assert.deepEqual(consumes.map(eventOf).sort(), [...handled].sort());
  const acknowledged = consumes.filter(({ status }) => status === 'UNSET').map(eventOf);
  for (const consume of consumes) {
    // A delivery that could not be acknowledged has failed, and comes again.
    assert.equal(consume.exceptions.length, consume.status === 'UNSET' ? 0 : 1);
    assert.ok(acknowledged.includes(eventOf(consume)));
    const parent = publishes.find(({ spanId }) => spanId === consume.parentSpanId);
    assert.equal(parent?.traceId, consume.traceId);
  }
  const dispatches = spans.filter(({ name }) => name.includes('.dispatch'));
  assert.deepEqual(
    dispatches.map(({ parentSpanId }) => parentSpanId).sort(),
    consumes.map(({ spanId }) => spanId).sort(),
  );
}
