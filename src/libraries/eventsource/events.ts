// SPDX-License-Identifier: Apache-2.0
// What spans tell of events: which one it was, and whose. Extractors run for each recorded span: closures are made once, when a
// table is loaded, and nothing is copied; arrays of one are the rule.
import type { DomainEvent } from 'eventsource';
import * as attr from '../../conventions/attributes.js';
import type { Recipe } from '../../weaving/aspect.js';

/** At most this many event types stand in one attribute: a batch may hold thousands. */
const LISTED_TYPES = 50;

/** Field of an event → attribute. */
const identity = {
  eventType: attr.ATTR_EVENT_TYPE,
  eventId: attr.ATTR_EVENT_ID,
  aggregateId: attr.ATTR_AGGREGATE_ID,
  aggregateType: attr.ATTR_AGGREGATE_TYPE,
} as const;

type Field = keyof typeof identity;
/** What a field is read of: an event, or what stands for one. */
type Identified = { readonly [F in Field]?: string };

// Applications in JavaScript pass what they like: an extractor takes an absent argument as an absent attribute.

/** The event that a call is about is its first argument, or its second. */
export const first = ({ args }: { readonly args: readonly [DomainEvent, ...unknown[]] }): DomainEvent | undefined =>
  args[0];
export const second = ({
  args,
}: {
  readonly args: readonly [unknown, DomainEvent, ...unknown[]];
}): DomainEvent | undefined => args[1];

/** Which event it is: these fields of the one that `event` picks. */
export function identityOf<C>(event: (call: C) => Identified | undefined, ...fields: readonly Field[]): Recipe<C> {
  return Object.fromEntries(fields.map((field) => [identity[field], (call: C) => event(call)?.[field]]));
}

/** The same, and whose event it is: its tenant and its actor. */
export function ofEvent<C>(event: (call: C) => DomainEvent | undefined, ...fields: readonly Field[]): Recipe<C> {
  return {
    ...identityOf(event, ...fields),
    [attr.ATTR_TENANT_ID]: (call) => event(call)?.tenantId,
    [attr.ATTR_ACTOR_ID]: (call) => event(call)?.actorId,
  };
}

/** Whose they are, of several events: set where all say the same. */
export function ofEvents<C>(events: (call: C) => readonly DomainEvent[] | undefined): Recipe<C> {
  return {
    [attr.ATTR_TENANT_ID]: (call) => shared(events(call), 'tenantId'),
    [attr.ATTR_ACTOR_ID]: (call) => shared(events(call), 'actorId'),
  };
}

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
