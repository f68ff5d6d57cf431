// SPDX-License-Identifier: Apache-2.0

import type { Program } from '../../../testkit/whole-library.js';
import { accountId, domainOf } from './domain.js';

/** One call of each kind of statement, and one that is refused. */
export const program: Program = async (library) => {
  const { depositOf } = domainOf(library);
  const database = library.openSQLite(':memory:');
  const store = new library.SQLiteEventStore(database);
  await store.initialize();
  await store.appendEvents(accountId, 'Account', [depositOf(1, 1)], 0);
  await store.appendEvents(accountId, 'Account', [depositOf(1, 1)], 5).catch(() => {});
  const snapshots = new library.snapshots.SQLiteSnapshotStore(database);
  await snapshots.snapshotExists(accountId, 'Account');
  await new library.SQLiteOutboxRepository(database).markPublished(accountId);
  await new library.SQLiteCheckpointRepository(database).resetCheckpoint('Balances');
  database.close();
  return 'done';
};
