// SPDX-License-Identifier: Apache-2.0
// What is known of the items of a stream or an iterator, as facts of the call that they belong to.
import type { CallFrame } from './call-frame.js';
import type { Streamed } from './stream-words.js';

export function noteItem(frame: CallFrame, item: unknown): void {
  const facts = frame.facts as { items?: number; last?: unknown };
  // Its own, once there is something in it: there may be thousands of items.
  if (facts.items === undefined) frame.hand({ items: 1, last: item } satisfies Streamed);
  else {
    facts.items += 1;
    facts.last = item;
  }
}
