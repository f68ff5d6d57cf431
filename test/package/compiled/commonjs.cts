// SPDX-License-Identifier: Apache-2.0
// The same in CommonJS, where every entry point but the loader has types of its own.
import ours = require('opentelemetry-instrumentation-eventsource');
import attributes = require('opentelemetry-instrumentation-eventsource/attributes');
import metrics = require('opentelemetry-instrumentation-eventsource/metrics');
import tracing = require('opentelemetry-instrumentation-eventsource/tracing');
import register = require('opentelemetry-instrumentation-eventsource/register');

const config: ours.EventSourceInstrumentationConfig = { families: { projections: 'on' } };
const instrumentation = new ours.EventSourceInstrumentation(config);
instrumentation.disable();
// @ts-expect-error no such family
const misspelt: ours.EventSourceInstrumentationConfig = { families: { projection: 'on' } };
const behind: number = metrics.getMetrics('orders').getSnapshot().currentLag;
const name: 'eventsource.aggregate.id' = attributes.ATTR_AGGREGATE_ID;
const context: tracing.TraceContext = tracing.traceContext();
console.log(behind, name, context.trace_id, ours.getMetrics === metrics.getMetrics, typeof register, typeof misspelt);
