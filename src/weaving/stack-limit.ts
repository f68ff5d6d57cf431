// SPDX-License-Identifier: Apache-2.0
// Room for our frames. A stack trace keeps the ten innermost frames; with ours among them, the application's outermost one that
// the bare call shows would be missing from an error that is thrown at once. So the limit is higher by just the number of
// our frames while the original runs.
import type { AnyFunction } from './functions.js';

/** Raises the limit; gives what it was, or 0 where it is left alone: no stacks are wanted, or the intrinsics are frozen. */
export function makeRoom(frames: number): number {
  try {
    const limit: unknown = Error.stackTraceLimit;
    if (typeof limit !== 'number' || !(limit > 0)) return 0;
    Error.stackTraceLimit = limit + frames;
    return limit;
  } catch {
    return 0;
  }
}

/** Puts it back, unless the application has set another one meanwhile. Never throws: it may have been frozen meanwhile, too. */
export function takeRoom(limit: number, frames: number): void {
  if (limit === 0) return;
  try {
    if (Error.stackTraceLimit === limit + frames) Error.stackTraceLimit = limit;
  } catch {
    // Frozen inside the call: then it stays as it is.
  }
}

/** Calls with room for the frames of ours above this one, and for this one. */
export function callWithRoom(frames: number, called: AnyFunction, self: unknown, args: ArrayLike<unknown>): unknown {
  const limit = makeRoom(frames + 1);
  try {
    return Reflect.apply(called, self, args);
  } finally {
    takeRoom(limit, frames + 1);
  }
}
