// SPDX-License-Identifier: Apache-2.0
// What is measured of event stores, of whatever library.
import * as attr from '../../conventions/attributes.js';
import type { Call, Recipe } from '../../weaving/aspect.js';
import type { Measurement } from '../../weaving/signals.js';
import { appended, appendTime, conflicts, readTime } from './instruments.js';
import { COMPONENT, ofFailure } from './shared.js';

type Outcome = Pick<Call, 'failed' | 'error'>;

/** A text, or what reads one off a call. Never an id: each value is a time series. */
export type Text<C> = string | ((call: C) => string | undefined);

interface Store<C> {
  /** The class that was called, or what it keeps its events in. */
  readonly component: Text<C>;
  /** Type of the aggregates, where the library knows one. */
  readonly type?: Text<C> | undefined;
}

interface Append<C> extends Store<C> {
  /** Events that were appended; asked when it ended well. */
  readonly count: (call: C) => number | undefined;
  /** Whether it lost an optimistic race, where the library tells. */
  readonly isConflict?: ((call: C) => boolean) | undefined;
}

export function appends<C extends Outcome>({ count, isConflict, ...store }: Append<C>): readonly Measurement<C>[] {
  const ofStore = ofStoreOf(store);
  return [
    { instrument: appendTime, attributes: { ...ofStore, ...ofFailure } },
    { instrument: appended, attributes: ofStore, value: count, on: 'success' },
    ...(isConflict === undefined
      ? []
      : [{ instrument: conflicts, attributes: ofStore, value: (call: C) => (isConflict(call) ? 1 : undefined) }]),
  ];
}

export function reads<C extends Outcome>(store: Store<C>): readonly Measurement<C>[] {
  return [{ instrument: readTime, attributes: { ...ofStoreOf(store), ...ofFailure } }];
}

function ofStoreOf<C>({ component, type }: Store<C>): Recipe<C> {
  return { [COMPONENT]: component, ...(type === undefined ? {} : { [attr.ATTR_AGGREGATE_TYPE]: type }) };
}
