// SPDX-License-Identifier: Apache-2.0
// Extractors that several tables use.
import type { DomainEvent } from 'eventsource';
import { ATTR_ACTOR_ID, ATTR_TENANT_ID } from '../conventions/attributes.js';
import type { Call, Failure, Recipe } from '../weaving/aspect.js';

/** At most this many event types stand in one attribute (decision A10). */
const LISTED_TYPES = 50;

/** The object's own switch, on unless it says otherwise. */
export const ownSwitch = (self: { readonly enableTracing?: boolean }): boolean => self.enableTracing !== false;

/** Tenant and actor of the event that `event` picks (decision A7). */
export function ofEvent<C extends Call<unknown, unknown, unknown>>(event: (call: C) => DomainEvent): Recipe<C> {
  return {
    [ATTR_TENANT_ID]: (call) => event(call).tenantId,
    [ATTR_ACTOR_ID]: (call) => event(call).actorId,
  };
}

/** The same of several events: set when all carry the same value. */
export function ofEvents<C extends Call<unknown, unknown, unknown>>(
  events: (call: C) => readonly DomainEvent[],
): Recipe<C> {
  return {
    [ATTR_TENANT_ID]: (call) => shared(events(call), 'tenantId'),
    [ATTR_ACTOR_ID]: (call) => shared(events(call), 'actorId'),
  };
}

function shared(events: readonly DomainEvent[], field: 'tenantId' | 'actorId'): string | null | undefined {
  const value = events[0]?.[field];
  return events.every((event) => event[field] === value) ? value : undefined;
}

/** Event types in order, repeats kept, joined by commas. */
export function typesOf(events: readonly DomainEvent[]): string {
  const types = events.slice(0, LISTED_TYPES).map((event) => event.eventType);
  return events.length > LISTED_TYPES ? `${types.join(',')},…` : types.join(',');
}

/** An outcome object of the target: a failure unless `success`. */
export function failureOf({
  result,
}: {
  readonly result: { readonly success: boolean; readonly error?: unknown };
}): Failure | undefined {
  return result.success ? undefined : result;
}
