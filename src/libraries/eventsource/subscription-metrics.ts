// SPDX-License-Identifier: Apache-2.0
// What is measured of subscriptions. Their sums are kept in the process too, for `getMetrics`.
import type { LiveEventOutcome, Subscription, SubscriptionState } from 'eventsource/subscriptions';
import type { Call } from '../../weaving/aspect.js';
import { className } from '../../weaving/failure.js';
import type { Gauge } from '../../weaving/living.js';
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

/** Numbers of the states; 0 stands for an unknown one and is never measured. */
export const stateNumbers = {
  starting: 1,
  catching_up: 2,
  live: 3,
  paused: 4,
  stopped: 5,
  error: 6,
} as const satisfies Record<SubscriptionState, number>;

const ofName = ({ name }: Subscription) => ({ [SUBSCRIPTION]: name });

export const state = {
  instrument: {
    kind: 'gauge',
    name: 'subscription.state',
    unit: '1',
    description: '1 starting, 2 catching up, 3 live, 4 paused, 5 stopped, 6 failed',
    question: 'Which subscriptions run?',
  },
  observe: (subscription: Subscription) => [
    { value: stateNumbers[subscription.state], attributes: ofName(subscription) },
  ],
} as const satisfies Gauge<Subscription>;

export const lag = {
  instrument: {
    kind: 'gauge',
    name: 'subscription.lag',
    unit: 'events',
    description: 'Positions between the last event that was passed and the newest known one',
    question: 'How far is a subscription behind?',
  },
  observe: (subscription: Subscription) => [{ value: subscription.lag, attributes: ofName(subscription) }],
} as const satisfies Gauge<Subscription>;

export const gauges = [state, lag] as readonly Gauge[];

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
