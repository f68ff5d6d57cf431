// SPDX-License-Identifier: Apache-2.0
// Metrics and log records of one run, in a form that another run of the program has too.
import assert from 'node:assert/strict';
import type { ExportedRecord } from '../../../testkit/otlp-logs.js';
import type { ExportedPoint } from '../../../testkit/otlp-metrics.js';
import type { ExportedSpan } from '../../../testkit/otlp-traces.js';
import { ordered, stable } from '../../../testkit/span-stories.js';

/**
 * The last value of each series. Gauges of the library are left out: they show objects that are there, and when one is
 * collected as garbage is another thing in each run.
 */
export function seriesOf(points: readonly ExportedPoint[]) {
  const series = points
    .filter(({ kind, scope }) => kind !== 'gauge' || scope === 'application')
    .map(({ service: _, value, ...of }) => [JSON.stringify(of), { ...of, value }] as const);
  return ordered([...new Map(series).values()]);
}

/** Each record with the name of the span that it was written in, which must be among the spans. */
export function toldRecords(records: readonly ExportedRecord[], spans: readonly ExportedSpan[]) {
  return ordered(
    records.map(({ body, severity, attributes, scope, traceId, spanId }) => {
      const span = spans.find((span) => span.spanId === spanId);
      assert.equal(span?.traceId, traceId, `a record of the span ${spanId}, which is not there: ${body}`);
      return { scope, severity, attributes: stable({ body, ...attributes }), in: span?.name };
    }),
  );
}
