// SPDX-License-Identifier: Apache-2.0
// What is registered with the API. Its copies keep that in one object, but none of them reads what an older one has registered, as a
// vendor's own may be. Ours reads all of it, so it looks into the object. Imports nothing, so that it loads where the API is not installed.
import type { ContextManager, DiagLogger, MeterProvider, TextMapPropagator, TracerProvider } from '@opentelemetry/api';

const API = Symbol.for('opentelemetry.js.api.1');
const LOGS_API = Symbol.for('io.opentelemetry.js.api.logs');
const LOGS_API_VERSION = 1;

export interface Registered {
  /** Of the copy that has registered all the rest: the API takes one only. */
  readonly version?: string;
  /** A proxy before the provider itself. */
  readonly trace?: TracerProvider;
  readonly context?: ContextManager;
  readonly propagation?: TextMapPropagator;
  readonly metrics?: MeterProvider;
  /** From API 1.10 on. */
  readonly logs?: object;
  readonly diag?: DiagLogger;
}

interface Globals {
  readonly [API]?: Registered;
  readonly [LOGS_API]?: (version: number) => object;
}

const NOTHING: Registered = {};

/** What is there now, whatever copy of the API has registered it. */
export function registered(): Registered {
  return (globalThis as Globals)[API] ?? NOTHING;
}

/** From API 1.10 on it is registered with the others, before that by a package of its own. */
export function registeredLoggerProvider(): object | undefined {
  return registered().logs ?? (globalThis as Globals)[LOGS_API]?.(LOGS_API_VERSION);
}
