// SPDX-License-Identifier: Apache-2.0
// One failure, one record: it passes through many calls, wrapped here and there, and the innermost that has a record of it tells it.
import type { CallFrame } from './call-frame.js';

/** Of a call, what was told below it: error → the highest severity number of its records. Filled on failures alone. */
const below = new WeakMap<CallFrame, Map<unknown, number>>();

/** How many causes are followed: the chain may be long, or a circle. */
const DEPTH = 8;

/** How many errors are kept of a call: one that consumes for days has any number of failures below it. */
const KEPT = 16;

/** Notes for all calls above that a record of this call's failure was written. */
export function noteTold(frame: CallFrame, severity: number): void {
  for (let above = frame.enclosing; above !== undefined; above = above.enclosing) {
    const told = below.get(above) ?? new Map<unknown, number>();
    told.set(frame.error, Math.max(severity, told.get(frame.error) ?? 0));
    const [oldest] = told.keys();
    if (told.size > KEPT) told.delete(oldest);
    below.set(above, told);
  }
}

/** Whether a call below has told this call's failure, or what caused it, at this severity or above. */
export function isTold(frame: CallFrame, severity: number): boolean {
  const told = below.get(frame);
  if (told === undefined) return false;
  // `undefined` may be thrown as well; as a cause it is none.
  let error = frame.error;
  for (let depth = 0; depth < DEPTH && (depth === 0 || error !== undefined); depth++) {
    if ((told.get(error) ?? 0) >= severity) return true;
    error = causeOf(error);
  }
  return false;
}

function causeOf(error: unknown): unknown {
  try {
    return (error as { readonly cause?: unknown } | null)?.cause;
  } catch {
    return undefined;
  }
}
