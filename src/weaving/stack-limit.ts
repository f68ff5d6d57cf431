// SPDX-License-Identifier: Apache-2.0
// Room for our frames. A stack trace keeps the ten innermost frames; with ours among them, the application's outermost one that
// the bare call shows would be missing from an error that is thrown at once. So the limit is higher by just the number of
// our frames while the original runs.

/** Raises the limit; gives what it was. Not where the application wants no stacks, or has frozen its intrinsics. */
export function makeRoom(frames: number): number {
  const limit = Error.stackTraceLimit;
  try {
    if (limit > 0) Error.stackTraceLimit = limit + frames;
  } catch {
    // Frozen: then it stays as it is.
  }
  return limit;
}

/** Puts it back, unless the application has set another one meanwhile. */
export function takeRoom(limit: number, frames: number): void {
  if (limit > 0 && Error.stackTraceLimit === limit + frames) Error.stackTraceLimit = limit;
}
