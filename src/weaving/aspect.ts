// SPDX-License-Identifier: Apache-2.0
// Start here: the vocabulary. A table is a list of aspects; an aspect names a class (or a function) and what happens at
// its join points. Tables are data: they hold no engine logic, and the engine holds no name of a component.
import type { Attributes, AttributeValue, SpanKind, TextMapGetter, TextMapSetter } from '@opentelemetry/api';

/** What an extractor sees of one call. `result` is there once the call has settled well, `error` once it has failed. */
export interface Call<Self = unknown, Args = readonly unknown[], Result = unknown> {
  readonly self: Self;
  /** As passed: index, length and destructuring, no methods of arrays. */
  readonly args: Args;
  readonly result: Result;
  readonly failed: boolean;
  readonly error: unknown;
  /** What calls below this one handed up; see {@link Row.hands}. */
  readonly facts: Facts;
  /** Milliseconds since the call began; only for a row that is {@link Row.timed} or measured. */
  readonly elapsedMs: number;
}

export type Facts = Readonly<Record<string, unknown>>;

/** Any call; extractors are contravariant in it, so a table of typed rows is a table of these. */
export type AnyCall = Call<never, never, never>;

/** Nothing is set for `undefined`, `null`, an empty text or an empty list (decision A9). */
export type Extracted = AttributeValue | bigint | null | undefined;

/** Attribute key → constant or extractor. Keys are resolved to the convention in force once, when the row is woven. */
export type Recipe<C> = Readonly<Record<string, AttributeValue | ((call: C) => Extracted)>>;

/** An error that a call reports in its result instead of throwing it. */
export interface Failure {
  readonly error?: unknown;
}

/** Where trace context comes from: the headers of a message, or an object that an earlier join point remembered it under. */
export type Origin =
  | { readonly carrier: unknown; readonly getter?: TextMapGetter<never> | undefined }
  | { readonly remembered: object };

/** Where trace context is written to. */
export interface Destination {
  readonly carrier: unknown;
  readonly setter?: TextMapSetter<never> | undefined;
}

/** What happens at one join point. A row without `span` opens none: it may still inject, pin, remember or hand up facts. */
export interface Row<C = AnyCall> {
  readonly span?: string | ((call: C) => string) | undefined;
  readonly kind?: SpanKind | ((call: C) => SpanKind) | undefined;
  /** False: this call runs bare. */
  readonly when?: ((call: C) => boolean) | undefined;
  /** Constants that samplers may decide by; keep it to two or three, each costs even when unsampled (performance §2.1). */
  readonly sampling?: Attributes | undefined;
  /** From `this` and the arguments; set after the sampler said yes. */
  readonly attributes?: Recipe<C> | undefined;
  /** Set when the call settled well. */
  readonly result?: Recipe<C> | undefined;
  /** Set when it failed. */
  readonly failure?: Recipe<C> | undefined;
  /** Set in both cases. */
  readonly settled?: Recipe<C> | undefined;
  /** Replaces the active context as parent; `undefined` keeps the active one. */
  readonly parent?: ((call: C) => Origin | undefined) | undefined;
  readonly links?: ((call: C) => readonly Origin[]) | undefined;
  /** After the call returned: writes the active context into a carrier, usually one that the call built. */
  readonly inject?: ((call: C) => Destination | undefined) | undefined;
  /** Before the call: trace context that this carrier holds already stays, whoever below the call injects once more. */
  readonly pins?: ((call: C) => unknown) | undefined;
  /** After the call returned: remembers the active context under this object, for `parent` or `links` of a later call. */
  readonly remember?: ((call: C) => object | undefined) | undefined;
  /** Reads a failure out of the result of a call that does not throw (decision O2). */
  readonly outcome?: ((call: C) => Failure | undefined) | undefined;
  /**
   * Defers the end of the span past the return, until this settles (decision O5). It must not be lazy, and its rejection
   * counts as handled from then on: give one that the application or the library handles as well.
   */
  readonly until?: ((call: C) => PromiseLike<Failure | undefined> | undefined) | undefined;
  /**
   * Facts for the enclosing call, which finds them in `call.facts`. Of several calls below it, the last to settle counts, key
   * by key. Not asked when the call threw.
   */
  readonly hands?: ((call: C) => Facts | undefined) | undefined;
  /** The call returns a sync or async iterator: the span lives from the first pull to the end or early close. */
  readonly iterates?: boolean | undefined;
  /** The call returns a thenable that is not a plain promise and is safe to observe (craft P12). */
  readonly thenable?: boolean | undefined;
  /** Arguments that are handlers, by index: each is replaced by its woven twin. */
  readonly handlers?: Readonly<Record<number, Row>> | undefined;
  /** The call is a factory: methods of the object it returns. */
  readonly returns?: Rows | undefined;
  /** An extractor of this row reads `call.elapsedMs`. */
  readonly timed?: boolean | undefined;
  /** Records instruments; called once per settled call when a meter provider is there. */
  readonly measure?: ((call: C, durationMs: number) => void) | undefined;
  /** Writes a log record; called once per settled call when the logger wants it. */
  readonly log?: ((call: C) => void) | undefined;
  /** For the generated documentation: the public call that leads here, when it is another one. */
  readonly via?: string | undefined;
  /** A class without this method is still the class meant. */
  readonly optional?: boolean | undefined;
}

export type Rows = Readonly<Record<string, Row>>;

/** The join points of one class, found by its export name and shape. */
export interface Aspect {
  readonly target: string;
  /** Families are switched together: `auto` follows each object's own switch, `on` and `off` overrule it. */
  readonly family: string;
  /** The object's own switch. */
  readonly tracing?: ((self: never) => boolean) | undefined;
  readonly methods?: Rows | undefined;
  /** Further members of the class by which it is told from another of its name; for those with hardly any rows. */
  readonly shape?: readonly string[] | undefined;
  /** Methods that the constructor puts on the object itself (arrow functions). Needs the export door. */
  readonly fields?: Rows | undefined;
  /** Weave subclasses that the application derives, when one is first constructed. Needs the export door. */
  readonly subclasses?: boolean | undefined;
  /** The constructor itself as join point. Needs the export door. */
  readonly construct?: Row | undefined;
  /** The export is a function, not a class. Needs the export door. */
  readonly call?: Row | undefined;
}

type Method = (...args: never[]) => unknown;
type ArgsOf<M> = M extends (...args: infer A) => unknown ? A : never;
type Settled<M> = M extends (...args: never[]) => infer R ? Awaited<R> : never;

/** Rows typed by the class they belong to: `call.self`, `call.args` and `call.result` are those of the method. */
export type RowsOf<T> = {
  readonly [M in keyof T as T[M] extends Method ? M : never]?: Row<Call<T, ArgsOf<T[M]>, Settled<T[M]>>>;
};

/** Declares the rows of a class under its type. The type argument is erased: nothing of the class is imported. */
export function rows<T>(table: RowsOf<T>): Rows {
  return table as Rows;
}
