// SPDX-License-Identifier: Apache-2.0
// The API as components find it: absent, without a provider, or with one that comes and goes.
import type { Tracer, TracerProvider } from '@opentelemetry/api';
import { PACKAGE_NAME, PACKAGE_VERSION } from '../version.js';
import { diagOf } from '../weaving/diag.js';
import { providerOf } from '../weaving/provider-of.js';
import { registered } from '../weaving/registered.js';
import { perProvider } from '../weaving/telemetry.js';
import { tellingOnce } from '../weaving/telling.js';
import { api } from './api.js';

/** Whether `@opentelemetry/api` could be loaded. It says nothing of an SDK: {@link isTelemetryActive} does. */
export const OTEL_AVAILABLE: boolean = api !== undefined;

const traces = providerOf<TracerProvider>({ globalOne: () => registered().trace });

/**
 * Whether spans that are started now are recorded by somebody: a tracer provider is registered, and has not been shut down. It is
 * asked at each call, so an SDK may start late, stop, and start again. An SDK that the preload holds ready counts from the first
 * span on.
 *
 * @example
 * ```ts
 * import { isTelemetryActive } from 'opentelemetry-instrumentation-eventsource';
 *
 * console.log(isTelemetryActive() ? 'spans are recorded' : 'no SDK is running');
 * ```
 */
export function isTelemetryActive(): boolean {
  return activeProvider() !== undefined;
}

function activeProvider(): TracerProvider | undefined {
  const provider = traces.current();
  return provider === undefined || isShutDown(provider) ? undefined : provider;
}

interface ShutDownOnce {
  readonly _shutdownOnce?: { readonly isCalled?: boolean };
}

/**
 * A provider stays registered after its shutdown, and has no public way to ask. The processors of the SDK know; one of another
 * make is taken to be running.
 */
function isShutDown(provider: object): boolean {
  const { _activeSpanProcessor: all } = provider as { _activeSpanProcessor?: { _spanProcessors?: unknown } };
  const processors = all?._spanProcessors;
  if (!Array.isArray(processors) || processors.length === 0) return false;
  return processors.every((processor: ShutDownOnce | undefined) => processor?._shutdownOnce?.isCalled === true);
}

let woken = false;

/** The preload's SDK waits for the first need of telemetry, as which it takes the reading of a message's context. */
function wakeSdk(): boolean {
  if (woken || api === undefined) return false;
  woken = true;
  api.propagation.extract(api.ROOT_CONTEXT, {});
  return true;
}

const diag = api === undefined ? undefined : diagOf(PACKAGE_NAME);

/** Says once that telemetry which is not ours failed. */
export const telemetryFailed: (what: string, fault: unknown) => void =
  diag === undefined ? () => {} : tellingOnce(diag);

const tracers = new Map<string, () => Tracer | undefined>();

/** The tracer of that name, of the provider that is there now; `undefined` when there is none. */
export function tracerNamed(name: string): Tracer | undefined {
  if (diag === undefined) return undefined;
  try {
    if (activeProvider() === undefined && !(wakeSdk() && isTelemetryActive())) return undefined;
    let tracer = tracers.get(name);
    if (tracer === undefined) {
      const version = name === PACKAGE_NAME ? PACKAGE_VERSION : undefined;
      tracer = perProvider(activeProvider, (provider) => provider.getTracer(name, version), 'spans', diag);
      tracers.set(name, tracer);
    }
    return tracer();
  } catch (fault) {
    telemetryFailed('finding a tracer', fault);
    return undefined;
  }
}
