// SPDX-License-Identifier: Apache-2.0
// Events that are the same in each process and each run.
import { OrderPlaced } from '../../../fixtures/shop/events.js';

/** How an event was published. */
export const publications = ['on', 'off', 'suppressed'] as const;

export type Publication = (typeof publications)[number];

export function idOf(publication: Publication): string {
  return `00000000-0000-4000-8000-00000000000${publications.indexOf(publication)}`;
}

export function theEvent(publication: Publication): OrderPlaced {
  return new OrderPlaced({
    eventId: idOf(publication),
    aggregateId: '11111111-0000-4000-8000-000000000000',
    aggregateVersion: 1,
    correlationId: '22222222-0000-4000-8000-000000000000',
    occurredAt: new Date('2026-01-02T03:04:05.678Z'),
    customer: 'anna@example.com',
  });
}
