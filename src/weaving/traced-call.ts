// SPDX-License-Identifier: Apache-2.0
// The lean path: one call, at most one span. What the bare call would do happens exactly so: same receiver, same arguments,
// same value, same error.
import { context } from '@opentelemetry/api';
import { type Attached, attach } from './activation.js';
import { open } from './advice.js';
import { contextOf } from './call-frame.js';
import type { AnyFunction } from './functions.js';
import type { JoinPoint } from './join-point.js';
import { failed, settle } from './settlement.js';

/**
 * Calls `original` as the bare call would, inside its frame. Caller and original have no more than this function and the twin
 * between them: an error thrown at once must show the application's own frames within the ten that a stack has.
 */
export function callTraced(
  joinPoint: JoinPoint,
  wishes: number,
  original: AnyFunction,
  self: unknown,
  args: ArrayLike<unknown>,
): unknown {
  const frame = open(joinPoint, wishes, self, args);
  if (frame === undefined) return Reflect.apply(original, self, args);
  let attached: Attached | undefined;
  let returned: unknown;
  try {
    if (!frame.activates) returned = Reflect.apply(original, self, args);
    else {
      attached = attach(contextOf(frame));
      returned =
        attached === undefined
          ? context.with(contextOf(frame), Reflect.apply, undefined, original, self, args)
          : Reflect.apply(original, self, args);
    }
  } catch (error) {
    attached?.dispose();
    if (frame.pending) failed(frame, error);
    throw error;
  }
  attached?.dispose();
  return frame.pending ? settle(frame, returned) : returned;
}
