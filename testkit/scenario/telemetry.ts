// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from 'node:timers/promises';
import { type Attributes, context, metrics, propagation, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  type ReadableLogRecord,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import { MeterProvider, MetricReader, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, type ReadableSpan, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { SCENARIO_SCOPE } from './spans.js';

const QUIET_MS = 60;
const POLL_MS = 10;

/** What the interpreter, as any application would, sets up for itself before it loads the library. */
export interface Telemetry {
  /** Runs `work` inside a span of the scenario, which is current meanwhile and ends with it. */
  inSpan<T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T>;
  /** Resolves once no span of the instrumentation has been open for some 60 ms; throws at `deadline` (ms since the epoch). */
  quiet(deadline: number): Promise<void>;
  endedSpans(): readonly ReadableSpan[];
  readMetrics(): Promise<ResourceMetrics>;
  readLogs(): readonly ReadableLogRecord[];
}

/** Registers the global tracer provider, meter provider, logger provider, context manager and propagators. */
export function startTelemetry(): Telemetry {
  const spans = createSpanLog();
  const reader = createReader();
  const logExporter = new InMemoryLogRecordExporter();
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(
    new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
  );
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [spans.processor] }));
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  logs.setGlobalLoggerProvider(
    new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: logExporter })] }),
  );
  const tracer = trace.getTracer(SCENARIO_SCOPE);

  return {
    inSpan: (name, attributes, work) =>
      tracer.startActiveSpan(name, { attributes }, async (span) => {
        try {
          return await work();
        } finally {
          span.end();
        }
      }),
    async quiet(deadline) {
      while (!spans.isQuiet()) {
        if (Date.now() > deadline)
          throw new Error(`never quiet, still open: ${spans.openNames().join(', ') || 'none'}`);
        await sleep(POLL_MS);
      }
    },
    endedSpans: () => spans.ended,
    readMetrics: async () => (await reader.collect()).resourceMetrics,
    readLogs: () => logExporter.getFinishedLogRecords(),
  };
}

function createSpanLog() {
  const ended: ReadableSpan[] = [];
  const open = new Set<ReadableSpan>();
  let lastMove = performance.now();
  const processor: SpanProcessor = {
    onStart(span) {
      if (span.instrumentationScope.name === SCENARIO_SCOPE) return;
      open.add(span);
      lastMove = performance.now();
    },
    onEnd(span) {
      ended.push(span);
      if (open.delete(span)) lastMove = performance.now();
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  return {
    processor,
    ended,
    isQuiet: () => open.size === 0 && performance.now() - lastMove >= QUIET_MS,
    openNames: () => [...open].map(({ name }) => name),
  };
}

function createReader(): MetricReader {
  class OnDemandReader extends MetricReader {
    protected override async onForceFlush() {}
    protected override async onShutdown() {}
  }
  return new OnDemandReader();
}
