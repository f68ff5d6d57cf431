// SPDX-License-Identifier: Apache-2.0
// What is measured of events that are handed to subscribers and processors, of whatever library.
import * as attr from '../../conventions/attributes.js';
import type { Call, Extracted, Recipe } from '../../weaving/aspect.js';
import { className } from '../../weaving/failure.js';
import type { Measurement } from '../../weaving/signals.js';
import { failures, processed, processingTime, queueTime } from './instruments.js';

const SUBSCRIPTION = 'subscription';
const EVENT_TYPE = 'event.type';

/** How the subscriber took one event; undefined where it did not get it. */
export interface Delivery {
  readonly success: boolean;
  readonly error?: unknown;
}

interface Deliveries<C> {
  readonly subscription: (call: C) => Extracted;
  readonly eventType: (call: C) => Extracted;
  readonly delivery: (call: C) => Delivery | undefined;
  readonly durationMs: (call: C) => number;
  /** Sums are kept in the process, too, for those who ask the process itself. */
  readonly kept?: boolean | undefined;
}

/** The measurements of a call that hands one event to a subscriber. */
export function deliveries<C extends Call<unknown, unknown, unknown>>(of: Deliveries<C>): readonly Measurement<C>[] {
  const identity: Recipe<C> = { [SUBSCRIPTION]: of.subscription, [EVENT_TYPE]: of.eventType };
  const succeeded = (call: C) => of.delivery(call)?.success;
  const keptBy = of.kept === true ? SUBSCRIPTION : undefined;
  return [
    {
      instrument: processed,
      keptBy,
      attributes: { ...identity, status: 'success' },
      value: (call) => (succeeded(call) === true ? 1 : undefined),
    },
    {
      instrument: failures,
      keptBy,
      attributes: { ...identity, 'error.type': (call) => className(of.delivery(call)?.error) },
      value: (call) => (succeeded(call) === false ? 1 : undefined),
    },
    {
      instrument: processingTime,
      keptBy,
      attributes: { ...identity, status: (call) => (succeeded(call) === true ? 'success' : 'failed') },
      value: (call) => (succeeded(call) === undefined ? undefined : of.durationMs(call)),
    },
  ];
}

interface Handled<C> {
  readonly subscription: (call: C) => Extracted;
  readonly eventType: (call: C) => Extracted;
}

/** Of a call that lasts as long as the subscriber takes, and fails where that does. Its row is `timed`. */
export function handledEvents<C extends Call<unknown, unknown, unknown>>(of: Handled<C>): readonly Measurement<C>[] {
  return deliveries<C>({
    ...of,
    delivery: ({ failed, error }) => ({ success: !failed, error }),
    durationMs: ({ elapsedMs }) => elapsedMs,
  });
}

interface Queued<C> {
  readonly subscription: (call: C) => Extracted;
  readonly eventType: (call: C) => Extracted;
  /** Seconds from the event to the beginning of the call; `undefined` where it is no live delivery, or not the first. */
  readonly seconds: (call: C) => number | undefined;
}

export function queued<C>({ subscription, eventType, seconds }: Queued<C>): Measurement<C> {
  return {
    instrument: queueTime,
    attributes: { [attr.ATTR_SUBSCRIPTION_NAME]: subscription, [attr.ATTR_EVENT_TYPE]: eventType },
    value: seconds,
  };
}

/**
 * Seconds from the time of an event to the beginning of this call. That time may be of another machine, whose clock is ahead:
 * never negative.
 */
export function secondsQueued(occurredAt: Date | undefined, elapsedMs: number): number | undefined {
  return occurredAt === undefined ? undefined : Math.max(0, Date.now() - elapsedMs - Number(occurredAt)) / 1000;
}
