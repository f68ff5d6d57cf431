// SPDX-License-Identifier: Apache-2.0
// Rows that throw. What a row throws before its call is made may be the caller's fault, who passed garbage; so it is kept until
// the call has ended. If that fails too, the row stays: one careless caller must not end the telemetry of all others.
import type { CallFrame } from './call-frame.js';
import { switchOff } from './join-point.js';
import { ignoringErrors } from './telling.js';

const early = new WeakMap<CallFrame, { readonly fault: unknown; readonly isAll: boolean }>();

/** The row threw, and the call is yet to be made: it costs a fact, or the span. */
export function keepFault(frame: CallFrame, fault: unknown): void {
  keep(frame, fault, false);
}

/** The same where the row says nothing else of the call: it did not get so far. */
export function keepFaultOfAll(frame: CallFrame, fault: unknown): void {
  keep(frame, fault, true);
}

function keep(frame: CallFrame, fault: unknown, isAll: boolean): void {
  frame.joinPoint.suspected = true;
  early.set(frame, { fault, isAll });
}

/** The row could not read the call, and only waits to see whose fault that was. */
export function saysNothing(frame: CallFrame): boolean {
  return frame.joinPoint.suspected && early.get(frame)?.isAll === true;
}

export function hasKeptFault(frame: CallFrame): boolean {
  return frame.joinPoint.suspected && early.has(frame);
}

/** The row threw after the call: its own fault, unless it could not read the call from the beginning. */
export function blameRow(frame: CallFrame, fault: unknown): void {
  if (!hasKeptFault(frame)) switchOff(frame.joinPoint, fault);
}

/** The call has ended: a fault kept from before it is the caller's if the call failed, and the row's if it did not. */
export function decideKeptFault(frame: CallFrame): void {
  const { joinPoint } = frame;
  const kept = joinPoint.suspected ? early.get(frame) : undefined;
  if (kept === undefined) return;
  early.delete(frame);
  if (!frame.failed) switchOff(joinPoint, kept.fault);
  else
    ignoringErrors(() => joinPoint.runtime.diag.debug(`${joinPoint.label}: could not read a failed call:`, kept.fault));
}
