// SPDX-License-Identifier: Apache-2.0
// What appends, or publishes where a library has no store, tell the command that they are made by.
import type { Facts } from '../weaving/aspect.js';

export interface Appended extends Facts {
  /** Types of events, as many as are listed and one more. */
  readonly types?: readonly string[];
  readonly count?: number;
  /** Appends that lost a race. */
  readonly conflicts?: number;
}

const MOST_TYPES = 51;

/**
 * `held` with these events added.
 *
 * @param typeOf what the type of one is
 */
export function withEvents<E>(
  { types = [], count = 0 }: Appended,
  events: readonly E[],
  typeOf: (event: E) => string | undefined,
): Appended {
  const further = events.slice(0, MOST_TYPES - types.length).flatMap((event) => typeOf(event) ?? []);
  return { types: further.length === 0 ? types : [...types, ...further], count: count + events.length };
}

/** `held` with the events added that an inner call was told of. */
export function withEventsOf(held: Appended, { types = [], count }: Appended): Appended {
  if (count === undefined) return {};
  return { types: [...(held.types ?? []), ...types].slice(0, MOST_TYPES), count: (held.count ?? 0) + count };
}

/** `held` with everything added that an inner call was told. */
export function withAll(held: Appended, inner: Appended): Appended {
  return {
    ...withEventsOf(held, inner),
    ...(inner.conflicts === undefined ? {} : withConflict(held, inner.conflicts)),
  };
}

/** `held` with appends added that lost a race. */
export function withConflict({ conflicts = 0 }: Appended, further = 1): Appended {
  return { conflicts: conflicts + further };
}
