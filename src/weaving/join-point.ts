// SPDX-License-Identifier: Apache-2.0
// A row made ready for calls: keys resolved to the convention in force, constants shared, gates precomputed.
import { type Attributes, type AttributeValue, SpanKind, type SpanOptions } from '@opentelemetry/api';
import type { AnyCall, Aspect, Call, Recipe, Row, Rows } from './aspect.js';
import type { AttributeForm, Runtime } from './runtime.js';

export interface Step {
  readonly key: string;
  readonly constant: AttributeValue | undefined;
  readonly read: ((call: Call) => unknown) | undefined;
  readonly form: AttributeForm['value'];
}

/** The row with its extractors loosened to any call: the one place where the types of a table are given up. */
export type LooseRow = Row<Call>;

export interface JoinPoint {
  readonly runtime: Runtime;
  /** `Class.method`, for messages. */
  readonly label: string;
  readonly operation: string;
  readonly family: string;
  readonly tracing: ((self: unknown) => boolean) | undefined;
  readonly row: LooseRow;
  readonly options: SpanOptions;
  readonly attributes: readonly Step[];
  readonly result: readonly Step[];
  readonly failure: readonly Step[];
  readonly settled: readonly Step[];
  /** Writes trace context somewhere, whether it opens a span or not. */
  readonly carries: boolean;
  /** Set when the same operation is woven on a base or derived class too: then a call may be a `super` call. */
  inherited: boolean;
  /** Set when the row threw: it is off from then on. */
  off: boolean;
  /** Set when the row threw before a call; see suspicion.ts. */
  suspected: boolean;
}

/** The rows of one aspect, made ready, by method. */
export type JoinPoints = ReadonlyMap<string, JoinPoint>;

export function joinPointsOf(runtime: Runtime, aspect: Aspect, rows: Rows): JoinPoints {
  return new Map(Object.entries(rows).map(([name, row]) => [name, createJoinPoint(runtime, aspect, name, row)]));
}

export function createJoinPoint(runtime: Runtime, aspect: Aspect, operation: string, row: Row<AnyCall>): JoinPoint {
  const loose = row as unknown as LooseRow;
  const steps = (recipe: Recipe<Call> | undefined) => compile(runtime, recipe);
  return {
    runtime,
    label: `${aspect.target}.${operation}`,
    operation,
    family: aspect.family,
    tracing: aspect.tracing as ((self: unknown) => boolean) | undefined,
    row: loose,
    options: Object.freeze({ ...staticKind(loose), ...samplingAttributes(runtime, loose) }),
    attributes: steps(loose.attributes),
    result: steps(loose.result),
    failure: steps(loose.failure),
    settled: steps(loose.settled),
    carries: (loose.inject ?? loose.remember) !== undefined,
    inherited: false,
    off: faulty.has(row),
    suspected: false,
  };
}

function staticKind(row: LooseRow): SpanOptions {
  return { kind: typeof row.kind === 'number' ? row.kind : SpanKind.INTERNAL };
}

function samplingAttributes(runtime: Runtime, row: LooseRow): SpanOptions {
  const attributes: Attributes = {};
  for (const step of compile(runtime, row.sampling as Recipe<Call> | undefined)) attributes[step.key] = step.constant;
  return Object.keys(attributes).length === 0 ? {} : { attributes: Object.freeze(attributes) };
}

function compile(runtime: Runtime, recipe: Recipe<Call> | undefined): readonly Step[] {
  return Object.entries(recipe ?? {}).flatMap(([key, source]) =>
    runtime.settings.attribute(key).map((form): Step => {
      if (typeof source === 'function') return { key: form.key, constant: undefined, read: source, form: form.value };
      return { key: form.key, constant: form.value?.(source) ?? source, read: undefined, form: undefined };
    }),
  );
}

const faulty = new WeakSet<Row>();

/** One line, then the row is off: a faulty table must not cost the application more than that. */
export function switchOff(joinPoint: JoinPoint, fault: unknown): void {
  const { row, label, runtime } = joinPoint;
  joinPoint.off = true;
  if (faulty.has(row)) return;
  faulty.add(row);
  quietly(() => runtime.log.error(`${label}: switched off, its row failed:`, fault));
}

/** The logger is the application's: it may throw. */
export function quietly(say: () => void): void {
  try {
    say();
  } catch {
    // There is nobody left to tell.
  }
}
