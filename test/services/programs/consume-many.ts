// SPDX-License-Identifier: Apache-2.0
// `consume-many.js BROKER NAME COUNT`: says when it is ready, and ends when it has handled so many events.
import { setTimeout as delay } from 'node:timers/promises';
import '../../../fixtures/shop/events.js';
import { type Broker, createBus } from '../../../testkit/brokers.js';

const [, , broker, name, count] = process.argv as unknown as [string, string, Broker, string, string];

let handled = 0;
const bus = createBus(broker, name);
bus.subscribeToAllEvents(() => {
  handled += 1;
});
await bus.connect();
const consuming = bus.startConsuming();
console.log('ready');
while (handled < Number(count)) await delay(10);
bus.stopConsuming();
await consuming;
await bus.shutdown();
