// SPDX-License-Identifier: Apache-2.0
// What a message, a handler and an aggregate are called. Nest asks nothing of them but a class, and applications pass what they
// like: what cannot be told is left out.

type Fields = Readonly<Record<string, unknown>>;

/** The class of an object; of one without a name, as `mergeClassContext` derives, the first above it that has one. */
export function classOf(object: unknown): string | undefined {
  if (typeof object !== 'object' || object === null) return undefined;
  for (let at: object | null = Object.getPrototypeOf(object); at !== null; at = Object.getPrototypeOf(at)) {
    const name: unknown = at === Object.prototype ? undefined : at.constructor?.name;
    if (typeof name === 'string' && name !== '') return name;
  }
  return undefined;
}

/** What an event calls itself, else its class. */
export function eventTypeOf(event: unknown): string | undefined {
  if (typeof event !== 'object' || event === null) return undefined;
  const { eventType, type, payload } = event as Fields;
  return textOf(eventType) ?? textOf(type) ?? textOf((payload as Fields | null | undefined)?.name) ?? classOf(event);
}

/** Nest has no word for it; by convention `aggregateId`, of an aggregate also `id`. */
export function aggregateIdOf(object: unknown): string | undefined {
  if (typeof object !== 'object' || object === null) return undefined;
  const { aggregateId, id } = object as Fields;
  return idOf(aggregateId) ?? (isAggregate(object) ? idOf(id) : undefined);
}

export function aggregateTypeOf(object: unknown): string | undefined {
  return isAggregate(object) ? classOf(object) : undefined;
}

/** An `AggregateRoot`, or what the mixin made one. */
export function isAggregate(object: unknown): object is Fields {
  return typeof object === 'object' && object !== null && typeof (object as Fields).getUncommittedEvents === 'function';
}

function idOf(value: unknown): string | undefined {
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : textOf(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
