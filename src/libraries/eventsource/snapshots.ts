// SPDX-License-Identifier: Apache-2.0
// Guide, "Snapshot Stores".
import type { InMemorySnapshotStore, SnapshotStore } from 'eventsource';
import * as attr from '../../conventions/attributes.js';
import { SPAN_SNAPSHOT } from '../../conventions/spans.js';
import { type Aspect, type Recipe, rows } from '../../weaving/aspect.js';
import {
  inMemory,
  loggerOver,
  overBackEnds,
  postgresql,
  rowsOver,
  type StoredRows,
  sqlite,
  storedRows,
} from './back-ends.js';
import { clearRecords, snapshotRecords } from './logs/snapshots.js';
import { ownSwitch } from './shared.js';
import { none } from './unspanned.js';

const idAndType: Recipe<{ readonly args: readonly [string, string] }> = {
  [attr.ATTR_AGGREGATE_ID]: ({ args }) => args[0],
  [attr.ATTR_AGGREGATE_TYPE]: ({ args }) => args[1],
};

function snapshotRows(logger: string): StoredRows {
  const { saved, read, deleted, cleaned } = snapshotRecords(logger);
  return storedRows<SnapshotStore>({
    saveSnapshot: {
      span: SPAN_SNAPSHOT,
      does: 'upsert',
      attributes: {
        [attr.ATTR_AGGREGATE_ID]: ({ args }) => args[0]?.aggregateId,
        [attr.ATTR_AGGREGATE_TYPE]: ({ args }) => args[0]?.aggregateType,
        [attr.ATTR_VERSION]: ({ args }) => args[0]?.version,
      },
      logs: saved,
    },
    getSnapshot: { span: 'eventsource.snapshot.get', does: 'read', attributes: idAndType, logs: read },
    deleteSnapshot: { span: 'eventsource.snapshot.delete', does: 'delete', attributes: idAndType, logs: deleted },
    snapshotExists: { span: 'eventsource.snapshot.exists', does: 'read', attributes: idAndType },
    deleteSnapshotsByType: {
      span: 'eventsource.snapshot.delete_by_type',
      does: 'delete',
      attributes: { [attr.ATTR_AGGREGATE_TYPE]: ({ args }) => args[0] },
      logs: cleaned,
    },
  });
}

const own = overBackEnds({
  name: 'SnapshotStore',
  family: 'snapshots',
  backEnds: [
    {
      ...inMemory,
      extra: rows<InMemorySnapshotStore>({ clear: { span: 'eventsource.snapshot.clear', logs: clearRecords } }),
    },
    { ...sqlite, unspanned: none('set-up and end', 'close', '[Symbol.asyncDispose]') },
    postgresql,
  ],
  rows: (backEnd) => snapshotRows(loggerOver('snapshots', backEnd)),
});

/** The snapshot stores that an application derives. */
const derived = {
  target: 'SnapshotStore',
  family: 'snapshots',
  tracing: ownSwitch,
  subclasses: rowsOver(undefined, snapshotRows('eventsource.snapshots')),
} as const satisfies Aspect;

export const snapshots: readonly Aspect[] = [...own, derived];
