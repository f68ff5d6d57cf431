// SPDX-License-Identifier: Apache-2.0
// Tracer, instruments and loggers of one instrumentation scope, made from the providers that are there at the moment.
import type { Attributes, Context, DiagLogger, Tracer } from '@opentelemetry/api';
import { type Recorder, recorderOf } from './instruments.js';
import type { Living } from './living.js';
import type { Logger, Providers } from './providers.js';
import type { Instrument } from './signals.js';
import { ignoringErrors } from './telling.js';

export interface Scope {
  readonly name: string;
  readonly version: string;
}

export interface Telemetry {
  tracer(): Tracer | undefined;
  /** Whether a meter provider is there; nothing is made of it yet. */
  measures(): boolean;
  /** Records with the instrument of the meter provider that is there. */
  record(instrument: Instrument, value: number, attributes: Attributes, context: Context): void;
  /** Gives the gauges over living objects to the meter provider that is there, if it has not got them. */
  attachGauges(): void;
  /** The logger of that name; `undefined` without a logger provider. */
  logger(name: string): Logger | undefined;
}

export function createTelemetry(
  providers: Providers,
  { name, version }: Scope,
  living: Living,
  diag: DiagLogger,
): Telemetry {
  const { traces, metrics, logs } = providers;
  const tracer = perProvider(traces.current, (provider) => provider.getTracer(name, version), 'spans', diag);
  const recorders = perProvider(
    metrics.current,
    (provider) => {
      const meter = provider.getMeter(name, version);
      living.attachTo(meter);
      const known = new Map<Instrument, Recorder>();
      return (instrument: Instrument) =>
        known.get(instrument) ?? keep(known, instrument, recorderOf(meter, instrument));
    },
    'measurements',
    diag,
  );
  const loggers = perProvider(
    logs.current,
    (provider) => {
      const known = new Map<string, Logger>();
      return (logger: string) => known.get(logger) ?? keep(known, logger, provider.getLogger(logger, version));
    },
    'log records',
    diag,
  );
  return {
    tracer,
    measures: () => metrics.current() !== undefined,
    record: (instrument, value, attributes, context) => recorders()?.(instrument)(value, attributes, context),
    attachGauges: () => void recorders(),
    logger: (logger) => loggers()?.(logger),
  };
}

/** Makes something of a provider once, and anew when another one has taken its place. */
export function perProvider<P, T>(
  current: () => P | undefined,
  make: (provider: P) => T,
  what: string,
  diag: DiagLogger,
): () => T | undefined {
  let last: P | undefined;
  let made: T | undefined;
  return () => {
    const provider = current();
    if (provider === last) return made;
    last = provider;
    made = undefined;
    if (provider === undefined) return undefined;
    try {
      made = make(provider);
    } catch (fault) {
      ignoringErrors(() => diag.error(`no ${what}: the provider failed:`, fault));
    }
    return made;
  };
}

function keep<K, V>(known: Map<K, V>, key: K, value: V): V {
  known.set(key, value);
  return value;
}
