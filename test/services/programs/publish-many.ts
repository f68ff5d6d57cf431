// SPDX-License-Identifier: Apache-2.0
// `publish-many.js BROKER NAME COUNT`: publishes events one by one, some at a time.
import { randomUUID } from 'node:crypto';
import { OrderPlaced } from '../../../fixtures/shop/events.js';
import { type Broker, createBus } from '../../../testkit/brokers.js';

const [, , broker, name, count] = process.argv as unknown as [string, string, Broker, string, string];
const AT_A_TIME = 50;

const bus = createBus(broker, name);
await bus.connect();
let left = Number(count);
await Promise.all(Array.from({ length: AT_A_TIME }, publishSome));
await bus.shutdown();

async function publishSome(): Promise<void> {
  while (left > 0) {
    left -= 1;
    await bus.publish([
      new OrderPlaced({ aggregateId: randomUUID(), aggregateVersion: 1, customer: 'anna@example.com' }),
    ]);
  }
}
