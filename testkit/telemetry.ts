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
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { Aspect } from '../src/weaving/aspect.js';
import { weaveBindings } from '../src/weaving/bindings.js';
import { weaveClasses } from '../src/weaving/classes.js';
import { createProviders } from '../src/weaving/providers.js';
import { createRuntime, type Runtime } from '../src/weaving/runtime.js';
import type { RuntimeSettings } from '../src/weaving/runtime-settings.js';

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
  const started: string[] = [];
  const starts: SpanProcessor = {
    onStart: (span) => void started.push(span.spanContext().spanId),
    onEnd() {},
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const provider = new BasicTracerProvider({
    spanProcessors: [starts, new SimpleSpanProcessor(exporter)],
    ...(sampler === undefined ? {} : { sampler }),
  });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  return {
    spans: () => exporter.getFinishedSpans(),
    tree: () => treeOf(exporter.getFinishedSpans(), started),
    reset: () => exporter.reset(),
    stop() {
      trace.disable();
      context.disable();
      propagation.disable();
      metrics.disable();
    },
  };
}

function treeOf(spans: readonly ReadableSpan[], started: readonly string[]): string {
  const order = (span: ReadableSpan) => started.indexOf(span.spanContext().spanId);
  const byStart = [...spans].sort((a, b) => order(a) - order(b));
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
  const providers = createProviders();
  providers.enabled = true;
  return createRuntime(
    providers,
    { name: 'test', version: '1' },
    { attribute: (key) => [{ key }], errorKeys: ['error.class'], family: () => 'auto', ...settings },
  );
}

/** Weaves one class under its own name. */
export function weaveClass(
  target: abstract new (...args: never[]) => object,
  aspect: Omit<Aspect, 'target' | 'family'>,
  runtime: Runtime = testRuntime(),
) {
  return weaveClasses(runtime, [{ target: target.name, family: 'tests', ...aspect }], { [target.name]: target });
}

/** Replaces what the aspects name in an exports object that can be assigned to. */
export function weaveExported(runtime: Runtime, aspects: readonly Aspect[], exports: object) {
  return weaveBindings(runtime, aspects, exports, (name, value) => Reflect.set(exports, name, value));
}
