// SPDX-License-Identifier: Apache-2.0
// The application's own telemetry, for `--import`: a provider whose ended spans go into the file SPANS_FILE, one per line.
import { appendFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { RecordedSpan } from '../bare-and-woven.js';

const file = process.env.SPANS_FILE ?? '';
let begun = 0;
const places = new WeakMap<object, number>();

trace.setGlobalTracerProvider(
  new BasicTracerProvider({
    spanProcessors: [
      {
        onStart: (span) => void places.set(span, begun++),
        onEnd: (span) => appendFileSync(file, `${JSON.stringify(recorded(span))}\n`),
        forceFlush: async () => {},
        shutdown: async () => {},
      },
    ],
  }),
);
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

function recorded(span: ReadableSpan): RecordedSpan {
  return {
    name: span.name,
    id: span.spanContext().spanId,
    parent: span.parentSpanContext?.spanId,
    trace: span.spanContext().traceId,
    scope: span.instrumentationScope.name,
    kind: span.kind,
    start: span.startTime[0] * 1e6 + span.startTime[1] / 1e3,
    place: places.get(span) ?? 0,
    links: span.links.map(({ context }) => context.spanId),
    failed: span.status.code === 2,
    events: span.events.length,
    exceptions: span.events.flatMap(({ attributes }) => String(attributes?.['exception.type'] ?? [])),
    attributes: span.attributes,
    thread: isMainThread ? 'main' : 'worker',
    pid: process.pid,
  };
}
