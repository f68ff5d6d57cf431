// SPDX-License-Identifier: Apache-2.0
// `bad-messages.js BROKER NAME`: handles messages that somebody else has put together. Prints what became of them.
import { setTimeout as delay } from 'node:timers/promises';
import type { DomainEvent } from 'eventsource';
import { RedisEventBus } from 'eventsource/bus';
import { OrderPlaced } from '../../../fixtures/shop/events.js';
import { type Broker, createBus, readDeadLetters, writeMessages } from '../../../testkit/brokers.js';

export interface BadMessages {
  /** The messages that reached the handler, in this order. */
  readonly handled: readonly string[];
  /** Bodies of the dead letters. */
  readonly deadLetters: readonly string[];
  /** Messages that nobody has acknowledged. */
  readonly pending: number;
}

const [, , broker, name] = process.argv as unknown as [string, string, Broker, string];

/** Trace context and counts of kinds that no bus writes, as far as the broker takes them. */
const wrongKinds: Record<Broker, Record<string, unknown>> = {
  rabbitmq: { traceparent: 42, tracestate: true, baggage: { shop: [null, 1.5] }, 'x-retry-count': 'many' },
  redis: { traceparent: '', tracestate: '=,=', baggage: '\u0000%zz=%', retry_count: 'many' },
  kafka: {
    traceparent: Buffer.from([0xff, 0x00]),
    tracestate: ['a', 'b'],
    baggage: Buffer.alloc(0),
    retry_count: 'many',
  },
};
const typed = { event_type: 'OrderPlaced' };
const ALL_ZEROS = `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`;

const messages: Record<string, { headers: Record<string, unknown>; body?: string }> = {
  'a malformed traceparent': { headers: { ...typed, traceparent: 'neither-here-nor-there' } },
  'an invalid traceparent': { headers: { ...typed, traceparent: ALL_ZEROS } },
  'a thousand unknown headers': {
    headers: { ...typed, ...Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`x-unknown-${i}`, `${i}`])) },
  },
  'headers of wrong kinds': { headers: { ...typed, ...wrongKinds[broker] } },
  'no JSON': { headers: typed, body: 'no JSON' },
  'JSON, but no object': { headers: typed, body: '[1]' },
  'an unknown event type': { headers: { event_type: 'Nonsense' }, body: 'an unknown event type' },
  'no event type': { headers: { sender: 'somebody' }, body: 'no event type' },
  'a good one': { headers: typed },
};

const handled: string[] = [];
const bus = createBus(broker, name);
bus.subscribeToAllEvents((event: DomainEvent) => {
  handled.push((event as OrderPlaced).customer);
});
await bus.connect();
await writeMessages(
  broker,
  name,
  Object.entries(messages).map(([about, { headers, body = bodyOf(about) }]) => ({ headers, body })),
);
const consuming = bus.startConsuming();
while (!handled.includes('a good one')) await delay(5);
let pending = 0;
if (bus instanceof RedisEventBus) {
  for (let dlq = 0; dlq < 2; ) dlq += (await bus.recoverPendingMessages({ minIdleTimeMs: 0 })).dlq;
  pending = (await bus.recoverPendingMessages()).checked;
}
bus.stopConsuming();
await consuming;
await bus.shutdown();
const deadLetters = (await readDeadLetters(broker, name)).map(({ body }) => body);
const result: BadMessages = { handled, deadLetters, pending };
console.log(JSON.stringify(result));

function bodyOf(customer: string): string {
  const event = new OrderPlaced({ aggregateId: '11111111-0000-4000-8000-000000000000', aggregateVersion: 1, customer });
  return JSON.stringify(event.toDict());
}
