// SPDX-License-Identifier: Apache-2.0
// A call that gives its outcome to an error-first callback. The callback settles the call, and runs where the caller was: what the
// application does next is not below a call that has ended.
import type { Context } from '@opentelemetry/api';
import { callIn } from './activation.js';
import { open } from './advice.js';
import { type CallFrame, contextOf } from './call-frame.js';
import type { AnyFunction } from './functions.js';
import { context } from './global-api.js';
import type { JoinPoint } from './join-point.js';
import { closedLike, likenessOf } from './likeness.js';
import { argumentsSent } from './sent-arguments.js';
import { failed, settle, succeeded } from './settlement.js';
import { callWithRoom } from './stack-limit.js';

/** The twin and `callBackTraced`. */
const OWN_FRAMES = 2;

/** Calls `original` inside its frame, with the callback among the arguments replaced. The caller's own list is left alone. */
export function callBackTraced(
  joinPoint: JoinPoint,
  wishes: number,
  original: AnyFunction,
  self: unknown,
  args: ArrayLike<unknown>,
): unknown {
  const frame = open(joinPoint, wishes, self, args);
  if (frame === undefined) return callWithRoom(OWN_FRAMES, original, self, args);
  const given = Array.from(joinPoint.sends ? argumentsSent(frame, args) : args);
  const at = callbackIn(given, joinPoint.row.ending?.supplies);
  if (at >= 0) given[at] = settling(frame, given[at] as AnyFunction, context.active());
  let returned: unknown;
  try {
    returned = frame.activates
      ? callIn(contextOf(frame), original, self, given, OWN_FRAMES)
      : callWithRoom(OWN_FRAMES, original, self, given);
  } catch (error) {
    if (frame.pending) failed(frame, error);
    throw error;
  }
  return at < 0 && frame.pending ? settle(frame, returned) : returned;
}

/** Where the callback is among the arguments; the one that the row supplies is there from now on. -1 where there is none. */
function callbackIn(given: unknown[], supplies: number | undefined): number {
  const at = given.findLastIndex((arg) => typeof arg === 'function');
  if (at >= 0 || supplies === undefined || (given[supplies] ?? undefined) !== undefined) return at;
  while (given.length < supplies) given.push(undefined);
  given[supplies] = () => {};
  return supplies;
}

/** `callback` as it is called, and the call settled by it. One that is called again settles nothing more. */
function settling(frame: CallFrame, callback: AnyFunction, caller: Context): AnyFunction {
  const takesAll = frame.joinPoint.row.ending?.callback === 'all';
  const { called } = {
    called(this: unknown, ...given: unknown[]): unknown {
      const [error, ...results] = given;
      if (frame.pending) {
        if (isFailure(error)) failed(frame, error);
        else succeeded(frame, takesAll ? results : results[0]);
      }
      return callIn(caller, callback, this, given, 1);
    },
  };
  try {
    return closedLike(callback, likenessOf(callback, called));
  } catch {
    // A proxy with traps that throw cannot be looked at: it is called without looking like itself.
    return called;
  }
}

/** As the libraries themselves ask: an error is what is true. */
function isFailure(error: unknown): boolean {
  return Boolean(error);
}
