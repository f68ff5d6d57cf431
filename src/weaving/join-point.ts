// SPDX-License-Identifier: Apache-2.0
// A row made ready for calls: recipes compiled, constants shared, what its gates depend on precomputed.
import { type Attributes, SpanKind, type SpanOptions } from '@opentelemetry/api';
import type { Aspect, Call, Recipe, Row, Rows } from './aspect.js';
import { type AttributeSets, attributeSets } from './attribute-sets.js';
import type { AnyFunction } from './functions.js';
import { compileRecipe, type Step } from './recipes.js';
import type { Runtime } from './runtime.js';
import type { RuntimeSettings } from './runtime-settings.js';
import { type Instrument, type LogRecord, type Measurement, severities } from './signals.js';
import { ignoringErrors } from './telling.js';

/** The row with its extractors loosened to any call: the one place where the types of a table are given up. */
export type LooseRow = Row<Call>;

export interface ReadyMeasurement extends Measurement<Call> {
  readonly attributesOf: AttributeSets;
  /** The attribute by which sums are kept in the process: as it is, for those are not bounded as time series are. */
  readonly keptUnder: Step | undefined;
}

export interface ReadyLogRecord extends LogRecord<Call> {
  readonly severityNumber: number;
  readonly steps: readonly Step[];
}

export interface JoinPoint {
  readonly runtime: Runtime;
  /** `Class.method`, for messages. */
  readonly label: string;
  readonly operation: string;
  readonly family: string;
  readonly optIn: string | undefined;
  readonly tracing: ((self: unknown) => boolean) | undefined;
  readonly measuring: ((self: unknown) => boolean) | undefined;
  readonly row: LooseRow;
  /** The function that was handed on, where it is one. */
  readonly handler: AnyFunction | undefined;
  readonly options: SpanOptions;
  readonly attributes: readonly Step[];
  readonly result: readonly Step[];
  readonly failure: readonly Step[];
  readonly settled: readonly Step[];
  readonly metrics: readonly ReadyMeasurement[];
  /** It is measured, or what is measured below it has to know of it. */
  readonly measured: boolean;
  /** That of which only outermost calls are measured, if there is one. */
  readonly outermost: Instrument | undefined;
  /** Sums of a measurement are kept in the process, so that it is made also while there is no meter provider. */
  readonly keeps: boolean;
  readonly logs: readonly ReadyLogRecord[];
  /** A record of it is wanted by its level, under the settings of {@link levelsUnder}. */
  logged: boolean;
  levelsUnder: RuntimeSettings | undefined;
  /** One of its records is written before the call. */
  readonly announces: boolean;
  /** Needs a tracer for something: a span, or trace context that it writes somewhere. */
  readonly traces: boolean;
  /** Calls below it find it, where it is traced. */
  readonly encloses: boolean;
  /** Writes trace context somewhere after the call, whether it opens a span or not. */
  readonly carries: boolean;
  /** May be called with copies of its arguments, which have trace context in them. */
  readonly sends: boolean;
  /** An extractor or an instrument wants to know how long the call took. */
  readonly timed: boolean;
  /** Set when the same operation is woven on a base or derived class too: then a call may be a `super` call. */
  inherited: boolean;
  /** Set when the row threw: it is off from then on. */
  off: boolean;
  /** Set when the row threw before a call; see faults.ts. */
  suspected: boolean;
}

/** The rows of one aspect, made ready, by method. */
export type JoinPoints = ReadonlyMap<string, JoinPoint>;

/** What of an aspect its rows need to know. */
export type RowsOwner = Pick<Aspect, 'target' | 'family' | 'optIn' | 'tracing' | 'measuring'>;

export function joinPointsOf(runtime: Runtime, owner: RowsOwner, rows: Rows): JoinPoints {
  return new Map(Object.entries(rows).map(([name, row]) => [name, createJoinPoint(runtime, owner, name, row)]));
}

export function createJoinPoint(runtime: Runtime, owner: RowsOwner, operation: string, row: Row): JoinPoint {
  const loose = row as unknown as LooseRow;
  const { settings } = runtime;
  const steps = (recipe: Recipe<Call> | undefined) => compileRecipe(settings, recipe);
  const { inject, remember, pins, marks, sends } = loose.context ?? {};
  const encloses = loose.span !== undefined || loose.encloses === true;
  const metrics = (loose.metrics ?? []).map((metric): ReadyMeasurement => {
    const { attributes, instrument, keptBy } = metric;
    const compiled = steps(attributes);
    return {
      ...metric,
      attributesOf: attributeSets(compiled, runtime.governorOf(instrument)),
      keptUnder: compiled.find(({ key }) => key === keptBy),
    };
  });
  return {
    runtime,
    label: `${owner.target}.${operation}`,
    operation,
    family: loose.family ?? owner.family,
    optIn: owner.optIn,
    tracing: switchOf(settings, loose.family ?? owner.family, owner.tracing),
    measuring: owner.measuring as ((self: unknown) => boolean) | undefined,
    row: loose,
    handler: undefined,
    options: Object.freeze({ ...staticKind(loose), ...samplingAttributes(settings, loose) }),
    attributes: steps(loose.attributes),
    result: steps(loose.result),
    failure: steps(loose.failure),
    settled: steps(loose.settled),
    metrics,
    measured: metrics.length > 0 || loose.apart === true,
    outermost: metrics.find(({ outermost }) => outermost === true)?.instrument,
    keeps: metrics.some(({ keptUnder }) => keptUnder !== undefined),
    logs: (loose.logs ?? []).map((record) => ({
      ...record,
      severityNumber: severities[record.severity],
      steps: steps(record.attributes),
    })),
    logged: false,
    levelsUnder: undefined,
    announces: (loose.logs ?? []).some(({ on }) => on === 'begin'),
    traces: encloses || (inject ?? remember ?? pins ?? marks ?? sends) !== undefined,
    encloses,
    carries: (inject ?? remember) !== undefined,
    sends: sends !== undefined,
    timed: loose.timed === true || loose.late !== undefined || metrics.some(measuresDuration),
    inherited: false,
    off: faulty.has(row),
    suspected: false,
  };
}

function switchOf(
  { diagnosis }: RuntimeSettings,
  family: string,
  tracing: RowsOwner['tracing'],
): ((self: unknown) => boolean) | undefined {
  const isOn = tracing as ((self: unknown) => boolean) | undefined;
  return isOn === undefined ? undefined : (diagnosis?.switchOf(family, isOn) ?? isOn);
}

/** That of one handler among those of a row. */
export function joinPointOfHandler(joinPoint: JoinPoint, handler: AnyFunction): JoinPoint {
  return { ...joinPoint, handler, off: faulty.has(joinPoint.row as Row) };
}

function measuresDuration({ instrument, value }: Measurement<Call>): boolean {
  return instrument.kind === 'histogram' && value === undefined;
}

function staticKind(row: LooseRow): SpanOptions {
  return { kind: typeof row.kind === 'number' ? row.kind : SpanKind.INTERNAL };
}

function samplingAttributes(settings: RuntimeSettings, row: LooseRow): SpanOptions {
  const attributes: Attributes = {};
  for (const step of compileRecipe(settings, row.sampling as Recipe<Call> | undefined)) {
    attributes[step.key] = step.constant;
  }
  return Object.keys(attributes).length === 0 ? {} : { attributes: Object.freeze(attributes) };
}

const faulty = new WeakSet<Row>();

/** One line, then the row is off: a faulty table must not cost the application more than that. */
export function switchOff(joinPoint: JoinPoint, fault: unknown): void {
  const { row, label, runtime } = joinPoint;
  joinPoint.off = true;
  if (faulty.has(row)) return;
  faulty.add(row);
  runtime.settings.diagnosis?.rowFailed(label, fault);
  ignoringErrors(() => runtime.diag.error(`${label}: switched off, its row failed:`, fault));
}
