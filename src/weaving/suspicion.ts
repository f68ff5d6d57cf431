// SPDX-License-Identifier: Apache-2.0
// What a row throws before its call is made may be the caller's fault: somebody passed garbage. The call itself decides. If it
// fails too, the row stays: one careless caller must not end the telemetry of all others.
import type { CallFrame } from './call-frame.js';
import { quietly, switchOff } from './join-point.js';

const faults = new WeakMap<CallFrame, { readonly fault: unknown }>();

/** The row threw, and the call is yet to be made. */
export function suspect(frame: CallFrame, fault: unknown): void {
  frame.joinPoint.suspected = true;
  faults.set(frame, { fault });
}

export function isSuspect(frame: CallFrame): boolean {
  return frame.joinPoint.suspected && faults.has(frame);
}

/** The row threw after the call; what has begun with a suspicion ends with its judgement. */
export function convict(frame: CallFrame, fault: unknown): void {
  if (!isSuspect(frame)) switchOff(frame.joinPoint, fault);
}

/** The call has settled. */
export function judge(frame: CallFrame): void {
  const { joinPoint } = frame;
  const suspicion = joinPoint.suspected ? faults.get(frame) : undefined;
  if (suspicion === undefined) return;
  faults.delete(frame);
  if (!frame.failed) switchOff(joinPoint, suspicion.fault);
  else quietly(() => joinPoint.runtime.log.debug(`${joinPoint.label}: could not read a failed call:`, suspicion.fault));
}
