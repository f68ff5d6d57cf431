// SPDX-License-Identifier: Apache-2.0
// The providers that are registered with the API now, whatever copy of it registered them.
import { metrics, type ProxyTracerProvider, type TracerProvider, trace } from '@opentelemetry/api';
import type { Flushable, Sources } from './flush.js';

const API = Symbol.for('opentelemetry.js.api.1');
const LOGS_API = Symbol.for('io.opentelemetry.js.api.logs');
const LOGS_API_VERSION = 1;

interface Globals {
  readonly [API]?: Readonly<Record<string, object | undefined>>;
  readonly [LOGS_API]?: (version: number) => object;
}

export function providersNow(): Sources {
  const logger = loggerProvider();
  return {
    recorded: [delegateOf(trace.getTracerProvider()), ...(logger === undefined ? [] : [logger])],
    measured: [metrics.getMeterProvider() as Flushable],
  };
}

/** What stands behind the API's proxy. */
export function delegateOf(provider: TracerProvider): TracerProvider {
  return (provider as Partial<ProxyTracerProvider>).getDelegate?.() ?? provider;
}

/** From API 1.10 on it is registered with the others, before that by a package of its own. */
export function loggerProvider(): object | undefined {
  const globals = globalThis as Globals;
  return globals[API]?.logs ?? globals[LOGS_API]?.(LOGS_API_VERSION);
}
