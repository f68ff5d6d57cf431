// SPDX-License-Identifier: Apache-2.0
// What is known of the items of a stream or an iterator, as facts of the call that they belong to.
import type { Facts } from './call.js';
import type { CallFrame } from './call-frame.js';

export interface Streamed extends Facts {
  /** How many items have come. */
  readonly items?: number;
  /** The latest of them. */
  readonly last?: unknown;
}

export function noteItem(frame: CallFrame, item: unknown): void {
  const facts = frame.facts as { items?: number; last?: unknown };
  // Its own, once there is something in it: there may be thousands of items.
  if (facts.items === undefined) frame.hand({ items: 1, last: item } satisfies Streamed);
  else {
    facts.items += 1;
    facts.last = item;
  }
}
