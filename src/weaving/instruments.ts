// SPDX-License-Identifier: Apache-2.0
// Instruments of a meter, made from what a table says of them.
import type { Attributes, Context, Meter, MetricOptions } from '@opentelemetry/api';
import type { Instrument } from './signals.js';

export type Recorder = (value: number, attributes: Attributes, context: Context) => void;

export function instrumentOptions({ unit, description, buckets }: Instrument): MetricOptions {
  return {
    ...(unit === undefined ? {} : { unit }),
    ...(description === undefined ? {} : { description }),
    ...(buckets === undefined ? {} : { advice: { explicitBucketBoundaries: [...buckets] } }),
  };
}

export function recorderOf(meter: Meter, instrument: Instrument): Recorder {
  const { kind, name } = instrument;
  const options = instrumentOptions(instrument);
  if (kind === 'histogram') {
    const histogram = meter.createHistogram(name, options);
    return (value, attributes, context) => histogram.record(value, attributes, context);
  }
  if (kind === 'gauge') {
    const gauge = meter.createGauge(name, options);
    return (value, attributes, context) => gauge.record(value, attributes, context);
  }
  const counter = kind === 'counter' ? meter.createCounter(name, options) : meter.createUpDownCounter(name, options);
  return (value, attributes, context) => counter.add(value, attributes, context);
}
