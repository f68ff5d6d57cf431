// SPDX-License-Identifier: Apache-2.0
// An SDK that counts spans and keeps none.
import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { type ExportResult, ExportResultCode, W3CTraceContextPropagator } from '@opentelemetry/core';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';

export interface Tallied {
  /** Sampled spans that have ended; as many as are exported, unless some were dropped. */
  readonly ended: number;
  readonly exported: number;
  /** Spans that have not ended. */
  readonly open: number;
  readonly published: number;
  /** Publish spans with exactly one consume span below them, in the same trace. */
  readonly consumed: number;
}

/** Registers the SDK, whose batch processor has its defaults: a queue of 2048 spans, batches of 512. */
export function startTally({ encode }: { readonly encode: boolean }): { end(): Promise<Tallied> } {
  let [started, ended, exported] = [0, 0, 0];
  const publishes = new Map<string, string>();
  const consumes: { readonly traceId: string; readonly parent: string | undefined }[] = [];

  const counts: SpanProcessor = {
    onStart() {
      started += 1;
    },
    onEnd() {
      ended += 1;
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const exporter: SpanExporter = {
    /** Answers as one over a network does, in a later turn. */
    export(batch: ReadableSpan[], done: (result: ExportResult) => void) {
      if (encode) ProtobufTraceSerializer.serializeRequest(batch);
      exported += batch.length;
      for (const span of batch) {
        const { traceId, spanId } = span.spanContext();
        if (span.kind === SpanKind.PRODUCER) publishes.set(spanId, traceId);
        if (span.kind === SpanKind.CONSUMER) consumes.push({ traceId, parent: span.parentSpanContext?.spanId });
      }
      setImmediate(done, { code: ExportResultCode.SUCCESS });
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const provider = new BasicTracerProvider({ spanProcessors: [counts, new BatchSpanProcessor(exporter)] });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  return {
    async end() {
      await provider.forceFlush();
      const consumed = countConsumed(publishes, consumes);
      return { ended, exported, open: started - ended, published: publishes.size, consumed };
    },
  };
}

function countConsumed(
  publishes: ReadonlyMap<string, string>,
  consumes: readonly { readonly traceId: string; readonly parent: string | undefined }[],
): number {
  const times = new Map<string, number>();
  for (const { traceId, parent = '' } of consumes) {
    if (publishes.get(parent) === traceId) times.set(parent, (times.get(parent) ?? 0) + 1);
  }
  return [...times.values()].filter((count) => count === 1).length;
}
