// SPDX-License-Identifier: Apache-2.0
// `background-batch.js rabbitmq NAME`: publishes a batch in the background, of which one event cannot be sent.
import { randomUUID } from 'node:crypto';
import { OrderPlaced } from '../../../fixtures/shop/events.js';
import { type Broker, createBus } from '../../../testkit/brokers.js';

const [, , broker, name] = process.argv as unknown as [string, string, Broker, string];
const order = { aggregateId: randomUUID(), customer: 'anna@example.com' };
const events = [1, 2, 3, 4, 5].map((aggregateVersion) => new OrderPlaced({ ...order, aggregateVersion }));
const unsendable = new OrderPlaced({ ...order, aggregateVersion: 6, metadata: { huge: 10n } });

const bus = createBus(broker, name);
await bus.connect();
await bus.publish([...events, unsendable], { background: true });
await bus.shutdown();
console.log('null');
