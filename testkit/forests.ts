// SPDX-License-Identifier: Apache-2.0
// Spans of a process as trees that can be written down and compared: no ids, no times, siblings in an order of their own.
import { SpanKind } from '@opentelemetry/api';
import type { RecordedSpan } from './bare-and-woven.js';

export interface Tree {
  readonly name: string;
  /** Of a library; what an application starts itself has none here. */
  readonly scope?: string;
  /** Where it is not INTERNAL. */
  readonly kind?: string;
  readonly attributes?: RecordedSpan['attributes'];
  /** Where it failed: its exceptions. */
  readonly failed?: readonly string[];
  /** Names of what it is linked to, with the types of its events. */
  readonly links?: readonly string[];
  readonly children?: readonly Tree[];
}

/** The attributes that tell one span of a name from another. */
const TELLING = ['eventsource.command.type', 'eventsource.event.type'];

export function forestOf(spans: readonly RecordedSpan[]): Tree[] {
  const byId = new Map(spans.map((span) => [span.id, span]));
  return treesBelow((span) => span.parent === undefined || !byId.has(span.parent));

  function treesBelow(wanted: (span: RecordedSpan) => boolean): Tree[] {
    return sorted(spans.filter(wanted).map(treeOf));
  }

  function treeOf(span: RecordedSpan): Tree {
    const children = treesBelow(({ parent }) => parent === span.id);
    return {
      name: span.name,
      ...(span.scope === 'application' ? {} : { scope: span.scope }),
      ...(span.kind === SpanKind.INTERNAL ? {} : { kind: SpanKind[span.kind] as string }),
      ...(Object.keys(span.attributes).length === 0 ? {} : { attributes: withoutIds(span.attributes) }),
      ...(span.failed ? { failed: span.exceptions } : {}),
      ...(span.links.length === 0 ? {} : { links: span.links.map((id) => nameOf(byId.get(id))) }),
      ...(children.length === 0 ? {} : { children }),
    };
  }
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Ids that are made anew in each run are told as what they are. */
export function withoutIds(attributes: RecordedSpan['attributes']): RecordedSpan['attributes'] {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [key, UUID.test(String(value)) ? 'a UUID' : value]),
  );
}

function nameOf(span: RecordedSpan | undefined): string {
  if (span === undefined) return 'a span that was not recorded';
  const told = TELLING.flatMap((key) => span.attributes[key] ?? []);
  return [span.name, ...told].join(' ');
}

/** In the order that {@link forestOf} gives trees in. */
export function sorted(trees: readonly Tree[]): Tree[] {
  return trees
    .map((tree) => ({ tree, text: JSON.stringify(tree) }))
    .sort((a, b) => (a.text < b.text ? -1 : 1))
    .map(({ tree }) => tree);
}
