// SPDX-License-Identifier: Apache-2.0
// What is measured of loading aggregates: how much is replayed, how long the folding takes, and what snapshots are good for.
import type { AggregateRepository, AggregateRoot, AggregateSnapshotManager, DomainEvent } from 'eventsource';
import * as attr from '../../../conventions/attributes.js';
import type { Call, Recipe } from '../../../weaving/aspect.js';
import { className } from '../../../weaving/failure.js';
import type { Instrument, Measurement } from '../../../weaving/signals.js';
import { loads as loadsOfAny, SNAPSHOT_OUTCOME } from '../../metrics/aggregates.js';
import { snapshotLookups as lookups } from '../../metrics/instruments.js';
import { ERROR_TYPE, ofFailure, secondsOfCalls } from '../../metrics/shared.js';
import { type LoadFacts, usedSnapshot } from '../load-facts.js';

const foldTime = {
  kind: 'histogram',
  name: 'eventsource.fold.duration',
  unit: 's',
  description: 'Time for applying the events of one load to its aggregate',
  question: 'Is it the aggregate that makes loading slow?',
  buckets: secondsOfCalls,
} as const satisfies Instrument;

const ofType: Recipe<{ readonly self: { readonly aggregateType: string } }> = {
  [attr.ATTR_AGGREGATE_TYPE]: ({ self }) => self.aggregateType,
};

type Load = Call<AggregateRepository<AggregateRoot>, [string], AggregateRoot>;

export const loads: readonly Measurement<Load>[] = loadsOfAny<Load>({
  type: ({ self }) => self.aggregateType,
  outcome({ self, result, facts }) {
    if (!self.hasSnapshotSupport) return 'none';
    return usedSnapshot(result, facts) === undefined ? 'miss' : 'hit';
  },
  count: ({ facts }) => (facts as LoadFacts).replayed,
});

type Fold = Call<AggregateRoot, [Iterable<DomainEvent>], void>;

export const folds: readonly Measurement<Fold>[] = [
  {
    instrument: foldTime,
    attributes: { [attr.ATTR_AGGREGATE_TYPE]: ({ self, args }) => typeOf(self) ?? typeOfFirst(args[0]), ...ofFailure },
  },
];

/** An aggregate that does not tell its type is of type `Unknown` to the library. */
function typeOf(aggregate: AggregateRoot): string | undefined {
  const { aggregateType } = aggregate.constructor as { readonly aggregateType?: string };
  return aggregateType === 'Unknown' ? undefined : aggregateType;
}

function typeOfFirst(events: Iterable<DomainEvent>): string | undefined {
  return Array.isArray(events) ? (events as readonly DomainEvent[])[0]?.aggregateType : undefined;
}

type Found = Awaited<ReturnType<AggregateSnapshotManager['tryLoadSnapshot']>>;
type Lookup = Call<AggregateSnapshotManager, Parameters<AggregateSnapshotManager['tryLoadSnapshot']>, Found>;

export const snapshotLookups: readonly Measurement<Lookup>[] = [
  {
    instrument: lookups,
    attributes: {
      ...ofType,
      [SNAPSHOT_OUTCOME]: outcomeOf,
      [ERROR_TYPE]: (call) => (outcomeOf(call) === 'failed' ? className(call.error ?? call.result.error) : undefined),
    },
  },
];

function outcomeOf({ failed, result }: Lookup): 'hit' | 'miss' | 'invalid' | 'failed' {
  if (failed || 'error' in result) return 'failed';
  if (result.snapshot !== null) return 'hit';
  return result.outdated === undefined ? 'miss' : 'invalid';
}
