// SPDX-License-Identifier: Apache-2.0
// Calls at which objects begin or end to be observed, and calls that tell something of those that are. Beginning and end count
// once the call is over: what a gauge reads last must be what the end of the object has left behind. Which object it is that ends
// is asked before, since nobody may know it any more afterwards.
import type { CallFrame } from './call-frame.js';

const ending = new WeakMap<CallFrame, object>();

/** Before the call. */
export function open(frame: CallFrame): void {
  const { row, runtime, family } = frame.joinPoint;
  const { life } = row;
  if (life === undefined) return;
  const ends = life.ends?.(frame);
  if (ends !== undefined) ending.set(frame, ends);
  if (life.before !== undefined && runtime.living.has(life.gauges)) life.before(frame);
  if (life.during === undefined || !runtime.measures()) return;
  const begun = life.during(frame);
  if (begun === undefined) return;
  ending.set(frame, begun);
  runtime.observe(life.gauges, begun, family);
}

/** After a call that settled well. */
export function begin(frame: CallFrame): void {
  const { row, runtime, family } = frame.joinPoint;
  const { life } = row;
  if (life === undefined) return;
  const begun = life.begins?.(frame) ?? (runtime.measures() ? life.uses?.(frame) : undefined);
  if (begun !== undefined) runtime.observe(life.gauges, begun, family);
  if (life.changes !== undefined && runtime.living.has(life.gauges)) change(frame);
  if (life.after !== undefined && runtime.living.has(life.gauges)) life.after(frame);
}

function change(frame: CallFrame): void {
  const { row, runtime } = frame.joinPoint;
  const changed = row.life?.changes?.(frame);
  if (changed !== undefined && row.life !== undefined) runtime.living.change(row.life.gauges, changed);
}

/** After the call, whatever came of it. */
export function end(frame: CallFrame): void {
  const { row, runtime } = frame.joinPoint;
  const ended = ending.get(frame);
  if (ended !== undefined && row.life !== undefined) runtime.living.end(row.life.gauges, ended);
}
