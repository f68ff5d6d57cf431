// SPDX-License-Identifier: Apache-2.0
// What the tables of the broker buses share (docs/decisions.md#context).
import type { DomainEvent } from 'eventsource';
import * as attr from '../../../conventions/attributes.js';
import { headerGetter } from '../../../conventions/headers.js';
import type { Call, Recipe } from '../../../weaving/aspect.js';
import type { Origin } from '../../../weaving/origins.js';
import { ofEvent } from '../shared.js';

/** Raw keys of the reference that have no constant in the guide. */
export const DESTINATION_KIND = 'messaging.destination_kind';

/** The context that a message brings along. */
export function fromHeaders(carrier: unknown): Origin {
  return { carrier, getter: headerGetter };
}

interface Outcome {
  readonly result: { readonly event?: DomainEvent; readonly retryCount: number } | undefined;
}

/** From the first redelivery on (docs/decisions.md#retries-stay-below-the-first-publish), and whose event it was once it is decoded. */
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
