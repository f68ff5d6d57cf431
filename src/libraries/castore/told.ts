// SPDX-License-Identifier: Apache-2.0
// What appends tell the command that they are made by.
import type { EventDetail } from '@castore/core';
import type { Facts } from '../../weaving/aspect.js';

export interface Appended extends Facts {
  /** Types of events, as many as are listed and one more. */
  readonly types?: readonly string[];
  readonly count?: number;
  /** Appends that lost a race. */
  readonly conflicts?: number;
}

/** What a command is told of itself. */
export interface Handled extends Appended {
  /** Calls of the application's handler that have ended. */
  readonly attempts?: number;
}

const MOST_TYPES = 51;

/** `held` with these events added. */
export function withEvents<T extends Appended>(
  held: T,
  events: readonly (Pick<EventDetail, 'type'> | undefined)[],
): Appended {
  const { types = [], count = 0 } = held;
  const further = events.slice(0, MOST_TYPES - types.length).flatMap((event) => event?.type ?? []);
  return { types: further.length === 0 ? types : [...types, ...further], count: count + events.length };
}

/** `held` with everything added that an inner call was told. */
export function withAll(held: Appended, { types = [], count, conflicts }: Appended): Appended {
  return {
    ...(count === undefined
      ? {}
      : { types: [...(held.types ?? []), ...types].slice(0, MOST_TYPES), count: (held.count ?? 0) + count }),
    ...(conflicts === undefined ? {} : { conflicts: (held.conflicts ?? 0) + conflicts }),
  };
}

/** The library tells a lost race by the code of the error, whatever its class; adapters bring classes of their own. */
export function isConflict(error: unknown): boolean {
  return (error as { code?: unknown } | null | undefined)?.code === 'EventAlreadyExistsError';
}
