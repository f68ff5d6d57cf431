// SPDX-License-Identifier: Apache-2.0
// Calls at which objects begin or end to be observed. Both count once the call is over: what a gauge reads last must be what the
// end of the object has left behind. Which object it is that ends is asked before, since nobody may know it any more afterwards.
import type { CallFrame } from './call-frame.js';

const ending = new WeakMap<CallFrame, object>();

/** Before the call. */
export function noteEnding(frame: CallFrame): void {
  const object = frame.joinPoint.row.life?.ends?.(frame);
  if (object !== undefined) ending.set(frame, object);
}

/** After a call that settled well. */
export function begin(frame: CallFrame): void {
  const { row, runtime, family } = frame.joinPoint;
  const begun = row.life?.begins?.(frame);
  if (begun !== undefined && row.life !== undefined) runtime.observe(row.life.gauges, begun, family);
}

/** After the call, whatever came of it. */
export function end(frame: CallFrame): void {
  const { row, runtime } = frame.joinPoint;
  const ended = ending.get(frame);
  if (ended !== undefined && row.life !== undefined) runtime.living.end(row.life.gauges, ended);
}
