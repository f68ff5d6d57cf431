// SPDX-License-Identifier: Apache-2.0
// One call as a table sees it, and what a table reads out of it.
import type { AttributeValue } from '@opentelemetry/api';

/** What an extractor sees of one call. `result` is there once the call has settled well, `error` once it has failed. */
export interface Call<Self = unknown, Args = readonly unknown[], Result = unknown> {
  readonly self: Self;
  /** As passed: index, length and destructuring, no methods of arrays. */
  readonly args: Args;
  readonly result: Result;
  readonly failed: boolean;
  readonly error: unknown;
  /** What calls below this one handed up; see `hands` of a row. */
  readonly facts: Facts;
  /** The woven call that this one is made by, where there is one and while it lasts. */
  readonly enclosing: Enclosing | undefined;
  /** The call that gave `self`, where its row says that it `makes` objects: the latest of several. */
  readonly maker: Maker | undefined;
  /** The function itself, where it is one that was handed on: a handler, or what a call gave. Read it, do not call it. */
  readonly handler: object | undefined;
  /** Milliseconds since the call began; only for a row that is `timed` or measures a duration. */
  readonly elapsedMs: number;
}

/** A call as the calls below it see it. */
export type Enclosing = Pick<Call, 'self' | 'args' | 'facts' | 'enclosing' | 'maker'>;

/** A call as the objects see it that it gave. */
export type Maker = Pick<Call, 'self' | 'args'>;

export type Facts = Readonly<Record<string, unknown>>;

/** Any call; extractors are contravariant in it, so a table of typed rows is a table of these. */
export type AnyCall = Call<never, never, never>;

/** Nothing is set for `undefined`, `null`, an empty text or an empty list. */
export type Extracted = AttributeValue | bigint | null | undefined;

/** Attribute key → constant or extractor. Keys are resolved to the convention in force once, when the row is woven. */
export type Recipe<C> = Readonly<Record<string, AttributeValue | ((call: C) => Extracted)>>;

/** An error that a call reports in its result instead of throwing it. */
export interface Failure {
  readonly error?: unknown;
}
