// SPDX-License-Identifier: Apache-2.0
// What is measured of appends and reads. KurrentDB speaks of streams, whose names hold ids: there are no types of aggregates.
import type { Call } from '../../weaving/aspect.js';
import type { Measurement } from '../../weaving/signals.js';
import { appends, reads } from '../metrics/stores.js';
import { isConflict } from './versions.js';

const component = 'KurrentDBClient';

/** @param count events that were to be appended */
export function appending<C extends Pick<Call, 'failed' | 'error'>>(
  count: (call: C) => number | undefined,
): readonly Measurement<C>[] {
  return appends<C>({ component, count, isConflict: ({ failed, error }) => failed && isConflict(error) });
}

export const reading: readonly Measurement<Call>[] = reads<Call>({ component });
