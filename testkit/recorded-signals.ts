// SPDX-License-Identifier: Apache-2.0
// Measurements and log records of a process as lists that can be written down and compared.
import type { Attributes } from '@opentelemetry/api';
import { withoutIds } from './forests.js';
import { type RecordedPoint, seriesOf } from './signals.js';

export interface WrittenRecord {
  readonly logger: string;
  readonly severity: string;
  readonly body: string;
  readonly attributes: Attributes;
}

/** What a process measured and wrote. */
export interface RecordedSignals {
  readonly measured: readonly RecordedPoint[];
  readonly records: readonly WrittenRecord[];
}

/** Measurements and records as they can be written down and compared: no times, no ids that are made anew. */
export interface Signals {
  /** Scope → time series → its value; of a histogram how many values it was given and, where those are no times, their sum. */
  readonly metrics: Readonly<Record<string, Readonly<Record<string, number | string>>>>;
  /** Logger → severity, text and attributes → how often it was written. */
  readonly records: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export function signalsOf({ measured, records }: RecordedSignals): Signals {
  const metrics: Record<string, Record<string, number | string>> = {};
  for (const point of measured.toSorted(
    by(({ scope, name, attributes }) => `${scope} ${seriesOf({ name, attributes })}`),
  )) {
    const { scope, unit, count, sum } = point;
    metrics[scope] = {
      ...metrics[scope],
      [seriesOf(point)]: unit === 's' || unit === 'ms' || count === sum ? count : `${count}, sum ${sum}`,
    };
  }
  const written: Record<string, Record<string, number>> = {};
  const lines = records.map(({ logger, ...record }) => ({ logger, text: lineOf(record) }));
  for (const { logger, text } of lines.toSorted(by(({ logger, text }) => `${logger} ${text}`))) {
    written[logger] = { ...written[logger], [text]: (written[logger]?.[text] ?? 0) + 1 };
  }
  return { metrics, records: written };
}

/** Messages and stacks of exceptions are not of the tables. */
function lineOf({ severity, body, attributes }: Omit<WrittenRecord, 'logger'>): string {
  const told = Object.entries(withoutIds(attributes))
    .filter(([key]) => !/^exception\.(?:message|stacktrace)$/.test(key))
    .map(([key, value]) => `${key}=${value}`);
  return `${severity} ${body}${told.length === 0 ? '' : ` {${told.join()}}`}`;
}

function by<T>(textOf: (item: T) => string) {
  return (one: T, other: T) => (textOf(one) < textOf(other) ? -1 : 1);
}
