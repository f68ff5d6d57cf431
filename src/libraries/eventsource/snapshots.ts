// SPDX-License-Identifier: Apache-2.0
// Guide, "Snapshot Stores".
import type { InMemorySnapshotStore, SnapshotStore } from 'eventsource';
import * as attr from '../../conventions/attributes.js';
import { type Aspect, type Recipe, type Rows, rows } from '../../weaving/aspect.js';
import { type Database, databaseSampling, overBackends, statement } from './databases.js';

function snapshotRows(database: Database): Rows {
  const sampling = databaseSampling(database);
  return rows<SnapshotStore>({
    saveSnapshot: {
      span: 'eventsource.snapshot.save',
      sampling,
      attributes: {
        [attr.ATTR_AGGREGATE_ID]: ({ args }) => args[0]?.aggregateId,
        [attr.ATTR_AGGREGATE_TYPE]: ({ args }) => args[0]?.aggregateType,
        [attr.ATTR_VERSION]: ({ args }) => args[0]?.version,
        ...statement(database, 'INSERT'),
      },
    },
    getSnapshot: {
      span: 'eventsource.snapshot.get',
      sampling,
      attributes: { ...idAndType, ...statement(database, 'SELECT') },
    },
    deleteSnapshot: {
      span: 'eventsource.snapshot.delete',
      sampling,
      attributes: { ...idAndType, ...statement(database, 'DELETE') },
    },
    snapshotExists: {
      span: 'eventsource.snapshot.exists',
      sampling,
      attributes: { ...idAndType, ...statement(database, 'SELECT') },
    },
    deleteSnapshotsByType: {
      span: 'eventsource.snapshot.delete_by_type',
      sampling,
      attributes: {
        [attr.ATTR_AGGREGATE_TYPE]: ({ args }) => args[0],
        ...statement(database, 'DELETE'),
      },
    },
  });
}

const idAndType: Recipe<{ readonly args: readonly [string, string] }> = {
  [attr.ATTR_AGGREGATE_ID]: ({ args }) => args[0],
  [attr.ATTR_AGGREGATE_TYPE]: ({ args }) => args[1],
};

export const snapshots: readonly Aspect[] = overBackends(
  'SnapshotStore',
  'snapshots',
  snapshotRows,
  rows<InMemorySnapshotStore>({ clear: { span: 'eventsource.snapshot.clear' } }),
);
