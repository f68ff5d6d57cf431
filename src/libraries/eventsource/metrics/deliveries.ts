// SPDX-License-Identifier: Apache-2.0
// How long events wait for their handlers, and what is wrong with the order in which they come.
import type { DomainEvent } from 'eventsource';
import type { MessageOutcome } from 'eventsource/bus';
import type { LiveEventOutcome, LiveRunner, Subscription } from 'eventsource/subscriptions';
import * as attr from '../../../conventions/attributes.js';
import type { Call, Recipe } from '../../../weaving/aspect.js';
import type { Instrument, Measurement } from '../../../weaving/signals.js';
import { queued, secondsQueued } from '../../metrics/deliveries.js';
import { queueTime } from '../../metrics/instruments.js';
import { COMPONENT } from '../../metrics/shared.js';

const ANOMALY = 'eventsource.anomaly';

export const anomalies = {
  kind: 'counter',
  name: 'eventsource.delivery.anomalies',
  unit: '{event}',
  description: 'Events that came twice, after a later one, or not at all',
  question: 'Are events delivered once, in order, and all of them?',
} as const satisfies Instrument;

/** Events that a stream must have and that were not read. */
export const ofGap = { [ANOMALY]: 'gap' } as const;

/** Of a message that a consumer takes from its broker for the first time; a retry has been handled before. */
export function consumed(component: string): readonly Measurement<Call<unknown, readonly unknown[], MessageOutcome>>[] {
  return [
    {
      instrument: queueTime,
      attributes: { [COMPONENT]: component, [attr.ATTR_EVENT_TYPE]: ({ result }) => result?.event?.eventType },
      value: ({ result, elapsedMs }) =>
        result?.retryCount === 0 ? secondsQueued(result.event?.occurredAt, elapsedMs) : undefined,
    },
  ];
}

type LiveDelivery = Call<LiveRunner, [DomainEvent, number | undefined], LiveEventOutcome>;

const ofSubscription: Recipe<{ readonly self: { readonly subscription: Subscription } }> = {
  [attr.ATTR_SUBSCRIPTION_NAME]: ({ self }) => self.subscription.name,
};

export const liveDeliveries: readonly Measurement<LiveDelivery>[] = [
  queued<LiveDelivery>({
    subscription: ({ self }) => self.subscription.name,
    eventType: ({ args }) => args[0]?.eventType,
    seconds: ({ args, result, elapsedMs }) =>
      result?.skipped === undefined ? secondsQueued(args[0]?.occurredAt, elapsedMs) : undefined,
  }),
  {
    instrument: anomalies,
    attributes: { ...ofSubscription, [ANOMALY]: anomalyOf },
    value: (call) => (anomalyOf(call) === undefined ? undefined : 1),
  },
];

function anomalyOf({ self, args, result }: LiveDelivery): 'duplicate' | 'regression' | undefined {
  const { state, lastProcessedPosition } = self.subscription;
  // While it goes from catch-up to live, both have some events: that is how none is lost.
  if (result?.skipped === 'duplicate') return state === 'catching_up' ? undefined : 'duplicate';
  const [, position] = args;
  return result?.skipped === undefined && position !== undefined && position < lastProcessedPosition
    ? 'regression'
    : undefined;
}
