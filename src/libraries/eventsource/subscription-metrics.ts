// SPDX-License-Identifier: Apache-2.0
// How subscribers take live events.
import type { LiveEventOutcome } from 'eventsource/subscriptions';
import type { Call } from '../../weaving/aspect.js';
import type { Delivery } from '../metrics/deliveries.js';

/**
 * How the subscriber took a live event; undefined where it did not get it. One that it handled is handled, also when the checkpoint
 * could not be saved.
 */
export function takenLive({ result, failed, error }: Call<unknown, unknown, LiveEventOutcome>): Delivery | undefined {
  if (result === undefined) return failed ? { success: false, error } : undefined;
  if (result.skipped !== undefined) return undefined;
  return result.handled === true ? { success: true } : result;
}
