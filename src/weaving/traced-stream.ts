// SPDX-License-Identifier: Apache-2.0
// A call that gives a readable stream of Node, which is at work from then on: the span lives from the call to the end of the
// stream, its error or its early close. It is current in the call, never for those who read. A library may give an iterator in one
// version and such a stream in the other; either is told by what it is.
import { callIn } from './activation.js';
import { open } from './advice.js';
import type { Failure } from './call.js';
import { type CallFrame, contextOf } from './call-frame.js';
import type { AnyFunction } from './functions.js';
import type { JoinPoint } from './join-point.js';
import { isReading, type PullAdvice, reportReading } from './pulls.js';
import { answerEmissions, failureIn, isEnd, isOver, isReadable, type ReadableLike } from './readables.js';
import { argumentsSent } from './sent-arguments.js';
import { close, failed, settle, succeeded } from './settlement.js';
import { callWithRoom } from './stack-limit.js';
import { noteItem } from './streamed.js';

/** The twin and `streamTraced`. */
const OWN_FRAMES = 2;

/** Calls `original` inside its frame, which ends with what it gives. */
export function streamTraced(
  joinPoint: JoinPoint,
  wishes: number,
  original: AnyFunction,
  self: unknown,
  args: ArrayLike<unknown>,
): unknown {
  const frame = open(joinPoint, wishes, self, args);
  if (frame === undefined) return callWithRoom(OWN_FRAMES, original, self, args);
  const sent = joinPoint.sends ? argumentsSent(frame, args) : args;
  let returned: unknown;
  try {
    returned = frame.activates
      ? callIn(contextOf(frame), original, self, sent, OWN_FRAMES)
      : callWithRoom(OWN_FRAMES, original, self, sent);
  } catch (error) {
    if (frame.pending) failed(frame, error);
    throw error;
  }
  if (!frame.pending) return returned;
  if (isReadable(returned)) follow(frame, returned);
  else if (!isReading(returned)) return settle(frame, returned);
  else if (!reportReading(returned, inFrame, () => frame)) close(frame);
  return returned;
}

function follow(frame: CallFrame, stream: ReadableLike): void {
  const isSeen = answerEmissions(stream, (emission) => {
    if (frame.pending) {
      if (emission.name === 'data') noteItem(frame, emission.args[1]);
      else if (isEnd(emission)) endWith(frame, failureIn(emission));
    }
    return emission.emit();
  });
  if (!isSeen || isOver(stream)) close(frame);
}

function endWith(frame: CallFrame, failure: Failure | undefined): void {
  if (failure === undefined) succeeded(frame, undefined);
  else failed(frame, failure.error);
}

const inFrame: PullAdvice<CallFrame> = {
  pull: (frame, pull, self, args) =>
    frame.activates ? callIn(contextOf(frame), pull, self, args) : callWithRoom(1, pull, self, args),
  isPending: (frame) => frame.pending,
  item: noteItem,
  succeeded,
  failed,
  close,
};
