// SPDX-License-Identifier: Apache-2.0
// Guide, "Snapshot Stores".
import type { InMemorySnapshotStore, SnapshotStore } from 'eventsource';
import * as attr from '../../conventions/attributes.js';
import { type Aspect, type Recipe, rows } from '../../weaving/aspect.js';
import { inMemory, overBackEnds, postgresql, rowsOver, sqlite, storedRows } from './back-ends.js';
import { ownSwitch } from './shared.js';
import { none } from './unspanned.js';

const idAndType: Recipe<{ readonly args: readonly [string, string] }> = {
  [attr.ATTR_AGGREGATE_ID]: ({ args }) => args[0],
  [attr.ATTR_AGGREGATE_TYPE]: ({ args }) => args[1],
};

const snapshotRows = storedRows<SnapshotStore>({
  saveSnapshot: {
    span: 'eventsource.snapshot.save',
    does: 'upsert',
    attributes: {
      [attr.ATTR_AGGREGATE_ID]: ({ args }) => args[0]?.aggregateId,
      [attr.ATTR_AGGREGATE_TYPE]: ({ args }) => args[0]?.aggregateType,
      [attr.ATTR_VERSION]: ({ args }) => args[0]?.version,
    },
  },
  getSnapshot: { span: 'eventsource.snapshot.get', does: 'read', attributes: idAndType },
  deleteSnapshot: { span: 'eventsource.snapshot.delete', does: 'delete', attributes: idAndType },
  snapshotExists: { span: 'eventsource.snapshot.exists', does: 'read', attributes: idAndType },
  deleteSnapshotsByType: {
    span: 'eventsource.snapshot.delete_by_type',
    does: 'delete',
    attributes: { [attr.ATTR_AGGREGATE_TYPE]: ({ args }) => args[0] },
  },
});

const own = overBackEnds({
  name: 'SnapshotStore',
  family: 'snapshots',
  backEnds: [
    { ...inMemory, extra: rows<InMemorySnapshotStore>({ clear: { span: 'eventsource.snapshot.clear' } }) },
    { ...sqlite, unspanned: none('set-up and end', 'close', '[Symbol.asyncDispose]') },
    postgresql,
  ],
  rows: snapshotRows,
});

/** The snapshot stores that an application derives. */
const derived = {
  target: 'SnapshotStore',
  family: 'snapshots',
  tracing: ownSwitch,
  subclasses: rowsOver(undefined, snapshotRows),
} as const satisfies Aspect;

export const snapshots: readonly Aspect[] = [...own, derived];
