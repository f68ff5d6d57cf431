// SPDX-License-Identifier: Apache-2.0
// A logger provider that keeps what it is given, and the metrics of a real SDK as plain values.
import type { Attributes } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import type { Logger, LoggerProvider } from '../src/weaving/providers.js';

type LogRecord = Parameters<Logger['emit']>[0] & { readonly logger: string };

export interface RecordedLogs {
  readonly provider: LoggerProvider;
  readonly records: readonly LogRecord[];
}

export function recordingLogs(): RecordedLogs {
  const records: LogRecord[] = [];
  const provider: LoggerProvider = {
    getLogger: (logger) => ({
      emit: (record) => void records.push({ ...record, logger }),
      enabled: () => true,
    }),
  };
  return { provider, records };
}

interface Recorded {
  readonly name: string;
  readonly kind: 'histogram' | 'counter';
}

export interface RecordedCalls {
  readonly provider: MeterProvider;
  /** What was recorded together: inside one woven call, whose context comes with each measurement. */
  readonly calls: () => readonly (readonly Recorded[])[];
}

/** A meter provider that tells which measurements were made of one call. */
export function recordingCalls(): RecordedCalls {
  const calls = new Map<unknown, Recorded[]>();
  const provider = new MeterProvider();
  const note = (name: string, kind: Recorded['kind']) => (_value: number, _attributes: unknown, context: unknown) =>
    void calls.set(context, [...(calls.get(context) ?? []), { name, kind }]);
  const meter = Object.assign(Object.create(provider.getMeter('of gauges')), {
    createHistogram: (name: string) => ({ record: note(name, 'histogram') }),
    createCounter: (name: string) => ({ add: note(name, 'counter') }),
  });
  provider.getMeter = () => meter;
  return { provider, calls: () => [...calls.values()] };
}

/** What a time series came to. */
export interface RecordedPoint {
  readonly scope: string;
  readonly name: string;
  readonly unit: string;
  readonly attributes: Attributes;
  /** Of a histogram: how many values, and their sum; of anything else, twice its value. */
  readonly count: number;
  readonly sum: number;
}

export interface RecordedPoints {
  readonly provider: MeterProvider;
  readonly collect: () => Promise<readonly RecordedPoint[]>;
}

/** @param temporality cumulative, as most back ends want it: then a gauge shows its last value for ever */
export function recordingPoints(temporality = AggregationTemporality.CUMULATIVE): RecordedPoints {
  const exporter = new InMemoryMetricExporter(temporality);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2 ** 30 });
  return {
    provider: new MeterProvider({ readers: [reader] }),
    async collect() {
      exporter.reset();
      await reader.forceFlush();
      return exporter
        .getMetrics()
        .flatMap(({ scopeMetrics }) => scopeMetrics)
        .flatMap(({ scope, metrics }) =>
          metrics.flatMap(({ descriptor: { name, unit }, dataPoints }) =>
            dataPoints.map(({ attributes, value }) => {
              const { count, sum = 0 } = typeof value === 'number' ? { count: value, sum: value } : value;
              return { scope: scope.name, name, unit, attributes, count, sum };
            }),
          ),
        );
    },
  };
}

export interface RecordedMetrics {
  readonly provider: MeterProvider;
  /** What has been recorded so far: `instrument{key=value}` → its sum, or its count for a histogram. */
  readonly collect: () => Promise<Record<string, number>>;
  /** The same, with the sum of what a histogram was given. */
  readonly sums: () => Promise<Record<string, number>>;
}

export function recordingMetrics(temporality?: AggregationTemporality): RecordedMetrics {
  const { provider, collect } = recordingPoints(temporality);
  const read = async (of: 'count' | 'sum') =>
    Object.fromEntries((await collect()).map((point) => [seriesOf(point), point[of]]));
  return { provider, collect: () => read('count'), sums: () => read('sum') };
}

/** `instrument{key=value}`. */
export function seriesOf({ name, attributes }: Pick<RecordedPoint, 'name' | 'attributes'>): string {
  const set = Object.entries(attributes).map(([key, of]) => `${key}=${of}`);
  return set.length === 0 ? name : `${name}{${set.join()}}`;
}
