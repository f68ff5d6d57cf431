// SPDX-License-Identifier: Apache-2.0
// What the tables of the broker buses share.
import type { DomainEvent } from 'eventsource';
import * as attr from '../../../conventions/attributes.js';
import { headerGetter } from '../../../conventions/headers.js';
import type { Call, Recipe } from '../../../weaving/aspect.js';
import type { Origin } from '../../../weaving/origins.js';
import { ofEvent } from '../events.js';
import { none } from '../unspanned.js';

/** Raw keys of the reference that have no constant in the guide. */
export const DESTINATION_KIND = 'messaging.destination_kind';

/** The context that a message brings along. */
export function fromHeaders(carrier: unknown): Origin {
  return { carrier, getter: headerGetter };
}

interface Outcome {
  readonly result: { readonly event?: DomainEvent; readonly retryCount: number } | undefined;
}

/** From the first redelivery on, and whose event it was once it is decoded. */
export const ofDelivery: Recipe<Outcome & Call<unknown, unknown, unknown>> = {
  [attr.ATTR_RETRY_COUNT]: ({ result }) =>
    result !== undefined && result.retryCount > 0 ? result.retryCount : undefined,
  ...ofEvent(({ result }) => (result as Outcome['result'])?.event),
};

/** A delivery that settles after the publish has returned. */
export function deliveryOf({
  result,
}: {
  readonly result: { readonly delivery?: Promise<{ readonly success: boolean; readonly error?: unknown }> };
}) {
  return result.delivery?.then((outcome) => (outcome.success ? undefined : outcome));
}

export const unspannedOfBrokers = {
  ...none('set-up and end', 'connect', 'disconnect', 'shutdown', '[Symbol.asyncDispose]'),
  ...none('bookkeeping in memory', 'getStats'),
  ...none('ends the loop; the message in hand keeps its spans', 'stopConsuming'),
  ...none('only what it calls gives spans', 'replayDlqMessage'),
  ...none('eventsource-py has none', 'getDlqMessages'),
};
