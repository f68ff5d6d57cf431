// SPDX-License-Identifier: Apache-2.0
// What is logged of aggregates: how they were loaded, and what becomes of their snapshots.
import type { AggregateRepository, AggregateRoot, AggregateSnapshotManager, DomainEvent } from 'eventsource';
import * as attr from '../../../conventions/attributes.js';
import type { Call, Facts, Recipe } from '../../../weaving/aspect.js';
import { loadRecords as loadRecordsOfAny } from '../../logs/aggregates.js';
import { type CallOf, loggerNamed, type Records } from '../../logs/record.js';

type Load = CallOf<AggregateRepository<AggregateRoot>, 'load'>;
type Restore = CallOf<AggregateRepository<AggregateRoot>, 'tryRestore'>;
type LoadSnapshot = CallOf<AggregateSnapshotManager, 'tryLoadSnapshot'>;
type TakeSnapshot = CallOf<AggregateSnapshotManager, 'tryCreateSnapshot'>;
type CreateSnapshot = CallOf<AggregateSnapshotManager, 'createSnapshot'>;
type Raise = Call<AggregateRoot, readonly [DomainEvent]>;

const base = loggerNamed('eventsource.aggregates.base');
const repository = loggerNamed('eventsource.aggregates.repository');
const manager = loggerNamed('eventsource.aggregates.snapshot_manager');
const strategies = loggerNamed('eventsource.snapshots.strategies');

const SNAPSHOT_VERSION = 'snapshot.version';
const SCHEMA_VERSION = 'snapshot.schema_version';

/** @param usedSnapshot the version of the snapshot that a load began with, if it did */
export function loadRecords(usedSnapshot: (call: Load) => number | undefined): Records<Load> {
  return loadRecordsOfAny<Load>({
    aggregate: {
      [attr.ATTR_AGGREGATE_ID]: ({ args }) => args[0],
      [attr.ATTR_AGGREGATE_TYPE]: ({ self }) => self.aggregateType,
    },
    version: ({ result }) => result.version,
    count: ({ facts }) => (facts as Facts & { readonly replayed?: number }).replayed,
    usedSnapshot,
  });
}

export const restoreRecords: Records<Restore> = [
  repository.warn('aggregate refused its snapshot; all its events are replayed', {
    on: 'failure',
    attributes: {
      [attr.ATTR_AGGREGATE_ID]: ({ args }) => args[0]?.aggregateId,
      [attr.ATTR_AGGREGATE_TYPE]: ({ self }) => self.aggregateType,
      [SNAPSHOT_VERSION]: ({ args }) => args[0]?.version,
    },
  }),
];

const wanted: Recipe<LoadSnapshot> = {
  [attr.ATTR_AGGREGATE_ID]: ({ args }) => args[0],
  [attr.ATTR_AGGREGATE_TYPE]: ({ self }) => self.aggregateType,
};

export const loadSnapshotRecords: Records<LoadSnapshot> = [
  manager.debug('snapshot found that can be used', {
    on: 'success',
    when: ({ result }) => result.snapshot !== null,
    attributes: { ...wanted, [SNAPSHOT_VERSION]: ({ result }) => result.snapshot?.version },
  }),
  manager.info('snapshot of another schema version passed over', {
    on: 'success',
    when: ({ result }) => result.outdated !== undefined,
    attributes: { ...wanted, [SCHEMA_VERSION]: ({ result }) => result.outdated?.schemaVersion },
  }),
  manager.warn('snapshot could not be read; all events are replayed', { on: 'failure', attributes: wanted }),
];

const taken: Recipe<{ readonly self: AggregateSnapshotManager; readonly args: readonly [AggregateRoot] }> = {
  [attr.ATTR_AGGREGATE_ID]: ({ args }) => args[0]?.aggregateId,
  [attr.ATTR_AGGREGATE_TYPE]: ({ self }) => self.aggregateType,
  [attr.ATTR_VERSION]: ({ args }) => args[0]?.version,
};

export const takeSnapshotRecords: Records<TakeSnapshot> = [
  strategies.info('automatic snapshot taken', {
    on: 'success',
    when: ({ result }) => result.snapshot !== null,
    attributes: taken,
  }),
  strategies.warn('automatic snapshot failed; the save stands', { on: 'failure', attributes: taken }),
];

export const createSnapshotRecords: Records<CreateSnapshot> = [
  manager.info('snapshot taken', { on: 'success', attributes: taken }),
];

/** The check of versions may be switched off for a class: such an event is applied all the same. */
export const raiseRecords: Records<Raise> = [
  base.warn('event raised whose version is not the next one', {
    on: 'begin',
    when: ({ self, args }) =>
      args[0].aggregateVersion !== self.getNextVersion() &&
      (self.constructor as typeof AggregateRoot).validateVersions === false,
    attributes: {
      [attr.ATTR_AGGREGATE_ID]: ({ self }) => self.aggregateId,
      [attr.ATTR_EVENT_ID]: ({ args }) => args[0].eventId,
      [attr.ATTR_VERSION]: ({ args }) => args[0].aggregateVersion,
      [attr.ATTR_EXPECTED_VERSION]: ({ self }) => self.getNextVersion(),
    },
  }),
];
