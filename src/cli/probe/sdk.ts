// SPDX-License-Identifier: Apache-2.0
// What is registered with the API, as our copy of it sees it.
import { randomBytes } from 'node:crypto';
import type * as Api from '@opentelemetry/api';
import { apiVersion, applicationApi, isOlder } from '../../sdk/api-copies.js';
import { delegateOf } from '../../sdk/providers.js';
import { context, propagation } from '../../weaving/global-api.js';
import { registered, registeredLoggerProvider } from '../../weaving/registered.js';
import type { SdkFacts } from '../report.js';
import type { Spans } from './spans.js';
import { ownApi, startTestSpan } from './test-span.js';

/** Of the span whose context is injected, to show what a propagator writes. */
const EXAMPLE = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 } as const;
const TRIALS = 200;

interface Sampler {
  shouldSample(...args: unknown[]): { readonly decision: number };
}

/** @param given the provider that code has given us in place of the global one */
export function sdkFacts(spans: Spans, given: object | undefined): SdkFacts {
  const api = ownApi();
  // An SDK may wait for it.
  startTestSpan();
  const parts = registered();
  const provider = providerSeen(given, parts.trace);
  const sampler = provider === undefined ? undefined : samplerOf(provider);
  return {
    registry: parts.version,
    api: apiVersion(import.meta.url),
    provider: provider?.constructor.name,
    unreadable: provider !== undefined && parts.trace !== undefined && isPastApplication(parts.version),
    sampler: sampler?.toString(),
    sampled: sampler === undefined || api === undefined ? undefined : shareSampledBy(sampler, api),
    processors: provider === undefined ? [] : (spans.processorsOf(provider) ?? ['unknown']),
    contextManager: nameOf(parts.context),
    keepsContext: api !== undefined && keepsContext(api),
    propagator: nameOf(parts.propagation),
    carrier: api === undefined ? {} : injected(api),
    meterProvider: nameOf(parts.metrics),
    loggerProvider: nameOf(registeredLoggerProvider()),
  };
}

/** Whether the application's own copy of the API, which is ours most of the time, takes what this one has registered for too old. */
function isPastApplication(version: string | undefined): boolean {
  const own = applicationApi()?.version ?? apiVersion(import.meta.url);
  return version !== undefined && own !== undefined && isOlder(version, own);
}

function providerSeen(...providers: readonly (object | undefined)[]): Api.TracerProvider | undefined {
  return (providers as readonly (Api.TracerProvider | undefined)[])
    .flatMap((each) => (each === undefined ? [] : [delegateOf(each)]))
    .find((each) => !/^(?:Noop|Proxy)/.test(each.constructor.name));
}

function samplerOf(provider: object): Sampler | undefined {
  const { _tracerOptions, _config } = provider as Record<
    '_tracerOptions' | '_config',
    { sampler?: Sampler } | undefined
  >;
  return _tracerOptions?.sampler ?? _config?.sampler;
}

function shareSampledBy(sampler: Sampler, { ROOT_CONTEXT }: typeof Api): number | undefined {
  try {
    let sampled = 0;
    for (let trial = 0; trial < TRIALS; trial++) {
      const traceId = randomBytes(16).toString('hex');
      // 0 drops.
      if (sampler.shouldSample(ROOT_CONTEXT, traceId, 'doctor', 0, {}, []).decision > 0) sampled++;
    }
    return sampled / TRIALS;
  } catch {
    return undefined;
  }
}

function keepsContext({ ROOT_CONTEXT, createContextKey }: typeof Api): boolean {
  const key = createContextKey('doctor');
  return context.with(ROOT_CONTEXT.setValue(key, true), () => context.active().getValue(key) === true);
}

function injected({ trace, ROOT_CONTEXT }: typeof Api): Record<string, string> {
  const carrier: Record<string, string> = {};
  try {
    propagation.inject(trace.setSpanContext(ROOT_CONTEXT, EXAMPLE), carrier);
  } catch {
    return {};
  }
  return carrier;
}

function nameOf(provider: object | undefined): string | undefined {
  return provider?.constructor.name;
}
