// SPDX-License-Identifier: Apache-2.0
// A call that returns an iterator or an iterable, sync or async: the span lives from the first pull to the end or early
// close, and is current only while the iterator is being pulled, never for the consumer's own code between items.
import { callIn } from './activation.js';
import { open } from './advice.js';
import { type CallFrame, contextOf } from './call-frame.js';
import type { AnyFunction } from './functions.js';
import { wishesFor } from './gates.js';
import type { JoinPoint } from './join-point.js';
import { type PullAdvice, reportReading } from './pulls.js';
import { close, failed, succeeded } from './settlement.js';
import { callWithRoom } from './stack-limit.js';

/** The twin and `iterateTraced`. */
const OWN_FRAMES = 2;

/** Calls `original` and makes what it returns report its pulls. */
export function iterateTraced(
  joinPoint: JoinPoint,
  original: AnyFunction,
  self: unknown,
  args: ArrayLike<unknown>,
): unknown {
  const returned = callWithRoom(OWN_FRAMES, original, self, args);
  reportReading(returned, inFrame, () => {
    // Asked at the first pull: an SDK may have come or gone since the call.
    const wishes = wishesFor(joinPoint);
    const frame = wishes === 0 ? undefined : open(joinPoint, wishes, self, args);
    return frame?.activates === true ? frame : undefined;
  });
  return returned;
}

const inFrame: PullAdvice<CallFrame> = {
  pull: (frame, pull, self, args) => callIn(contextOf(frame), pull, self, args),
  isPending: (frame) => frame.pending,
  succeeded,
  failed,
  close,
};
