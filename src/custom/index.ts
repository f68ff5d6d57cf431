// SPDX-License-Identifier: Apache-2.0
// Tools for the application's own components. Nothing here needs `@opentelemetry/api` to load: this is the sub-path `…/tracing`,
// and part of the package root.
export { type TracedComponent, TracingMixin } from './mixin.js';
export type { SpanAttributes } from './span.js';
export { isTelemetryActive, OTEL_AVAILABLE } from './telemetry.js';
export { type TraceContext, traceContext } from './trace-context.js';
export { type Traced, type TracedOptions, traced } from './traced.js';
