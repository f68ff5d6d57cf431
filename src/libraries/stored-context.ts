// SPDX-License-Identifier: Apache-2.0
// Trace context in the metadata of stored events. An append writes it there, into copies. Whoever handles the event finds the append
// by it, in whichever dialect it was written: for links only, since events are read years later.
import { headerGetter } from '../conventions/headers.js';
import { type Fields, linksTo, type Origin, type SpanIds } from '../weaving/origins.js';

/** The option of a library that switches the writing; reading does no harm. */
export const PERSIST_CONTEXT = 'persistContext';

/**
 * A copy of a list of events, with trace context in the metadata of each; what is no list, and each event that cannot have any, as
 * it is.
 */
export function eventsWith<T>(events: T, fields: Fields): T {
  if (!isList(events)) return events;
  const copy = new Array<unknown>(events.length);
  for (let i = 0; i < events.length; i++) if (i in events) copy[i] = eventWith(events[i], fields);
  return copy as T;
}

/**
 * A copy of an event with trace context in its metadata. It is the event itself where that is no plain object, since nobody knows
 * what an object of a class keeps beside its properties; where its metadata is anything else than that; and where it has trace
 * context already: then that of the application stays, and counts.
 */
export function eventWith<T>(event: T, fields: Fields): T {
  if (!isPlain(event)) return event;
  const { metadata } = event;
  if (metadata === undefined || metadata === null) return { ...event, metadata: { ...fields } };
  if (!isPlain(metadata) || hasContext(metadata, fields)) return event;
  // Keys of the application stay what they are, and where they are.
  const copy: Record<string, unknown> = { ...metadata };
  for (const [key, value] of Object.entries(fields)) if (!Object.hasOwn(copy, key)) copy[key] = value;
  return { ...event, metadata: copy };
}

/** A list with one item replaced, if it is that long: no argument is added to a call. */
export function withItem(items: ArrayLike<unknown>, index: number, replaced: (item: unknown) => unknown): unknown[] {
  return Array.from(items, (item, at) => (at === index ? replaced(item) : item));
}

/** No object of a class, whatever realm it is of: test runners run applications in realms of their own. */
function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || isRoot(prototype);
}

/** A list that is no more than that, likewise. */
function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && isRoot(Object.getPrototypeOf(Object.getPrototypeOf(value) ?? value));
}

function isRoot(prototype: unknown): boolean {
  return typeof prototype === 'object' && prototype !== null && Object.getPrototypeOf(prototype) === null;
}

/** Half of the fields with half of those of another span would be neither. */
function hasContext(metadata: object, fields: Fields): boolean {
  const mayHave = Object.keys(fields).some((key) => Object.hasOwn(metadata, key));
  return mayHave && linksTo([{ carrier: metadata, getter: headerGetter }]).length > 0;
}

/** Keys of ids, for whom the fields of the propagator are none: Kurrent, Emmett from 0.43 on, Eventuous. */
const dialects = [
  ['$traceId', '$spanId'],
  ['traceId', 'spanId'],
  ['trace-id', 'span-id'],
] as const satisfies readonly (readonly [trace: string, span: string])[];

/**
 * One origin for each event whose metadata may tell of its append: as links, one for each distinct append. What is garbage, or has
 * no trace context, gives no link.
 *
 * @param metadata that of each event, as it was stored; anything at all
 *
 * @example
 * ```ts
 * context: { links: ({ args: [messages] }) => appendsOf(messages.map((message) => message?.metadata)) }
 * ```
 */
export function appendsOf(metadata: readonly unknown[]): Origin[] {
  return metadata.flatMap((carrier) =>
    typeof carrier === 'object' && carrier !== null ? { carrier, getter: headerGetter, ids: idsIn(carrier) } : [],
  );
}

/** Of one dialect: ids of two of them belong to nobody. */
function idsIn(metadata: object): SpanIds | undefined {
  try {
    for (const [trace, span] of dialects) {
      const [traceId, spanId] = [Reflect.get(metadata, trace), Reflect.get(metadata, span)] as unknown[];
      if (typeof traceId === 'string' && typeof spanId === 'string') return { traceId, spanId };
    }
  } catch {
    // Whatever it is, no store gave it.
  }
  return undefined;
}
