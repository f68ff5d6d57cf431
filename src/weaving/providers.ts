// SPDX-License-Identifier: Apache-2.0
// The providers of the process, looked up at call time and never kept from load time: SDKs start late, stop and start again,
// and come from another copy of the API. A new signal is one more line in `createProviders`.
import { type MeterProvider, metrics, type TracerProvider, trace } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';

/** Of the logs API, which is a package of its own before API 1.10 and comes with the interface that hands providers over. */
export type LoggerProvider = Parameters<NonNullable<Instrumentation['setLoggerProvider']>>[0];
export type Logger = ReturnType<LoggerProvider['getLogger']>;

/** The provider of one signal. */
export interface ProviderOf<P extends object> {
  /** The one that is there now and does something; `undefined` when there is none, so that calls run bare. */
  current(): P | undefined;
  /** One given by hand; it outranks the global one, unless it is empty. */
  use(provider: P | undefined): void;
  /** Calls back whenever a provider may have taken the place of another; for what cannot wait for the next woven call. */
  watch(listener: () => void): void;
}

/** What all libraries share: the providers, and the switch of the whole instrumentation. */
export interface Providers {
  enabled: boolean;
  readonly traces: ProviderOf<TracerProvider>;
  readonly metrics: ProviderOf<MeterProvider>;
  readonly logs: ProviderOf<LoggerProvider>;
  /** Called once, when a provider is wanted and none is there: an SDK may wait for that. */
  wake?: (() => void) | undefined;
}

export function createProviders(): Providers {
  const wake = () => {
    const { wake } = providers;
    providers.wake = undefined;
    wake?.();
    return wake !== undefined;
  };
  const providers: Providers = {
    enabled: false,
    traces: providerOf<TracerProvider>(() => trace.getTracerProvider(), wake),
    metrics: providerOf<MeterProvider>(() => metrics.getMeterProvider(), wake, onMeterProvider),
    logs: providerOf<LoggerProvider>(globalLoggerProvider, wake),
  };
  return providers;
}

/**
 * @param wake makes providers where they wait for a need; says whether there may be one now
 * @param onRegistration calls back whenever a global one is registered
 */
function providerOf<P extends object>(
  globalOne: () => P | undefined,
  wake: () => boolean,
  onRegistration?: (listener: () => void) => void,
): ProviderOf<P> {
  const listeners: (() => void)[] = [];
  const tell = () => {
    for (const listener of listeners) listener();
  };
  let given: P | undefined;
  let seen: P | undefined;
  let live: P | undefined;
  const providerNow = () => {
    if (given !== undefined) {
      const own = behindProxy(given);
      if (!isNoop(own)) return own;
    }
    const found = globalOne();
    const provider = found === undefined ? undefined : behindProxy(found);
    if (provider !== seen) {
      seen = provider;
      live = provider === undefined || isNoop(provider) ? undefined : provider;
    }
    return live;
  };
  return {
    current: () => providerNow() ?? (wake() ? providerNow() : undefined),
    use(provider) {
      given = provider === globalOne() ? undefined : provider;
      tell();
    },
    watch(listener) {
      if (listeners.length === 0) onRegistration?.(tell);
      listeners.push(listener);
    },
  };
}

/** The API tells nobody that a provider was registered; it is one method of one object, which says so from then on. */
function onMeterProvider(listener: () => void): void {
  const { setGlobalMeterProvider } = metrics;
  metrics.setGlobalMeterProvider = (provider) => {
    const isSet = Reflect.apply(setGlobalMeterProvider, metrics, [provider]);
    listener();
    return isSet;
  };
}

interface Proxying<P> {
  getDelegate?(): P;
  /** The proxy of the logs API has no public way to its delegate. */
  _getDelegate?(): P;
}

/** A proxy of the API, ours or another copy's, stands before the provider that was registered, or before one that does nothing. */
function behindProxy<P extends object>(provider: P): P {
  const proxy = provider as Proxying<P>;
  if (proxy.getDelegate !== undefined) return proxy.getDelegate();
  return proxy._getDelegate === undefined ? provider : proxy._getDelegate();
}

/** By name, since each copy of the API has its own class. */
function isNoop(provider: object): boolean {
  const name: unknown = provider.constructor?.name;
  return name === 'NoopTracerProvider' || name === 'NoopMeterProvider' || name === 'NoopLoggerProvider';
}

const API = Symbol.for('opentelemetry.js.api.1');
const LOGS_API = Symbol.for('io.opentelemetry.js.api.logs');
const LOGS_API_VERSION = 1;

interface Globals {
  readonly [API]?: { readonly logs?: LoggerProvider };
  readonly [LOGS_API]?: (version: number) => LoggerProvider;
}

/**
 * From API 1.10 on the logger provider is registered with the others, before that by a package of its own. Both are asked
 * where they keep it, so that no copy of either is loaded for it.
 */
function globalLoggerProvider(): LoggerProvider | undefined {
  const globals = globalThis as Globals;
  return globals[API]?.logs ?? globals[LOGS_API]?.(LOGS_API_VERSION);
}
