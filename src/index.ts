// SPDX-License-Identifier: Apache-2.0
// Everything public, nothing else.
export type {
  EventSourceInstrumentationConfig,
  ExceptionText,
  Family,
  LibraryConfig,
  LogLevel,
  LogSinkFormat,
  SemconvOptIn,
  SpanEndInfo,
  SpanStartInfo,
} from './config.js';
export * from './custom/index.js';
export { flush } from './flush.js';
export { EventSourceInstrumentation } from './instrumentation.js';
export { getMetrics, type SubscriptionMetrics, type SubscriptionSnapshot } from './metrics.js';
export { weave, woven } from './weave.js';
export type { WeaveReport } from './weaving/classes.js';
export type { FamilyMode } from './weaving/runtime-settings.js';
export type { SlotState } from './weaving/slots.js';
