// SPDX-License-Identifier: Apache-2.0
// The words of a row for measurements and log records. Instruments are data: they are made when they are first needed, once
// for each meter provider.
import type { AnyCall, Recipe } from './call.js';

export interface Instrument {
  readonly kind: 'counter' | 'up-down counter' | 'histogram' | 'gauge';
  readonly name: string;
  /** UCUM, as OpenTelemetry wants it. A duration is measured in `ms` or `s`, whichever stands here. */
  readonly unit?: string | undefined;
  readonly description?: string | undefined;
  /** For the generated documentation: the question of an operator that it answers. */
  readonly question?: string | undefined;
  /** Advice to the SDK: upper bounds of the buckets of a histogram, in its unit. */
  readonly buckets?: readonly number[] | undefined;
}

export interface Measurement<C = AnyCall> {
  readonly instrument: Instrument;
  /** Default: 1, for a histogram the duration of the call in its unit. `undefined` records nothing. */
  readonly value?: ((call: C) => number | undefined) | undefined;
  readonly attributes?: Recipe<C> | undefined;
  /** Only calls that ended so; default: all. */
  readonly on?: 'success' | 'failure' | undefined;
  /** An attribute by which the sums are kept in the process as well, also while there is no meter provider. */
  readonly keptBy?: string | undefined;
  /**
   * Only calls that begin outside of others with this instrument, of whatever library: layers of one operation count once. At
   * most one instrument of a row. See also `apart` of a row.
   */
  readonly outermost?: boolean | undefined;
}

/** Severity numbers of OpenTelemetry's log data model: the first of each range. */
export const severities = { trace: 1, debug: 5, info: 9, warn: 13, error: 17, fatal: 21 } as const;
export type Severity = keyof typeof severities;

export interface LogRecord<C = AnyCall> {
  /** Name of the logger, dots between the levels of its hierarchy; it is the instrumentation scope of the record. */
  readonly logger: string;
  readonly severity: Severity;
  readonly body: string | ((call: C) => string);
  readonly attributes?: Recipe<C> | undefined;
  /**
   * Only calls that ended so; default: all. A failure is part of the record as its exception, and is told once: not again where a
   * call below has told it, at this severity or above. `begin`: before the call, of which nothing but `self` and `args` is known.
   */
  readonly on?: 'begin' | 'success' | 'failure' | undefined;
  /** Only calls of which this is true; default: all. */
  readonly when?: ((call: C) => boolean) | undefined;
}

/** Whether a measurement or record that is made `on` some ends is made of a call that ended so. */
export function isMadeOf(failed: boolean, on: 'success' | 'failure' | undefined): boolean {
  return on === undefined || failed === (on === 'failure');
}
