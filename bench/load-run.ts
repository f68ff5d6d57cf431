// SPDX-License-Identifier: Apache-2.0
// Events through a broker to two consumers of one group, all in a process of its own. Prints one JSON line.
//   node [--import register] load-run.js BROKER NAME COUNT none|discard|encode
import { setTimeout as delay } from 'node:timers/promises';
import { OrderPlaced } from '../fixtures/shop/events.js';
import { type Broker, createBus } from '../testkit/brokers.js';
import { createPartitions, hasItsShare } from './brokers.js';
import { startTally, type Tallied } from './load-tally.js';

export interface LoadRun extends Tallied {
  /** Different events that were handled. */
  readonly handled: number;
  /** How many deliveries each consumer had. */
  readonly deliveries: readonly number[];
  /** From the first publish to the last handling. */
  readonly millis: number;
  /** Of all threads in that time: what neighbours on a shared machine do not change much. */
  readonly cpuMillis: number;
}

/** Publishes that are under way at the same time. */
const AT_A_TIME = 50;

const [, , broker, name, count, telemetry] = process.argv as [string, string, Broker, string, string, string];
const tally = telemetry === 'none' ? undefined : startTally({ encode: telemetry === 'encode' });
const handled = new Set<string>();
const deliveries = [0, 0];
let left = Number(count);

await createPartitions(broker, name, deliveries.length);
const publisher = createBus(broker, name);
const consumers = deliveries.map((_, index) => {
  const bus = createBus(broker, name);
  bus.subscribe(OrderPlaced, ({ eventId }) => {
    handled.add(eventId);
    deliveries[index] = (deliveries[index] ?? 0) + 1;
  });
  return bus;
});
for (const bus of [publisher, ...consumers]) await bus.connect();
const consuming = consumers.map((bus) => bus.startConsuming());
while (!consumers.every(hasItsShare)) await delay(20);

const [begin, cpuBegin] = [performance.now(), process.cpuUsage()];
await Promise.all(Array.from({ length: AT_A_TIME }, publishSome));
while (handled.size < Number(count)) await delay(2);
const millis = performance.now() - begin;
const { user, system } = process.cpuUsage(cpuBegin);

for (const bus of consumers) bus.stopConsuming();
await Promise.all(consuming);
for (const bus of [publisher, ...consumers]) await bus.shutdown();
const tallied = (await tally?.end()) ?? { ended: 0, exported: 0, open: 0, published: 0, consumed: 0 };
const run: LoadRun = { ...tallied, handled: handled.size, deliveries, millis, cpuMillis: (user + system) / 1000 };
console.log(JSON.stringify(run));

async function publishSome(): Promise<void> {
  while (left > 0) {
    left -= 1;
    const aggregateId = `order-${left}`;
    await publisher.publish([new OrderPlaced({ aggregateId, aggregateVersion: 1, customer: 'anna@example.com' })]);
  }
}
