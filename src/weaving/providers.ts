// SPDX-License-Identifier: Apache-2.0
// The providers of the process, looked up at call time and never kept from load time: SDKs start late, stop and start again,
// and come from another copy of the API. A new signal is one more line in `createProviders`.
import { type MeterProvider, metrics, type TracerProvider, trace } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { type ProviderOf, providerOf } from './provider-of.js';
import { registered, registeredLoggerProvider } from './registered.js';

export type { ProviderOf } from './provider-of.js';

/** Of the logs API, which is a package of its own before API 1.10 and comes with the interface that hands providers over. */
export type LoggerProvider = Parameters<NonNullable<Instrumentation['setLoggerProvider']>>[0];
export type Logger = ReturnType<LoggerProvider['getLogger']>;

/** What is known of the exports of an SDK beyond what its providers tell. */
export interface Exporting {
  /** Resolves when none is under way. */
  settled(): Promise<void>;
  /** Tells, once, that something could not be sent. */
  report(fault: unknown): void;
}

/** What all libraries share: the providers, and the switch of the whole instrumentation. */
export interface Providers {
  enabled: boolean;
  readonly traces: ProviderOf<TracerProvider>;
  readonly metrics: ProviderOf<MeterProvider>;
  readonly logs: ProviderOf<LoggerProvider>;
  /** Called once, when a provider is wanted and none is there: an SDK may wait for that. */
  wake?: (() => void) | undefined;
  /** Of the SDK that waits for that, once it has been started. */
  exporting?: (() => Exporting | undefined) | undefined;
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
    traces: providerOf<TracerProvider>({
      globalOne: () => registered().trace,
      forWant: () => trace.getTracerProvider(),
      wake,
    }),
    metrics: providerOf<MeterProvider>({
      globalOne: () => registered().metrics,
      forWant: () => metrics.getMeterProvider(),
      wake,
      onRegistration: onMeterProvider,
    }),
    logs: providerOf<LoggerProvider>({
      globalOne: () => registeredLoggerProvider() as LoggerProvider | undefined,
      wake,
    }),
  };
  return providers;
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
