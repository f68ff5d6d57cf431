// SPDX-License-Identifier: Apache-2.0
// `failing.js BROKER NAME`: publishes one event whose handler always fails, until it is given up. Prints what is left of it.
import { setTimeout as delay } from 'node:timers/promises';
import { trace } from '@opentelemetry/api';
import { RedisEventBus } from 'eventsource/bus';
import { type Broker, createBus, type Message, readDeadLetters } from '../../../testkit/brokers.js';
import { theEvent } from '../support/events.js';

export interface Failing {
  readonly tries: number;
  readonly deadLetters: readonly Message[];
}

const [, , broker, name] = process.argv as unknown as [string, string, Broker, string];
const TRIES = 3;

class OutOfStock extends Error {
  override readonly name = 'OutOfStock';
}

let tries = 0;
const bus = createBus(broker, name);
bus.subscribeToAllEvents(() => {
  tries += 1;
  throw new OutOfStock('no apples');
});
await bus.connect();
const consuming = bus.startConsuming();
await trace.getTracer('application').startActiveSpan('checkout', async (span) => {
  await bus.publish([theEvent('on')]);
  span.end();
});

// The others try again by themselves.
if (bus instanceof RedisEventBus) {
  while (tries === 0) await delay(5);
  for (let dlq = 0; dlq === 0; await delay(5)) ({ dlq } = await bus.recoverPendingMessages({ minIdleTimeMs: 0 }));
}
let deadLetters: Message[] = [];
while (deadLetters.length === 0) {
  await delay(20);
  deadLetters = tries < TRIES ? [] : await readDeadLetters(broker, name);
}
bus.stopConsuming();
await consuming;
await bus.shutdown();
const failing: Failing = { tries, deadLetters };
console.log(JSON.stringify(failing));
