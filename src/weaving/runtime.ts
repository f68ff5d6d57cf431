// SPDX-License-Identifier: Apache-2.0
// What the woven functions ask at call time. Nothing of OpenTelemetry is kept from load time: SDKs start late, stop and
// start again, and come from another copy of the API (craft §0.2, §8).
import {
  type AttributeValue,
  type DiagLogger,
  diag,
  metrics,
  ProxyTracerProvider,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';

export type FamilyMode = 'auto' | 'on' | 'off';

/** One way to write an attribute: its key in the convention in force, and the value where that differs too. */
export interface AttributeForm {
  readonly key: string;
  readonly value?: ((value: AttributeValue) => AttributeValue) | undefined;
}

/** What the engine is told from outside. It knows no attribute, no family and no setting by name. */
export interface RuntimeSettings {
  readonly scope: { readonly name: string; readonly version: string };
  /** The forms of an attribute key; none drops it, two write it twice. */
  readonly attribute: (key: string) => readonly AttributeForm[];
  /** Keys that get the class name of a failure. */
  readonly errorKeys: readonly string[];
  readonly family: (family: string) => FamilyMode;
  /** Whether any log record of the family is wanted now. */
  readonly logs?: ((family: string) => boolean) | undefined;
}

export interface Runtime {
  enabled: boolean;
  settings: RuntimeSettings;
  readonly log: DiagLogger;
  /** The tracer of the provider that is there now; `undefined` when none is, so that calls run bare. */
  tracer(): Tracer | undefined;
  measures(): boolean;
  logs(family: string): boolean;
  /** Called once, when a call wants a provider and none is there: an SDK may wait for that. */
  wake?: (() => void) | undefined;
  /** A provider given by hand; the global one is looked up, never kept. */
  useTracerProvider(provider: TracerProvider | undefined): void;
  useMeterProvider(provider: object | undefined): void;
}

const noopTracerProvider = new ProxyTracerProvider().getDelegate();
const noopMeterProvider = noopMeterProviderOf();

export function createRuntime(settings: RuntimeSettings): Runtime {
  let given: TracerProvider | undefined;
  let givenMeters: object | undefined;
  let lastProvider: TracerProvider | undefined;
  let lastTracer: Tracer | undefined;

  const runtime: Runtime = {
    enabled: false,
    settings,
    log: diag.createComponentLogger({ namespace: settings.scope.name }),
    tracer() {
      const tracer = tracerNow();
      const { wake } = runtime;
      if (tracer !== undefined || wake === undefined) return tracer;
      runtime.wake = undefined;
      wake();
      return tracerNow();
    },
    measures() {
      const provider = givenMeters ?? metrics.getMeterProvider();
      return provider !== noopMeterProvider && provider.constructor?.name !== 'NoopMeterProvider';
    },
    logs: (family) => runtime.settings.logs?.(family) === true,
    useTracerProvider(provider) {
      given = provider === trace.getTracerProvider() ? undefined : provider;
    },
    useMeterProvider(provider) {
      givenMeters = provider === metrics.getMeterProvider() ? undefined : provider;
    },
  };
  return runtime;

  function tracerNow(): Tracer | undefined {
    const provider = current(given) ?? delegateOf(trace.getTracerProvider());
    if (provider !== lastProvider) {
      lastProvider = provider;
      lastTracer = isNoop(provider) ? undefined : tracerOf(provider);
    }
    return lastTracer;
  }

  function tracerOf(provider: TracerProvider): Tracer | undefined {
    const { name, version } = runtime.settings.scope;
    try {
      return provider.getTracer(name, version);
    } catch (fault) {
      runtime.log.error('no spans: the tracer provider failed:', fault);
      return undefined;
    }
  }
}

/** A provider given by hand may be another API copy's proxy, still empty; then the global one counts. */
function current(given: TracerProvider | undefined): TracerProvider | undefined {
  if (given === undefined) return undefined;
  const provider = delegateOf(given);
  return isNoop(provider) ? undefined : provider;
}

function delegateOf(provider: TracerProvider): TracerProvider {
  return (provider as Partial<ProxyTracerProvider>).getDelegate?.() ?? provider;
}

function isNoop(provider: TracerProvider): boolean {
  return provider === noopTracerProvider || provider.constructor?.name === 'NoopTracerProvider';
}

/** Read before any SDK can have registered one under this copy of the API; a later reading is compared by name. */
function noopMeterProviderOf(): object | undefined {
  const provider = metrics.getMeterProvider();
  return provider.constructor.name === 'NoopMeterProvider' ? provider : undefined;
}
