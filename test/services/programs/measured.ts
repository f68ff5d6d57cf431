// SPDX-License-Identifier: Apache-2.0
// `measured.js NAME`: a Kafka bus and subscriptions that have done countable things, then wait to be asked for their metrics.
// The Kafka handler stops in the middle of the fourth of six events until SIGTERM, the next SIGTERM ends the process.
import { randomUUID } from 'node:crypto';
import { type DomainEvent, InMemoryEventBus } from 'eventsource';
import { InMemoryCheckpointRepository } from 'eventsource/repositories';
import { InMemoryEventStore } from 'eventsource/stores';
import { SubscriptionManager } from 'eventsource/subscriptions';
import { gate, until } from '../../../fixtures/eventsource/test/services/support/inbox.js';
import { ItemAdded, OrderPlaced } from '../../../fixtures/shop/events.js';
import { openBus } from '../../../fixtures/shop-readmodel/broker.js';

const [, , name = ''] = process.argv;
const { open, opened } = gate();

async function publishAndStick(): Promise<void> {
  const bus = await openBus('kafka', name);
  let handled = 0;
  class Warehouse {
    async handle(): Promise<void> {
      if (handled === 3) await opened;
      handled += 1;
    }
  }
  bus.subscribe(OrderPlaced, new Warehouse());
  const placed = () => new OrderPlaced({ aggregateId: randomUUID(), aggregateVersion: 1, customer: 'anna' });
  await bus.publish(Array.from({ length: 6 }, placed));
  void bus.startConsuming();
  await until(() => handled === 3, 30);
}

/** One subscription is live and has failed on one of its five events, one is paused two events behind. */
async function subscribe(): Promise<SubscriptionManager> {
  const [store, bus] = [new InMemoryEventStore(), new InMemoryEventBus()];
  const manager = new SubscriptionManager(store, bus, new InMemoryCheckpointRepository());
  const feed = (refused?: number) => ({
    subscribedTo: () => [ItemAdded],
    async handle(event: DomainEvent) {
      if ((event as ItemAdded).quantity === refused) throw new RangeError(`no ${refused}`);
    },
  });
  const add = async (quantity: number) => {
    const event = new ItemAdded({ aggregateId: randomUUID(), aggregateVersion: 1, sku: 'pear', quantity, price: 1 });
    await store.appendEvents(event.aggregateId, 'Order', [event], 0);
    await bus.publish([event]);
  };
  const config = { startFrom: 'beginning' } as const;
  await add(1);
  await manager.subscribe(feed(3), { name: 'live', config });
  await manager.subscribe(feed(), { name: 'paused', config });
  await manager.start();
  for (const quantity of [2, 3]) await add(quantity);
  await manager.pauseSubscription('paused');
  for (const quantity of [4, 5]) await add(quantity);
  return manager;
}

const manager = await subscribe();
await publishAndStick();
process.once('SIGTERM', () => {
  open();
  process.once('SIGTERM', () => process.exit(manager.subscriptionCount === 2 ? 0 : 1));
});
setInterval(() => {}, 60_000);
console.log('measured');
