// SPDX-License-Identifier: Apache-2.0
// `exchange.js BROKER NAME`: publishes with tracing on, with tracing off and with tracing suppressed, and reads each message
// with tracing on and off. Prints what the broker and the handlers saw.
import { setTimeout as delay } from 'node:timers/promises';
import { type BaggageEntry, context, propagation, type SpanContext, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import type { DomainEvent } from 'eventsource';
import { type Broker, createBus, type Message, observe, readMessages } from '../../../testkit/brokers.js';
import { publications, theEvent } from '../support/events.js';

export interface Handling {
  readonly eventId: string;
  readonly tracing: boolean;
  /** That was current in the handler. */
  readonly span: SpanContext | null;
  readonly baggage: readonly [string, BaggageEntry][];
}

export interface Exchange {
  readonly messages: readonly Message[];
  readonly handlings: readonly Handling[];
}

const [, , broker, name] = process.argv as unknown as [string, string, Broker, string];
const handlings: Handling[] = [];

await observe(broker, name);
const readers = [reader(true), reader(false)];
const publishers = { on: createBus(broker, name), off: createBus(broker, name, { enableTracing: false }) };
for (const bus of [...readers, publishers.on, publishers.off]) await bus.connect();
const reading = readers.map((bus) => bus.startConsuming());

const tracer = trace.getTracer('application');
const baggage = propagation.createBaggage({ shop: { value: 'north' } });
await context.with(propagation.setBaggage(context.active(), baggage), () =>
  tracer.startActiveSpan('checkout', async (span) => {
    await publishers.on.publish([theEvent('on')]);
    await publishers.off.publish([theEvent('off')]);
    await context.with(suppressTracing(context.active()), () => publishers.on.publish([theEvent('suppressed')]));
    span.end();
  }),
);
const all = publications.length * readers.length;
while (handlings.length < all) await delay(5);
for (const bus of readers) bus.stopConsuming();
await Promise.all(reading);
for (const bus of [...readers, publishers.on, publishers.off]) await bus.shutdown();

const exchange: Exchange = { messages: await readMessages(broker, name), handlings };
console.log(JSON.stringify(exchange));

function reader(tracing: boolean) {
  const bus = createBus(broker, name, { group: tracing ? 'readers' : 'others', enableTracing: tracing });
  bus.subscribeToAllEvents(({ eventId }: DomainEvent) => {
    handlings.push({
      eventId,
      tracing,
      span: trace.getActiveSpan()?.spanContext() ?? null,
      baggage: propagation.getActiveBaggage()?.getAllEntries() ?? [],
    });
  });
  return bus;
}
