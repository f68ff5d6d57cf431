// SPDX-License-Identifier: Apache-2.0
// What is registered with the API, as our copy of it sees it.
import { randomBytes } from 'node:crypto';
import type * as Api from '@opentelemetry/api';
import { apiVersion } from '../../sdk/api-copies.js';
import { delegateOf, loggerProvider } from '../../sdk/providers.js';
import type { SdkFacts } from '../report.js';
import { registry } from './registrations.js';
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
  const registered = registry();
  const api = ownApi();
  // An SDK may wait for it.
  startTestSpan();
  const provider = api === undefined ? undefined : providerSeen(api, given);
  const sampler = provider === undefined ? undefined : samplerOf(provider);
  return {
    registry: registered?.version,
    api: apiVersion(import.meta.url),
    provider: provider?.constructor.name,
    unreadable: provider === undefined && registered?.trace !== undefined,
    sampler: sampler?.toString(),
    sampled: sampler === undefined || api === undefined ? undefined : shareSampledBy(sampler, api),
    processors: provider === undefined ? [] : (spans.processorsOf(provider) ?? ['unknown']),
    contextManager: registered?.context?.constructor.name,
    keepsContext: api !== undefined && keepsContext(api),
    propagator: registered?.propagation?.constructor.name,
    carrier: api === undefined ? {} : injected(api),
    meterProvider: nameOf(registered?.metrics),
    loggerProvider: nameOf(loggerProvider()),
  };
}

function providerSeen({ trace }: typeof Api, given: object | undefined): Api.TracerProvider | undefined {
  return [given as Api.TracerProvider | undefined, trace.getTracerProvider()]
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

function keepsContext({ context, ROOT_CONTEXT, createContextKey }: typeof Api): boolean {
  const key = createContextKey('doctor');
  return context.with(ROOT_CONTEXT.setValue(key, true), () => context.active().getValue(key) === true);
}

function injected({ propagation, trace, ROOT_CONTEXT }: typeof Api): Record<string, string> {
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
