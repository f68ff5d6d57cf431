// SPDX-License-Identifier: Apache-2.0
// What is measured of the deliveries of subscriptions. Their sums are kept in the process too, for `getMetrics`.
import type { LiveEventOutcome } from 'eventsource/subscriptions';
import type { Call } from '../../weaving/aspect.js';
import { className } from '../../weaving/failure.js';
import type { Instrument, Measurement } from '../../weaving/signals.js';

const SUBSCRIPTION = 'subscription';
const EVENT_TYPE = 'event.type';

export const processed = {
  kind: 'counter',
  name: 'subscription.events.processed',
  unit: 'events',
  description: 'Events that the subscriber has handled',
  question: 'How much does each subscription get done?',
  keptBy: SUBSCRIPTION,
} as const satisfies Instrument;

export const failures = {
  kind: 'counter',
  name: 'subscription.events.failed',
  unit: 'events',
  description: 'Events that the subscriber failed to handle',
  question: 'Which subscriptions fail, on what, and why?',
  keptBy: SUBSCRIPTION,
} as const satisfies Instrument;

export const processingTime = {
  kind: 'histogram',
  name: 'subscription.processing.duration',
  unit: 'ms',
  description: 'Time for handling one event, whatever came of it',
  question: 'Which subscriptions are slow?',
  keptBy: SUBSCRIPTION,
} as const satisfies Instrument;

/** How the subscriber took one event; undefined where it did not get it. */
interface Delivery {
  readonly success: boolean;
  readonly error?: unknown;
}

interface Deliveries<C> {
  readonly subscription: (call: C) => string;
  readonly eventType: (call: C) => string | undefined;
  readonly delivery: (call: C) => Delivery | undefined;
  readonly durationMs: (call: C) => number;
}

/** The measurements of a call that hands one event to a subscriber. */
export function deliveries<C extends Call<unknown, unknown, unknown>>(of: Deliveries<C>): readonly Measurement<C>[] {
  const identity = { [SUBSCRIPTION]: of.subscription, [EVENT_TYPE]: of.eventType };
  const succeeded = (call: C) => of.delivery(call)?.success;
  return [
    {
      instrument: processed,
      attributes: { ...identity, status: 'success' },
      value: (call) => (succeeded(call) === true ? 1 : undefined),
    },
    {
      instrument: failures,
      attributes: { ...identity, 'error.type': (call) => className(of.delivery(call)?.error) },
      value: (call) => (succeeded(call) === false ? 1 : undefined),
    },
    {
      instrument: processingTime,
      attributes: { ...identity, status: (call) => (succeeded(call) === true ? 'success' : 'failed') },
      value: (call) => (succeeded(call) === undefined ? undefined : of.durationMs(call)),
    },
  ];
}

/**
 * How the subscriber took a live event; undefined where it did not get it. One that it handled is handled, also when the checkpoint
 * could not be saved.
 */
export function takenLive({ result, failed, error }: Call<unknown, unknown, LiveEventOutcome>): Delivery | undefined {
  if (result === undefined) return failed ? { success: false, error } : undefined;
  if (result.skipped !== undefined) return undefined;
  return result.handled === true ? { success: true } : result;
}
