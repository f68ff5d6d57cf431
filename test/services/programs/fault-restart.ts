// SPDX-License-Identifier: Apache-2.0
// `OUTAGE=connections|server fault-restart.js BROKER NAME`: publishes and consumes before, during and after an outage, of the
// connections to the broker or of the broker itself.
import { spawnSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { DomainEvent } from 'eventsource';
import { OrderPlaced } from '../../../fixtures/shop/events.js';
import { type Broker, createBus } from '../../../testkit/brokers.js';
import { proxied } from '../support/proxied.js';
import { startWatchedSdk, type Watched } from '../support/watched-sdk.js';

export interface Restart extends Watched {
  /** Ids of the events that were published, in the end. */
  readonly published: readonly string[];
  /** Ids of the events that were handled, once for each time. */
  readonly handled: readonly string[];
  /** Publishes that failed. */
  readonly failures: number;
}

const [, , broker, name] = process.argv as unknown as [string, string, Broker, string];
const AT_A_TIME = 5;

const watched = startWatchedSdk();
const outage = process.env.OUTAGE === 'server' ? serverOutage() : await connectionOutage();
const published: string[] = [];
const handled: string[] = [];
let failures = 0;
const bus = createBus(broker, name);
bus.subscribeToAllEvents(({ eventId }: DomainEvent) => void handled.push(eventId));
await bus.connect();
const consuming = bus.startConsuming();

await publishAll();
await outage.begin();
const during = publishAll();
await delay(200);
await outage.end();
await during;
await publishAll();
await quiet();
bus.stopConsuming();
await consuming;
await bus.shutdown();
await outage.close();
const restart: Restart = { published, handled, failures, ...watched() };
console.log(JSON.stringify(restart));

/** Publishes events, each one until that succeeds, and waits until they are handled and acknowledged. */
async function publishAll(): Promise<void> {
  const events = Array.from(
    { length: AT_A_TIME },
    (_, n) => new OrderPlaced({ aggregateId: `order-${n}`, aggregateVersion: 1, customer: 'anna@example.com' }),
  );
  for (const event of events) {
    while (!(await isPublished(event))) await delay(100);
    published.push(event.eventId);
  }
  while (!events.every(({ eventId }) => handled.includes(eventId))) await delay(10);
  await quiet();
}

async function isPublished(event: DomainEvent): Promise<boolean> {
  try {
    await bus.publish([event]);
    return true;
  } catch {
    failures += 1;
    return false;
  }
}

/** Time for acknowledgements, and for messages that come again. */
async function quiet(): Promise<void> {
  await delay(300);
}

async function connectionOutage() {
  const proxy = await proxied(broker);
  return { begin: () => proxy.stop(), end: () => proxy.start(), close: () => proxy.stop() };
}

function serverOutage() {
  return { begin: async () => services('stop'), end: async () => services('start'), close: async () => {} };
}

function services(action: 'start' | 'stop'): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/services.mjs', action, broker], {
    encoding: 'utf8',
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^OTEL_|^NODE_OPTIONS$/.test(name))),
  });
  if (status !== 0 || stdout.includes('was not started from here')) throw new Error(`${stdout}${stderr}`);
}
