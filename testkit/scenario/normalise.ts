// SPDX-License-Identifier: Apache-2.0
import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { Marks } from './marks.js';

const VOLATILE_KEYS: ReadonlySet<string> = new Set([
  'handler.duration_ms',
  'processing.duration_ms',
  'messaging.kafka.partition',
  'messaging.kafka.offset',
  'message.id',
  'consumer.name',
  'dlq.id',
  'exception.stacktrace',
]);

const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi;

type Names = Pick<Marks, 'uuids' | 'uniques' | 'folder'>;

/** Attributes with everything that differs from run to run replaced by a stable name, sorted by key (README.md, The result). */
export function normaliseAttributes(attributes: Attributes, names: Names): Attributes {
  const keys = Object.keys(attributes).sort();
  return Object.fromEntries(
    keys.map((key) => [key, VOLATILE_KEYS.has(key) ? '<volatile>' : normaliseValue(attributes[key], names)]),
  );
}

function normaliseValue(value: AttributeValue | undefined, names: Names): AttributeValue | undefined {
  if (Array.isArray(value)) return value.map((item) => normaliseValue(item ?? '', names)) as AttributeValue;
  return typeof value === 'string' ? normaliseText(value, names) : value;
}

export function normaliseText(text: string, { folder, uniques, uuids }: Names): string {
  const withFolder = folder === undefined ? text : text.replaceAll(folder, '<temp>');
  // The longest name first: one unique name may end with another.
  const withUniques = [...uniques]
    .sort(([one], [other]) => other.length - one.length)
    .reduce((result, [name, label]) => result.replaceAll(name, `<unique:${label}>`), withFolder);
  return withUniques.replace(UUID, (uuid) => {
    const label = uuids.get(uuid.toLowerCase());
    return label === undefined ? '<uuid>' : `<uuid:${label}>`;
  });
}

/** JSON of a value with the keys of every object sorted, without white space: the order of siblings (README.md, The result). */
export function compactJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([one], [other]) => (one < other ? -1 : 1)))
      : item,
  );
}

/** Sorted by name, then by compact JSON. The order has no meaning; it keeps files stable. */
export function sortedByName<T extends { readonly name: string }>(items: readonly T[]): T[] {
  return sortedBy(items, ({ name }) => name);
}

/** The same by another text than the name. */
export function sortedBy<T>(items: readonly T[], textOf: (item: T) => string): T[] {
  const order = items.map((item) => ({ item, json: compactJson(item) }));
  order.sort((one, other) => compareText(textOf(one.item), textOf(other.item)) || compareText(one.json, other.json));
  return order.map(({ item }) => item);
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
