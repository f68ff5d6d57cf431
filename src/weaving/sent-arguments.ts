// SPDX-License-Identifier: Apache-2.0
// What a call is made with, where trace context travels in its arguments.
import type { CallFrame } from './call-frame.js';
import { hasKeptFault, keepFault } from './faults.js';
import { TRACE } from './gates.js';
import { type Fields, injectInto } from './origins.js';
import { insideOf } from './settlement.js';

/** More would exhaust the stack. */
const MOST_ARGUMENTS = 10_000;

/** The arguments to call with: those of the caller where the row has nothing to send, or fails. */
export function argumentsSent(frame: CallFrame, args: ArrayLike<unknown>): ArrayLike<unknown> {
  const sent = sentBy(frame);
  // Of a span that is not sampled, only now: the row looks at the arguments.
  if (!frame.pending) frame.forget();
  return sent ?? args;
}

function sentBy(frame: CallFrame): readonly unknown[] | undefined {
  const { row, runtime } = frame.joinPoint;
  const { sends } = row.context ?? {};
  if (sends === undefined || (frame.wanted & TRACE) === 0 || hasKeptFault(frame)) return undefined;
  if (sends.optIn !== undefined && runtime.settings.option?.(sends.optIn) !== true) return undefined;
  const fields = fieldsOf(frame);
  if (fields === undefined) return undefined;
  try {
    return listFrom(sends.args(frame, fields));
  } catch (fault) {
    keepFault(frame, fault);
    frame.pending = true;
    return undefined;
  }
}

/** `undefined` where there is no span, or no propagator. */
function fieldsOf(frame: CallFrame): Fields | undefined {
  const fields: Record<string, string> = {};
  try {
    injectInto({ carrier: fields }, insideOf(frame));
  } catch (fault) {
    frame.joinPoint.runtime.telemetryFailed('the propagator', fault);
    return undefined;
  }
  return Object.keys(fields).length === 0 ? undefined : fields;
}

/** A copy: of a list that cannot be read, the call itself would fail. */
function listFrom(sent: unknown): unknown[] | undefined {
  if (!Array.isArray(sent)) return undefined;
  const { length } = sent;
  if (!(length <= MOST_ARGUMENTS)) throw new RangeError(`it sends ${length} arguments`);
  const list: unknown[] = [];
  for (let i = 0; i < length; i++) list.push(sent[i]);
  return list;
}
