// SPDX-License-Identifier: Apache-2.0
import type { ExportedSpan } from './otlp-traces.js';

/** A span with the spans below it, in order of start. */
export interface SpanTree {
  readonly span: ExportedSpan;
  readonly children: readonly SpanTree[];
}

/** One tree per span whose parent is not among the spans, in order of start. */
export function treesOf(spans: readonly ExportedSpan[]): SpanTree[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const below = new Map<string | undefined, ExportedSpan[]>();
  for (const span of [...spans].sort(byStart)) {
    const parent = span.parentSpanId !== undefined && ids.has(span.parentSpanId) ? span.parentSpanId : undefined;
    below.set(parent, [...(below.get(parent) ?? []), span]);
  }
  const grow = (parent: string | undefined): SpanTree[] =>
    (below.get(parent) ?? []).map((span) => ({ span, children: grow(span.spanId) }));
  return grow(undefined);
}

/**
 * Last parts of the names in a tree, errors marked, siblings by name: `save(append_events dispatch(handle handle!))`. Trees
 * of one shape tell the same story.
 */
export function shapeOf({ span, children }: SpanTree): string {
  const name = `${span.name.replace(/^.*\./, '')}${span.status === 'ERROR' ? '!' : ''}`;
  return children.length === 0 ? name : `${name}(${children.map(shapeOf).sort().join(' ')})`;
}

function byStart(a: ExportedSpan, b: ExportedSpan): number {
  return a.startNanos < b.startNanos ? -1 : Number(a.startNanos > b.startNanos);
}
