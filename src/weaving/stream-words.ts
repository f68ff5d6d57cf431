// SPDX-License-Identifier: Apache-2.0
// The words for readable streams whose items are handled, and what rows are told of them. Types alone: who writes a table needs nothing
// of the engine.
import type { Row } from './aspect.js';
import type { Facts } from './call.js';
import type { Origin } from './origins.js';

/** Facts of a call that gives a stream. */
export interface Streamed extends Facts {
  /** How many items have come. */
  readonly items?: number;
  /** The latest of them. */
  readonly last?: unknown;
}

export interface ItemWords {
  /**
   * One item: from when a listener is called with it until that is done, of an async function until its promise has settled; or from
   * when a loop is given it until it asks for the next. `self` is the stream; `args` are the item, whether the stream is behind, and
   * what the call was given that gave the stream.
   */
  readonly each: Row;
  /** For streams that give old items before new ones. */
  readonly behind?: BehindWords | undefined;
}

export interface BehindWords {
  /** Whether it begins with old items, by what the call was given that gave the stream. */
  readonly first: (given: readonly unknown[]) => boolean;
  /** What the stream emits when it has no old items any more; those that wait in its buffer are old. */
  readonly until: string;
  /** What it emits when it gives old items again. */
  readonly again: string;
  /**
   * A stretch of old items, which are handled below it. `self` is the stream, `args` are what the call was given that gave it, and
   * `call.facts` is {@link Streamed}. It is linked to the origins of its items.
   */
  readonly stretch: Row;
  /** It ends after so many items, */
  readonly most: number;
  /** or so many milliseconds. */
  readonly longestMs: number;
  readonly origins: (item: unknown) => readonly Origin[];
}
