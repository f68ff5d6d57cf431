// SPDX-License-Identifier: Apache-2.0
// `fault-append.js`: appends while the connection to PostgreSQL is cut, and again on a new one. Prints what is stored.
import { randomUUID } from 'node:crypto';
import { PostgreSQLOutboxRepository } from 'eventsource/repositories';
import { PostgreSQLEventStore } from 'eventsource/stores';
import { createDatabase } from '../../../fixtures/eventsource/test/services/postgresql/database.js';
import { OrderPlaced } from '../../../fixtures/shop/events.js';
import { addressOf } from '../../../testkit/servers.js';
import { proxied } from '../support/proxied.js';
import { startWatchedSdk, type Watched } from '../support/watched-sdk.js';

export interface CutAppend extends Watched {
  /** The error that the caller got. */
  readonly error: { readonly type: string; readonly message: string } | null;
  readonly versionAfterCut: number;
  readonly outboxAfterCut: number;
  readonly versionInTheEnd: number;
  readonly outboxInTheEnd: number;
}

const watched = startWatchedSdk();
const proxy = await proxied('postgresql');
const url = new URL(addressOf('postgresql'));
url.host = proxy.address;
const database = await createDatabase();
const aggregateId = randomUUID();
const events = [1, 2, 3].map(
  (aggregateVersion) => new OrderPlaced({ aggregateId, aggregateVersion, customer: 'anna@example.com' }),
);
const store = new PostgreSQLEventStore(database.anotherPool({ connectionString: url.href }), { outboxEnabled: true });
const direct = new PostgreSQLEventStore(database.pool, { enableTracing: false });
const outbox = new PostgreSQLOutboxRepository(database.pool, { enableTracing: false });

// Inside the transaction, after the first event is inserted.
const writeToOutbox = store.writeToOutbox;
store.writeToOutbox = async (event) => {
  proxy.cut();
  await writeToOutbox.call(store, event);
};
const error = await store.appendEvents(aggregateId, 'Order', events, 0).then(
  () => null,
  (error: Error) => ({ type: error.constructor.name, message: error.message }),
);
const [versionAfterCut, outboxAfterCut] = await stored();
store.writeToOutbox = writeToOutbox;
await store.appendEvents(aggregateId, 'Order', events, 0);
const [versionInTheEnd, outboxInTheEnd] = await stored();
await database.close();
await proxy.stop();
const cut: CutAppend = { error, versionAfterCut, outboxAfterCut, versionInTheEnd, outboxInTheEnd, ...watched() };
console.log(JSON.stringify(cut));

async function stored(): Promise<[version: number, outbox: number]> {
  return [await direct.getStreamVersion(aggregateId, 'Order'), (await outbox.getPendingEvents()).length];
}
