// SPDX-License-Identifier: Apache-2.0
// The lean path: one call, at most one span (performance §2). Everything that the bare call would do happens exactly so:
// same receiver, same arguments, same value, same error, same moment.
import { context, type Tracer } from '@opentelemetry/api';
import { close, failed, open, succeeded } from './advice.js';
import { type CallFrame, contextOf, frameOf } from './call-frame.js';
import type { JoinPoint } from './join-point.js';

export type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** True when none of the three signals wants the call; then it must cost next to nothing. */
export function isIdle({ runtime, row, off, family }: JoinPoint, tracer: Tracer | undefined): boolean {
  if (!runtime.enabled || off) return true;
  if (tracer !== undefined) return false;
  if (row.measure !== undefined && runtime.measures()) return false;
  if (row.log !== undefined && runtime.logs(family)) return false;
  return row.hands === undefined || frameOf(context.active())?.pending !== true;
}

/** Calls `original` as the bare call would, inside its frame. */
export function callTraced(
  joinPoint: JoinPoint,
  tracer: Tracer | undefined,
  original: AnyFunction,
  self: unknown,
  args: ArrayLike<unknown>,
): unknown {
  const frame = open(joinPoint, tracer, self, args);
  return frame === undefined ? Reflect.apply(original, self, args) : callInside(frame, original, self, args);
}

function callInside(frame: CallFrame, original: AnyFunction, self: unknown, args: ArrayLike<unknown>): unknown {
  let result: unknown;
  try {
    result = frame.activates
      ? context.with(contextOf(frame), () => Reflect.apply(original, self, args))
      : Reflect.apply(original, self, args);
  } catch (error) {
    if (frame.pending) failed(frame, error);
    throw error;
  }
  return frame.pending ? settle(frame, result) : result;
}

/**
 * A plain promise is chained: observing it on the side would hide an unhandled rejection. Every other thenable is given
 * back as it is, and observed only where the row says that this is safe: it may be lazy (craft P12). Then the span ends here
 * and says nothing of an outcome.
 */
function settle(frame: CallFrame, result: unknown): unknown {
  if (isPlainPromise(result)) {
    return result.then(
      (value) => {
        succeeded(frame, value);
        return value;
      },
      (error: unknown) => {
        failed(frame, error);
        throw error;
      },
    );
  }
  if (!isThenable(result)) succeeded(frame, result);
  else if (frame.joinPoint.row.thenable === true) observe(frame, result);
  else close(frame);
  return result;
}

function observe(frame: CallFrame, thenable: PromiseLike<unknown>): void {
  try {
    thenable.then(
      (value) => succeeded(frame, value),
      (error: unknown) => failed(frame, error),
    );
  } catch {
    close(frame);
  }
}

/** A native promise that has nothing of its own, such as a `cancel`, which a chained one would lack. Never throws. */
export function isPlainPromise(value: unknown): value is Promise<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  try {
    return value instanceof Promise && value.constructor === Promise && !hasEnumerable(value);
  } catch {
    return false;
  }
}

/** Without the array that `Object.keys` would make on every call. */
function hasEnumerable(value: object): boolean {
  for (const key in value) if (Object.hasOwn(value, key)) return true;
  return false;
}

/** Never throws: `then` may be an accessor. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  try {
    return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
  } catch {
    return false;
  }
}
