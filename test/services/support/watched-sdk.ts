// SPDX-License-Identifier: Apache-2.0
// The SDK of a program that wants to know which of its spans have ended.
import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { BasicTracerProvider, type ReadableSpan, type Span, type SpanProcessor } from '@opentelemetry/sdk-trace-base';

export interface WatchedSpan {
  readonly name: string;
  readonly kind: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly status: string;
  readonly attributes: ReadableSpan['attributes'];
  /** Messages of its exception events. */
  readonly exceptions: readonly unknown[];
}

export interface Watched {
  /** In the order in which they ended. */
  readonly spans: readonly WatchedSpan[];
  /** Names of the spans that were started and have not ended. */
  readonly open: readonly string[];
  /** Names of the spans that ended more than once. */
  readonly endedAgain: readonly string[];
}

/** Registers the SDK of the process; the returned function tells what it has seen so far. */
export function startWatchedSdk(): () => Watched {
  const open = new Set<Span>();
  const spans: WatchedSpan[] = [];
  const endedAgain: string[] = [];
  const processor: SpanProcessor = {
    onStart: (span) => void open.add(span),
    onEnd(span) {
      if (!open.delete(span as Span)) endedAgain.push(span.name);
      spans.push(watchedSpan(span));
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [processor] }));
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  return () => ({ spans, open: [...open].map(({ name }) => name), endedAgain });
}

function watchedSpan(span: ReadableSpan): WatchedSpan {
  const { traceId, spanId } = span.spanContext();
  return {
    name: span.name,
    kind: SpanKind[span.kind],
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId,
    status: SpanStatusCode[span.status.code],
    attributes: span.attributes,
    exceptions: span.events
      .filter(({ name }) => name === 'exception')
      .map(({ attributes }) => attributes?.['exception.message']),
  };
}
