// SPDX-License-Identifier: Apache-2.0
// Guide, "Repositories", AggregateRepository, and the snapshot manager that works inside it.
import type { AggregateRepository, AggregateRoot, AggregateSnapshotManager } from 'eventsource';
import * as attr from '../../conventions/attributes.js';
import { SPAN_LOAD, SPAN_SAVE } from '../../conventions/spans.js';
import { type Aspect, type Recipe, type Rows, rows } from '../../weaving/aspect.js';
import { countOf, foundSnapshot, type LoadFacts, usedSnapshot } from './load-facts.js';
import {
  createSnapshotRecords,
  loadRecords,
  loadSnapshotRecords,
  raiseRecords,
  restoreRecords,
  takeSnapshotRecords,
} from './logs/aggregates.js';
import { folds, loads, snapshotLookups } from './metrics/aggregates.js';
import { errorOf, handedFailure, handsFailure, ownSwitch } from './shared.js';
import { none } from './unspanned.js';

const SNAPSHOT_VERSION = 'snapshot.version';

const idAndType: Recipe<{
  readonly self: { readonly aggregateType: string };
  readonly args: readonly [string, ...unknown[]];
}> = {
  [attr.ATTR_AGGREGATE_ID]: ({ args }) => args[0],
  [attr.ATTR_AGGREGATE_TYPE]: ({ self }) => self.aggregateType,
};

const aggregateAndVersion: Recipe<{
  readonly self: { readonly aggregateType: string };
  readonly args: readonly [AggregateRoot, ...unknown[]];
}> = {
  [attr.ATTR_AGGREGATE_ID]: ({ args }) => args[0]?.aggregateId,
  [attr.ATTR_AGGREGATE_TYPE]: ({ self }) => self.aggregateType,
  [attr.ATTR_VERSION]: ({ args }) => args[0]?.version,
};

const repository = {
  target: 'AggregateRepository',
  family: 'aggregates',
  tracing: ownSwitch,
  methods: rows<AggregateRepository<AggregateRoot>>({
    load: {
      span: SPAN_LOAD,
      attributes: idAndType,
      result: {
        'snapshot.used': ({ result, facts }) => (usedSnapshot(result, facts) === undefined ? undefined : true),
        [SNAPSHOT_VERSION]: ({ result, facts }) => usedSnapshot(result, facts),
        'events.replayed': ({ facts }) => (facts as LoadFacts).replayed,
        [attr.ATTR_VERSION]: ({ result }) => result.version,
      },
      metrics: loads,
      logs: loadRecords(({ result, facts }) => usedSnapshot(result, facts)),
    },
    tryRestore: { ending: { outcome: errorOf }, logs: restoreRecords },
    save: {
      span: SPAN_SAVE,
      when: ({ args }) => args[0]?.hasUncommittedEvents,
      attributes: {
        ...aggregateAndVersion,
        [attr.ATTR_EVENT_COUNT]: ({ args }) => args[0]?.uncommittedEvents.length,
      },
      settled: {
        'save.success': ({ failed }) => !failed,
        new_version: ({ facts }) => facts.committedVersion as number | undefined,
      },
    },
    exists: {
      span: 'eventsource.repository.exists',
      attributes: idAndType,
      result: { exists: ({ result }) => result },
    },
    createSnapshot: {
      span: 'eventsource.repository.create_snapshot',
      when: ({ self }) => self.hasSnapshotSupport,
      attributes: aggregateAndVersion,
    },
  }),
  unspanned: {
    ...none('bookkeeping in memory', 'createNew'),
    ...none('only what it calls gives spans', 'loadOrCreate', 'getOrRaise'),
    ...none('eventsource-py has none', 'getVersion', 'awaitPendingSnapshots'),
  },
} as const satisfies Aspect;

/** No spans: what a load replays and a save commits, for the repository above. */
const aggregateRoot = {
  target: 'AggregateRoot',
  family: 'aggregates',
  methods: {
    ...rows<AggregateRoot>({
      loadFromHistory: { hands: ({ args }) => ({ replayed: countOf(args[0]) }), metrics: folds },
      markEventsAsCommitted: { hands: ({ self }) => ({ committedVersion: self.version }) },
    }),
    // It is protected, so it is named by hand.
    ...({ raiseEvent: { logs: raiseRecords } } as Rows),
  },
  unspanned: {
    ...none('bookkeeping in memory', 'getNextVersion', 'applyEvent', 'loadFromHistory', 'markEventsAsCommitted'),
    ...none('bookkeeping in memory', 'clearUncommittedEvents', 'serializeState', 'restoreFromSnapshot'),
  },
} as const satisfies Aspect;

const snapshotManager = {
  target: 'AggregateSnapshotManager',
  family: 'aggregates',
  tracing: ownSwitch,
  methods: rows<AggregateSnapshotManager>({
    loadValidSnapshot: {
      span: 'eventsource.snapshot_manager.load_valid_snapshot',
      via: 'AggregateRepository.load',
      attributes: idAndType,
      ending: { outcome: handedFailure },
      result: {
        'snapshot.found': ({ result }) => (result === null ? undefined : true),
        [SNAPSHOT_VERSION]: ({ result }) => result?.version,
      },
      hands: ({ result }) => foundSnapshot(result),
    },
    tryLoadSnapshot: {
      hands: handsFailure,
      ending: { outcome: errorOf },
      metrics: snapshotLookups,
      logs: loadSnapshotRecords,
    },
    maybeCreateSnapshot: {
      span: 'eventsource.snapshot_manager.maybe_create_snapshot',
      via: 'AggregateRepository.save',
      when: ({ self, args }) => self.isSnapshotDue(...args),
      attributes: aggregateAndVersion,
      ending: { outcome: handedFailure },
    },
    tryCreateSnapshot: { hands: handsFailure, ending: { outcome: errorOf }, logs: takeSnapshotRecords },
    createSnapshot: {
      span: 'eventsource.snapshot_manager.create_snapshot',
      via: 'AggregateRepository.createSnapshot',
      attributes: aggregateAndVersion,
      logs: createSnapshotRecords,
    },
  }),
  unspanned: {
    ...none('bookkeeping in memory', 'isSnapshotDue'),
    ...none('eventsource-py has none', 'awaitPending'),
  },
} as const satisfies Aspect;

export const aggregates = [repository, aggregateRoot, snapshotManager] as const satisfies readonly Aspect[];
