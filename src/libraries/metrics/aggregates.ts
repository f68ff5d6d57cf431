// SPDX-License-Identifier: Apache-2.0
// What is measured of loading aggregates, of whatever library.
import * as attr from '../../conventions/attributes.js';
import type { Recipe } from '../../weaving/aspect.js';
import type { Measurement } from '../../weaving/signals.js';
import { replayed, snapshotLookups } from './instruments.js';
import type { Text } from './stores.js';

export const SNAPSHOT_OUTCOME = 'eventsource.snapshot.outcome';

/** `none`: there is nothing to take snapshots with. */
export type LoadOutcome = 'none' | 'hit' | 'miss';

interface Load<C> {
  readonly type?: Text<C> | undefined;
  readonly outcome: LoadOutcome | ((call: C) => LoadOutcome | undefined);
  /** Events that the load replayed; `undefined` measures nothing. */
  readonly count: (call: C) => number | undefined;
}

export function loads<C>({ type, outcome, count }: Load<C>): readonly Measurement<C>[] {
  return [
    {
      instrument: replayed,
      attributes: { ...typed(type), [SNAPSHOT_OUTCOME]: outcome },
      value: count,
      on: 'success',
    },
  ];
}

interface Lookup<C> {
  readonly type: Text<C>;
  readonly outcome: (call: C) => LoadOutcome | undefined;
}

/** Of a load that looks for a snapshot itself; one that fails does not tell which half of it did. */
export function lookups<C>({ type, outcome }: Lookup<C>): readonly Measurement<C>[] {
  return [
    {
      instrument: snapshotLookups,
      attributes: { ...typed(type), [SNAPSHOT_OUTCOME]: outcome },
      value: (call) => (outcome(call) === undefined ? undefined : 1),
      on: 'success',
    },
  ];
}

function typed<C>(type: Text<C> | undefined): Recipe<C> {
  return type === undefined ? {} : { [attr.ATTR_AGGREGATE_TYPE]: type };
}
