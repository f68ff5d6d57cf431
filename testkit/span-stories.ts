// SPDX-License-Identifier: Apache-2.0
// What spans tell, without what is another thing in each run: so that two runs of one program can be compared.
import type { Attributes, AttributeValue, ExportedSpan } from './otlp-traces.js';
import { type SpanTree, treesOf } from './span-trees.js';

export interface SpanStory {
  readonly name: string;
  readonly kind: ExportedSpan['kind'];
  readonly status: ExportedSpan['status'];
  readonly scope: string;
  readonly attributes: Attributes;
  readonly events: ExportedSpan['events'];
  /** How many. */
  readonly links: number;
  readonly children: readonly SpanStory[];
}

/** One for each trace; traces and siblings in an order without meaning. */
export function storiesOf(spans: readonly ExportedSpan[]): SpanStory[] {
  return ordered(treesOf(spans).map(storyOf));
}

function storyOf({ span, children }: SpanTree): SpanStory {
  const { name, kind, status, scope } = span;
  return {
    name,
    kind,
    status,
    scope,
    attributes: stable(span.attributes),
    events: span.events.map(({ name, attributes }) => ({ name, attributes: stable(attributes) })),
    links: span.links.length,
    children: ordered(children.map(storyOf)),
  };
}

/** Attributes by name; ids, times, and the folders of files are the same in each run. */
export function stable(attributes: Attributes): Attributes {
  const entries = Object.entries(attributes).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, value]) => [key, stableValue(key, value)]));
}

const UUID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;

function stableValue(key: string, value: AttributeValue): AttributeValue {
  if (/duration|_ms$/.test(key)) return 'TIME';
  if (typeof value !== 'string') return value;
  const text = value.replace(UUID, 'ID').replace(/\/\S+(?=\/\w+\.db)/, 'FOLDER');
  return key === 'exception.stacktrace' ? text.split('\n', 1)[0] : text;
}

/** Sorts values by what is in them. */
export function ordered<T>(values: readonly T[]): T[] {
  return values
    .map((value) => [JSON.stringify(value), value] as const)
    .sort(([one], [other]) => (one < other ? -1 : Number(one > other)))
    .map(([, value]) => value);
}
