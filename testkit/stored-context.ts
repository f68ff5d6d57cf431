// SPDX-License-Identifier: Apache-2.0
// What applications of the tests find in the metadata of events that they have stored, told by the spans that were recorded.
import type { RecordedSpan } from './bare-and-woven.js';

export type Metadata = Readonly<Record<string, unknown>>;

/** The metadata with `traceparent` told in words: the span that it names, and whether that is sampled. */
export function metadataTold(metadata: readonly Metadata[], spans: readonly RecordedSpan[]): Metadata[] {
  return metadata.map(({ traceparent, ...own }) =>
    traceparent === undefined ? own : { ...own, traceparent: told(traceparent, spans) },
  );
}

function told(traceparent: unknown, spans: readonly RecordedSpan[]): unknown {
  const [, trace, id, flags] = /^00-([\da-f]{32})-([\da-f]{16})-(0[01])$/.exec(String(traceparent)) ?? [];
  if (flags === '00') return 'unsampled';
  const span = spans.find((each) => each.trace === trace && each.id === id);
  if (span === undefined) return traceparent;
  const request = spans.find((each) => each.trace === trace && each.parent === undefined);
  return `${span.name} of ${request?.name}`;
}
