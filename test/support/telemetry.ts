// SPDX-License-Identifier: Apache-2.0
// An in-memory OpenTelemetry for unit tests, and an engine that knows nothing of event sourcing.
import { context, metrics, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { Aspect } from '../../src/weaving/aspect.js';
import { createRuntime, type Runtime, type RuntimeSettings } from '../../src/weaving/runtime.js';
import { weaveExports } from '../../src/weaving/weaver.js';

export interface Telemetry {
  readonly spans: () => ReadableSpan[];
  /** Span names as a tree: `a(b c(d))`, siblings in order of start. */
  readonly tree: () => string;
  readonly reset: () => void;
  readonly stop: () => void;
}

/** Registers the global provider, context manager and propagator; `stop` takes all of them away again. */
export function startTelemetry({ sampler }: { sampler?: Sampler } = {}): Telemetry {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(exporter)],
    ...(sampler === undefined ? {} : { sampler }),
  });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  return {
    spans: () => exporter.getFinishedSpans(),
    tree: () => treeOf(exporter.getFinishedSpans()),
    reset: () => exporter.reset(),
    stop() {
      trace.disable();
      context.disable();
      propagation.disable();
      metrics.disable();
    },
  };
}

function treeOf(spans: readonly ReadableSpan[]): string {
  const byStart = [...spans].sort((a, b) => a.startTime[0] - b.startTime[0] || a.startTime[1] - b.startTime[1]);
  const ids = new Set(spans.map((span) => span.spanContext().spanId));
  const below = (parent: string | undefined): string =>
    byStart
      .filter((span) => {
        const id = span.parentSpanContext?.spanId;
        return parent === undefined ? id === undefined || !ids.has(id) : id === parent;
      })
      .map((span) => {
        const children = below(span.spanContext().spanId);
        return children === '' ? span.name : `${span.name}(${children})`;
      })
      .join(' ');
  return below(undefined);
}

export function testRuntime(settings: Partial<RuntimeSettings> = {}): Runtime {
  const runtime = createRuntime({
    scope: { name: 'test', version: '1' },
    attribute: (key) => [{ key }],
    errorKeys: ['error.class'],
    family: () => 'auto',
    ...settings,
  });
  runtime.enabled = true;
  return runtime;
}

/** Weaves one class under its own name. */
export function weaveClass(
  target: abstract new (...args: never[]) => object,
  aspect: Omit<Aspect, 'target' | 'family'>,
  runtime: Runtime = testRuntime(),
) {
  return weaveExports(runtime, [{ target: target.name, family: 'tests', ...aspect }], { [target.name]: target });
}
