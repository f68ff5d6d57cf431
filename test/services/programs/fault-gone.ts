// SPDX-License-Identifier: Apache-2.0
// `fault-gone.js BROKER NAME`: saves while the broker goes away, publishes while it is gone, and again when it is back.
import { setTimeout as delay } from 'node:timers/promises';
import { AggregateRepository } from 'eventsource';
import { PostgreSQLOutboxRepository } from 'eventsource/repositories';
import { PostgreSQLEventStore } from 'eventsource/stores';
import { createDatabase } from '../../../fixtures/eventsource/test/services/postgresql/database.js';
import { Order } from '../../../fixtures/shop/order.js';
import { type Broker, createBus } from '../../../testkit/brokers.js';
import { theEvent } from '../support/events.js';
import { proxied } from '../support/proxied.js';
import { startWatchedSdk, type Watched } from '../support/watched-sdk.js';

export interface Told {
  /** The class of the error. */
  readonly error: string | null;
  readonly message: string;
  readonly code: string | undefined;
}

export interface Gone extends Watched {
  readonly saved: Told;
  readonly published: Told;
  readonly inBackground: Told;
  readonly back: Told;
  /** Types of the events that are still to be published. */
  readonly outbox: readonly string[];
}

const [, , broker, name] = process.argv as unknown as [string, string, Broker, string];
const watched = startWatchedSdk();
const proxy = await proxied(broker);
const database = await createDatabase();
const store = new PostgreSQLEventStore(database.pool, { outboxEnabled: true });
const outbox = new PostgreSQLOutboxRepository(database.pool, { enableTracing: false });
const bus = createBus(broker, name);
await bus.connect();
const orders = new AggregateRepository(store, Order, 'Order', { eventPublisher: bus });
const order = new Order('11111111-0000-4000-8000-000000000000');
order.place('anna@example.com', []);

proxy.freeze();
const saving = told(orders.save(order));
await delay(50);
await proxy.stop();
const saved = await saving;
const [published, inBackground] = await Promise.all([
  told(bus.publish([theEvent('on')])),
  told(bus.publish([theEvent('off')], { background: true })),
]);
while (watched().open.length > 0) await delay(20);
await proxy.start();
const back = await told(bus.publish([theEvent('suppressed')]));
await bus.shutdown();

const pending = await outbox.getPendingEvents();
const gone: Gone = {
  saved,
  published,
  inBackground,
  back,
  outbox: pending.map(({ eventType }) => eventType),
  ...watched(),
};
await Promise.all([proxy.stop(), database.close()]);
console.log(JSON.stringify(gone));

async function told(work: Promise<unknown>): Promise<Told> {
  try {
    await work;
    return { error: null, message: '', code: undefined };
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    return { error: (error as Error).constructor.name, message, code };
  }
}
