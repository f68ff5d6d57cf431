// SPDX-License-Identifier: Apache-2.0
// Trace context that crosses a gap: out of and into the headers of a message, or from an earlier join point to a later one.
import {
  type Context,
  isSpanContextValid,
  type Link,
  ROOT_CONTEXT,
  type SpanContext,
  type TextMapGetter,
  type TextMapSetter,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import type { AnyCall } from './call.js';
import { propagation } from './global-api.js';

/** A span, as those name it who write no more than this of it. */
export interface SpanIds {
  readonly traceId: string;
  readonly spanId: string;
}

/**
 * Where trace context comes from: a carrier, such as the headers of a message; an object that an earlier join point remembered it
 * under; or, for links only, what a stream was given before this came out of it, see `streams` of {@link ReachWords}. `ids` count
 * where the propagator finds no span in the carrier.
 */
export type Origin =
  | {
      readonly carrier: unknown;
      readonly getter?: TextMapGetter<never> | undefined;
      readonly ids?: SpanIds | undefined;
    }
  | { readonly remembered: object }
  | { readonly sourcesOf: unknown };

/** Where trace context is written to. */
export interface Destination {
  readonly carrier: unknown;
  readonly setter?: TextMapSetter<never> | undefined;
}

/** Trace context as the propagator of the application writes it, by key. */
export type Fields = Readonly<Record<string, string>>;

/** Trace context that travels in the arguments of a call. */
export interface SendWords<C = AnyCall> {
  /** An option that must be on for this, by its name in the configuration. */
  readonly optIn?: string | undefined;
  /**
   * The arguments to call with instead: copies along the path to where the fields go; the objects of the caller stay as they are.
   * `undefined`, or anything but a list, calls with those of the caller, which are also what all other words see.
   */
  readonly args: (call: C, fields: Fields) => readonly unknown[] | undefined;
}

/** How a call is connected to other traces. */
export interface ContextWords<C = AnyCall> {
  /** Replaces the active context as parent; `undefined` keeps the active one. `root`: that one, but for its span. */
  readonly parent?: ((call: C) => Origin | 'root' | undefined) | undefined;
  /** One for each distinct span, at most 128: the first ones. */
  readonly links?: ((call: C) => readonly Origin[]) | undefined;
  /**
   * Before the call: sends the context that it runs in, that of its own span where it has one, along with its arguments. Whether or
   * not that span is sampled, for what is stored says which; not where tracing is suppressed, or nobody traces. Nothing for a row
   * that gives an iterator: its call is made before its span begins.
   */
  readonly sends?: SendWords<C> | undefined;
  /** After the call returned: writes the active context into a carrier, usually one that the call built. */
  readonly inject?: ((call: C) => Destination | undefined) | undefined;
  /** Before the call: trace context that this carrier holds already stays, whoever below the call injects once more. */
  readonly pins?: ((call: C) => unknown) | undefined;
  /** After the call returned: remembers the active context under this object, for `parent` or `links` of a later call. */
  readonly remember?: ((call: C) => object | undefined) | undefined;
  /** Before the call: remembers its span under each of these, for links of whoever meets them in the call or after it. */
  readonly marks?: ((call: C) => readonly unknown[]) | undefined;
}

const remembered = new WeakMap<object, Context>();
const sources = new WeakMap<object, readonly SpanContext[]>();

/** Of a message: on the root, never on the ambient context of a consume loop, which is that of whoever started the loop. */
export function contextFrom(origin: Origin): Context | undefined {
  if ('remembered' in origin) return remembered.get(origin.remembered);
  if ('sourcesOf' in origin) return undefined;
  const extracted = extractedFrom(origin.carrier, origin.getter);
  return origin.ids === undefined || trace.getSpanContext(extracted) !== undefined
    ? extracted
    : withSpan(extracted, origin.ids);
}

function extractedFrom(carrier: unknown, getter: TextMapGetter<never> | undefined): Context {
  try {
    return propagation.extract(ROOT_CONTEXT, carrier, getter);
  } catch {
    // A propagator's trouble with what somebody sent is no fault of the row.
    return ROOT_CONTEXT;
  }
}

/** Whoever writes ids alone says nothing of sampling, and reads them as sampled. */
function withSpan(context: Context, { traceId, spanId }: SpanIds): Context {
  const ids = { traceId: traceId.toLowerCase(), spanId: spanId.toLowerCase() };
  const span = { ...ids, traceFlags: TraceFlags.SAMPLED, isRemote: true };
  return isSpanContextValid(span) ? trace.setSpanContext(context, span) : context;
}

/** A span keeps no more of them than this in most SDKs, and a batch may hold thousands. */
export const MOST_LINKS = 128;

/** What is handed on may be a list of any length. */
const MOST_MARKS = 100_000;

export function linksTo(origins: readonly Origin[]): Link[] {
  const links = new Map<string, Link>();
  for (const origin of origins) {
    for (const context of spansOf(origin)) {
      if (isSpanContextValid(context)) links.set(`${context.traceId}-${context.spanId}`, { context });
      if (links.size === MOST_LINKS) return [...links.values()];
    }
  }
  return [...links.values()];
}

function spansOf(origin: Origin): readonly SpanContext[] {
  if ('sourcesOf' in origin) return sources.get(origin.sourcesOf as object) ?? [];
  const from = contextFrom(origin);
  const linked = from === undefined ? undefined : trace.getSpanContext(from);
  return linked === undefined ? [] : [linked];
}

/** Throws what the propagator throws. */
export function injectInto({ carrier, setter }: Destination, active: Context): void {
  propagation.inject(active, carrier, setter);
}

/**
 * Keeps the propagator's fields of a carrier as they are. An instrumentation of the driver below injects its own span over
 * ours; the receiver would then hang under that, and a message that is sent again under the attempt that failed.
 */
export function pinIn(carrier: unknown): void {
  if (typeof carrier !== 'object' || carrier === null) return;
  for (const field of fieldsOfPropagator()) {
    const value: unknown = Reflect.get(carrier, field);
    // Not read-only: writing to that throws in strict mode. A frozen carrier needs no pin.
    if (value !== undefined)
      Reflect.defineProperty(carrier, field, { get: () => value, set: ignore, enumerable: true });
  }
}

function fieldsOfPropagator(): readonly string[] {
  try {
    return propagation.fields();
  } catch {
    // As above.
    return [];
  }
}

function ignore(): void {}

export function remember(object: object | undefined, active: Context): void {
  if (object !== undefined) remembered.set(object, active);
}

export function rememberedUnder(value: unknown): Context | undefined {
  return remembered.get(value as object);
}

/**
 * Remembers the span of a context under those of the values that are objects. Nothing but its ids: applications keep events for
 * as long as they like, and a span with them would stay as long.
 */
export function markWith(values: readonly unknown[], active: Context): void {
  const span = trace.getSpanContext(active);
  if (span === undefined) return;
  const ids = trace.setSpanContext(ROOT_CONTEXT, span);
  let left = MOST_MARKS;
  for (const value of values) {
    if (typeof value === 'object' && value !== null) remembered.set(value, ids);
    left -= 1;
    if (left === 0) return;
  }
}

/**
 * Notes what a value that came out of a stream may have been made of.
 *
 * @returns forgets it: the same value may come out again, made of something else
 */
export function noteSources(value: unknown, made: readonly SpanContext[]): () => void {
  if (typeof value !== 'object' || value === null) return () => {};
  sources.set(value, made);
  return () => void sources.delete(value);
}
