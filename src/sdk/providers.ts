// SPDX-License-Identifier: Apache-2.0
// The providers that are registered with the API now, whatever copy of it registered them.
import type { ProxyTracerProvider, TracerProvider } from '@opentelemetry/api';
import { registered, registeredLoggerProvider } from '../weaving/registered.js';
import type { Flushable, Sources } from './flush.js';

export function providersNow(): Sources {
  const [tracer, logger] = [tracerProvider(), registeredLoggerProvider()];
  const meter: object | undefined = registered().metrics;
  return { recorded: [tracer, logger].filter(isThere), measured: [meter].filter(isThere) };
}

/** What stands behind the API's proxy. */
export function delegateOf(provider: TracerProvider): TracerProvider {
  return (provider as Partial<ProxyTracerProvider>).getDelegate?.() ?? provider;
}

/** The one that is registered and does something. */
export function tracerProvider(): TracerProvider | undefined {
  const { trace: proxy } = registered();
  const provider = proxy === undefined ? undefined : delegateOf(proxy);
  return provider === undefined || isNoop(provider) ? undefined : provider;
}

/** By name, since another copy of the API has another class. */
export function isNoop(provider: TracerProvider): boolean {
  return provider.constructor.name === 'NoopTracerProvider';
}

function isThere(provider: object | undefined): provider is Flushable {
  return provider !== undefined;
}
