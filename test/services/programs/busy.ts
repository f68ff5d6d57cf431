// SPDX-License-Identifier: Apache-2.0
// `busy.js NAME`: a shop that goes on until SIGTERM and leaves out nothing that a dashboard shows: conflicts, loads with and without
// snapshots, retries, dead letters, duplicates, a full outbox, rebuilds, a Kafka topic; and commands and queries, of the libraries that
// have any. Says `busy` after its first round.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import 'reflect-metadata';
import { getInMemoryMessageBus } from '@event-driven-io/emmett';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CqrsModule, QueryBus, QueryHandler } from '@nestjs/cqrs';
import {
  AggregateRepository,
  type DomainEvent,
  InMemoryEventBus,
  SQLiteCheckpointRepository,
  SQLiteDLQRepository,
  SQLiteEventStore,
  SQLiteOutboxRepository,
} from 'eventsource';
import { getSchema } from 'eventsource/migrations';
import { CheckpointTrackingProjection, ProjectionCoordinator, ProjectionRegistry } from 'eventsource/projections';
import { SQLiteSnapshotStore } from 'eventsource/snapshots';
import { openSQLite } from 'eventsource/stores';
import { SubscriptionManager } from 'eventsource/subscriptions';
import { ItemAdded, OrderPlaced } from '../../../fixtures/shop/events.js';
import { Order } from '../../../fixtures/shop/order.js';
import { openBus } from '../../../fixtures/shop-readmodel/broker.js';

const [, , name = ''] = process.argv;
const database = openSQLite(':memory:');
database.exec(getSchema('all', 'sqlite'));
const store = new SQLiteEventStore(database);
await store.initialize();
const bus = new InMemoryEventBus();
const checkpoints = new SQLiteCheckpointRepository(database);
const outbox = new SQLiteOutboxRepository(database);
const kafka = await openBus('kafka', name);
const plain = new AggregateRepository(store, Order, Order.aggregateType, { eventPublisher: bus });
const withSnapshots = new AggregateRepository(store, Order, Order.aggregateType, {
  snapshotStore: new SQLiteSnapshotStore(database),
  snapshotThreshold: 2,
});

/** Fails on every third piece: once, or until it is given up. */
class Sales extends CheckpointTrackingProjection {
  static override readonly retryBackoffBase = 0;
  private handled = 0;

  subscribedTo() {
    return [ItemAdded];
  }

  protected override async processEvent(): Promise<void> {
    this.handled += 1;
    if (this.handled % 3 !== 0) throw new RangeError('no such shelf');
  }
}

const dlqRepo = new SQLiteDLQRepository(database);
const sales = new Sales({ checkpointRepo: checkpoints, dlqRepo });
const stubborn = new (class Stubborn extends Sales {
  protected override async processEvent(): Promise<void> {
    throw new RangeError('no such shelf');
  }
})({ checkpointRepo: checkpoints, dlqRepo });

const registry = new ProjectionRegistry();
registry.registerProjection(sales);
const coordinator = new ProjectionCoordinator(registry);

class Warehouse {
  async handle(): Promise<void> {}
}
kafka.subscribe(OrderPlaced, new Warehouse());
void kafka.startConsuming();

const manager = new SubscriptionManager(store, bus, checkpoints, { dlqRepo });
await manager.subscribe(
  {
    subscribedTo: () => [OrderPlaced, ItemAdded],
    async handle(event: DomainEvent) {
      if ((event as ItemAdded).quantity === 3) throw new RangeError('no such shelf');
    },
  },
  { name: 'stock', config: { startFrom: 'beginning', continueOnError: true } },
);

const commands = getInMemoryMessageBus();
commands.handle(async ({ data }: { readonly type: 'Reserve'; readonly data: { readonly quantity: number } }) => {
  if (data.quantity === 3) throw new RangeError('no such shelf');
}, 'Reserve');

class InStock {}
class InStockHandler {
  async execute(): Promise<number> {
    return 3;
  }
}
class Warehouses {}
// By hand, since the decorators of this package's own are standard ones.
QueryHandler(InStock)(InStockHandler);
Module({ imports: [CqrsModule], providers: [InStockHandler] })(Warehouses);
const warehouses = await NestFactory.createApplicationContext(Warehouses, { logger: false });
await warehouses.init();

async function round(): Promise<void> {
  const items = [1, 2, 3].map((quantity) => ({ sku: 'pear', quantity, price: 1 }));
  const order = plain.createNew(randomUUID());
  order.place('anna', items);
  const events = [...order.uncommittedEvents];
  await plain.save(order);
  await bus.publish(events.slice(0, 1)); // once more
  await plain.load(order.aggregateId);
  await store.appendEvents(order.aggregateId, 'Order', events, 0).catch(() => {}); // loses
  const other = withSnapshots.createNew(randomUUID());
  other.place('berta', items);
  await withSnapshots.save(other);
  await withSnapshots.awaitPendingSnapshots();
  await withSnapshots.load(other.aggregateId);
  for (const event of events.slice(1)) await Promise.allSettled([sales.handle(event), stubborn.handle(event)]);
  await outbox.addEvent(events[0] as DomainEvent);
  await coordinator.catchup(sales, events).catch(() => {});
  await kafka.publish(events.slice(0, 1));
  for (const quantity of [1, 3]) await commands.send({ type: 'Reserve', data: { quantity } }).catch(() => {});
  await warehouses.get(QueryBus).execute(new InStock());
}

await round();
await manager.start();
let isOver = false;
process.once('SIGTERM', () => {
  isOver = true;
});
for (let rounds = 0; !isOver; rounds += 1) {
  await round();
  if (rounds === 0) console.log('busy');
  await delay(200);
}
process.exit(0);
