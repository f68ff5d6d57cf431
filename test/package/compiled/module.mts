// SPDX-License-Identifier: Apache-2.0
// What the compiler must say of the public types in an ES module: a line below an expectation that is no error is an error itself.
import type { Instrumentation } from '@opentelemetry/instrumentation';
import {
  EventSourceInstrumentation,
  type EventSourceInstrumentationConfig,
  type Family,
  type FamilyMode,
  getMetrics,
  type LogLevel,
  type SubscriptionSnapshot,
  traceContext,
  type WeaveReport,
  weave,
} from 'opentelemetry-instrumentation-eventsource';
import { ATTR_AGGREGATE_ID } from 'opentelemetry-instrumentation-eventsource/attributes';
import { getMetrics as sameMetrics } from 'opentelemetry-instrumentation-eventsource/metrics';
import { TracingMixin } from 'opentelemetry-instrumentation-eventsource/tracing';
import 'opentelemetry-instrumentation-eventsource/register';

const config: EventSourceInstrumentationConfig = {
  enabled: true,
  moduleNames: ['eventsource'] as const,
  families: { projections: 'on', 'dead-letters': 'off' },
  logLevel: { default: 'info', 'eventsource.bus': 'debug' },
  redactException: ({ type, message, stacktrace }) => ({ type, message: message.toUpperCase(), stacktrace }),
};
export const instrumentation: Instrumentation<EventSourceInstrumentationConfig> = new EventSourceInstrumentation(
  config,
);
instrumentation.setConfig({ cardinalityLimit: 10 });
new EventSourceInstrumentation();
// @ts-expect-error no such option
new EventSourceInstrumentation({ familys: {} });
// @ts-expect-error no such family
new EventSourceInstrumentation({ families: { projection: 'on' } });
// @ts-expect-error no such mode
new EventSourceInstrumentation({ families: { projections: true } });
// @ts-expect-error no such level
new EventSourceInstrumentation({ logLevel: { default: 'loud' } });

export const report: WeaveReport = weave({});
export const level: LogLevel = 'warn';
export const families: Readonly<Partial<Record<Family, FamilyMode>>> = { stores: 'auto' };
const snapshot: SubscriptionSnapshot = getMetrics('orders').getSnapshot();
export const behind: number = sameMetrics('orders').getSnapshot().currentLag + snapshot.eventsProcessed;
// @ts-expect-error it is only to be read
snapshot.currentLag = 1;
export const name: 'eventsource.aggregate.id' = ATTR_AGGREGATE_ID;
export const ids: string = traceContext().trace_id;
export const Component = TracingMixin(Object);
