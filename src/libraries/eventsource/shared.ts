// SPDX-License-Identifier: Apache-2.0
// Extractors that several tables use.
import type { DomainEvent } from 'eventsource';
import { ATTR_ACTOR_ID, ATTR_TENANT_ID } from '../../conventions/attributes.js';
import type { Call, Facts, Failure, Recipe } from '../../weaving/aspect.js';

/** At most this many event types stand in one attribute: an append of thousands would make one of kilobytes. */
const LISTED_TYPES = 50;

/** The object's own switch, on unless it says otherwise. */
export const ownSwitch = (self: { readonly enableTracing?: boolean } | undefined): boolean =>
  self?.enableTracing !== false;

/** Tenant and actor of the event that `event` picks. */
export function ofEvent<C extends Call<unknown, unknown, unknown>>(
  event: (call: C) => DomainEvent | undefined,
): Recipe<C> {
  return {
    [ATTR_TENANT_ID]: (call) => event(call)?.tenantId,
    [ATTR_ACTOR_ID]: (call) => event(call)?.actorId,
  };
}

// Applications in JavaScript pass what they like: an extractor takes an absent argument as an absent attribute.

/** The same of several events: set when all carry the same value. */
export function ofEvents<C extends Call<unknown, unknown, unknown>>(
  events: (call: C) => readonly DomainEvent[] | undefined,
): Recipe<C> {
  return {
    [ATTR_TENANT_ID]: (call) => shared(events(call), 'tenantId'),
    [ATTR_ACTOR_ID]: (call) => shared(events(call), 'actorId'),
  };
}

// No closures and no copies from here on: extractors run once per recorded span, and arrays of one are the rule.

function shared(events: readonly DomainEvent[] | undefined, field: 'tenantId' | 'actorId'): string | undefined {
  const value = events?.[0]?.[field];
  if (events === undefined || value === undefined || value === null) return undefined;
  for (let i = 1; i < events.length; i++) if (events[i]?.[field] !== value) return undefined;
  return value;
}

/** Event types in order, repeats kept, joined by commas. */
export function typesOf(events: readonly DomainEvent[] | undefined): string {
  let types = '';
  for (let i = 0; i < (events?.length ?? 0); i++) {
    if (i === LISTED_TYPES) return `${types},…`;
    const type = events?.[i]?.eventType ?? '';
    types = i === 0 ? type : `${types},${type}`;
  }
  return types;
}

/** An outcome object of the target: a failure unless `success`. */
export function failureOf({
  result,
}: {
  readonly result: { readonly success: boolean; readonly error?: unknown };
}): Failure | undefined {
  return result.success ? undefined : result;
}

/** For calls that swallow an error: an inner step hands the failure up, and the call takes it as its outcome. */
export function handsFailure({ result }: { readonly result: { readonly error?: unknown } }): Facts | undefined {
  return 'error' in result ? { failure: result } : undefined;
}

export function handedFailure({ facts }: { readonly facts: Facts }): Failure | undefined {
  return facts.failure as Failure | undefined;
}
