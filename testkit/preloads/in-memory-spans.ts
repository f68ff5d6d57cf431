// SPDX-License-Identifier: Apache-2.0
// The application's own telemetry, for `--import`: an exporter that keeps the spans in memory; at the end of the process they go
// into the file SPANS_FILE, as a JSON list of `ExportedSpan`s.
import { writeFileSync } from 'node:fs';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { Attributes, ExportedSpan } from '../otlp-traces.js';

const exporter = new InMemorySpanExporter();
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
process.once('exit', () => {
  const spans = exporter.getFinishedSpans().map(exported);
  const json = JSON.stringify(spans, (_, value) => (typeof value === 'bigint' ? String(value) : value));
  writeFileSync(process.env.SPANS_FILE ?? '', json);
});

function exported(span: ReadableSpan): ExportedSpan {
  const nanos = ([seconds, rest]: readonly [number, number]) => BigInt(seconds) * 1_000_000_000n + BigInt(rest);
  const { traceId, spanId } = span.spanContext();
  return {
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId,
    name: span.name,
    kind: SpanKind[span.kind] as ExportedSpan['kind'],
    status: SpanStatusCode[span.status.code] as ExportedSpan['status'],
    startNanos: nanos(span.startTime),
    durationMillis: Number(nanos(span.duration)) / 1e6,
    attributes: span.attributes as Attributes,
    events: span.events.map(({ name, attributes = {} }) => ({ name, attributes: attributes as Attributes })),
    links: span.links.map(({ context: { traceId, spanId } }) => ({ traceId, spanId })),
    service: String(span.resource.attributes['service.name']),
    scope: span.instrumentationScope.name,
  };
}
