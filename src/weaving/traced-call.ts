// SPDX-License-Identifier: Apache-2.0
// The lean path: one call, at most one span. What the bare call would do happens exactly so: same receiver, same arguments,
// same value, same error.
import { type Attached, attach, FRAMES_OF_WITH } from './activation.js';
import { open } from './advice.js';
import { contextOf } from './call-frame.js';
import type { AnyFunction } from './functions.js';
import { context } from './global-api.js';
import type { JoinPoint } from './join-point.js';
import { argumentsSent } from './sent-arguments.js';
import { failed, settle } from './settlement.js';
import { callWithRoom, makeRoom, takeRoom } from './stack-limit.js';

/** The twin and `callTraced`. */
const OWN_FRAMES = 2;

/**
 * Calls `original` as the bare call would, inside its frame. The caller and the original have few frames of ours between them,
 * for which there is room made in the stacks of errors that are thrown at once.
 */
export function callTraced(
  joinPoint: JoinPoint,
  wishes: number,
  original: AnyFunction,
  self: unknown,
  args: ArrayLike<unknown>,
): unknown {
  const frame = open(joinPoint, wishes, self, args);
  if (frame === undefined) return callWithRoom(OWN_FRAMES, original, self, args);
  const sent = joinPoint.sends ? argumentsSent(frame, args) : args;
  let attached: Attached | undefined;
  let returned: unknown;
  let frames = OWN_FRAMES;
  if (frame.activates) {
    attached = attach(contextOf(frame));
    if (attached === undefined) frames += FRAMES_OF_WITH;
  }
  const limit = makeRoom(frames);
  try {
    returned =
      attached === undefined && frame.activates
        ? context.with(contextOf(frame), Reflect.apply, undefined, original, self, sent)
        : Reflect.apply(original, self, sent);
  } catch (error) {
    takeRoom(limit, frames);
    attached?.dispose();
    if (frame.pending) failed(frame, error);
    throw error;
  }
  takeRoom(limit, frames);
  attached?.dispose();
  return frame.pending ? settle(frame, returned) : returned;
}
