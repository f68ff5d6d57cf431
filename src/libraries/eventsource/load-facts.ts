// SPDX-License-Identifier: Apache-2.0
// What the calls inside a load of an aggregate tell it.
import type { AggregateRoot, DomainEvent, Snapshot } from 'eventsource';
import type { Facts } from '../../weaving/aspect.js';

export interface LoadFacts extends Facts {
  readonly replayed?: number;
  readonly snapshotVersion?: number;
}

/** A snapshot was used if the replay began where it ends; one that was found but refused leads to a full replay. */
export function usedSnapshot(aggregate: AggregateRoot, facts: Facts): number | undefined {
  const { snapshotVersion, replayed = 0 } = facts as LoadFacts;
  return aggregate.version - replayed === snapshotVersion ? snapshotVersion : undefined;
}

export function foundSnapshot(snapshot: Snapshot | null | undefined): LoadFacts | undefined {
  return snapshot === null || snapshot === undefined ? undefined : { snapshotVersion: snapshot.version };
}

/** The repository passes an array; any iterable is allowed, and one that is read only once cannot be counted afterwards. */
export function countOf(events: Iterable<DomainEvent>): number | undefined {
  return Array.isArray(events) ? events.length : undefined;
}
