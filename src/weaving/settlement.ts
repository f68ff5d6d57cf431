// SPDX-License-Identifier: Apache-2.0
// How a woven call ends, in the order in which it happens: what it returned is observed (settle), it succeeded or failed, that
// may be put off (succeeded), the end is told to whoever wanted to know (finish, tell), and the span ends (close). Nothing here
// throws into the application.
import type { Context } from '@opentelemetry/api';
import { startLateSpan } from './advice.js';
import type { Facts, Failure } from './aspect.js';
import { type CallFrame, contextOf } from './call-frame.js';
import { describeError, type ExceptionText, recordFailure } from './failure.js';
import { blameRow, decideKeptFault, saysNothing } from './faults.js';
import { HAND_UP, INNER, LATE, LIVE, LOG, MEASURE } from './gates.js';
import { context } from './global-api.js';
import { tellEnding } from './hooked-spans.js';
import { type ReadyMeasurement, switchOff } from './join-point.js';
import * as life from './life.js';
import { writeRecords } from './log-records.js';
import { injectInto, remember } from './origins.js';
import { isPlainPromise, isThenable } from './promises.js';
import { stepValue } from './recipes.js';
import { isMadeOf } from './signals.js';
import { setAttributes } from './span-attributes.js';

/**
 * The call has returned. A plain promise is chained: observing it on the side would hide an unhandled rejection. The caller
 * gets the chained one, which settles with the same value one microtask later. Every other thenable is given back as it is,
 * and observed only where the row says that this is safe: it may be lazy. Else the span ends here and says nothing of an outcome.
 *
 * @returns what the caller gets
 */
export function settle(frame: CallFrame, returned: unknown): unknown {
  if (isPlainPromise(returned)) {
    return returned.then(
      (value) => {
        succeeded(frame, value);
        return value;
      },
      (error: unknown) => {
        failed(frame, error);
        throw error;
      },
    );
  }
  if (!isThenable(returned)) succeeded(frame, returned);
  else if (frame.joinPoint.row.gives === 'thenable') observe(frame, returned);
  else close(frame);
  return returned;
}

function observe(frame: CallFrame, thenable: PromiseLike<unknown>): void {
  try {
    thenable.then(
      (value) => succeeded(frame, value),
      (error: unknown) => failed(frame, error),
    );
  } catch {
    close(frame);
  }
}

/** The call settled well, or so it says: its outcome may be a failure, and its end may be put off. */
export function succeeded(frame: CallFrame, result: unknown): void {
  if (!frame.pending) return;
  if (saysNothing(frame)) {
    finish(frame, undefined);
    return;
  }
  frame.result = result;
  const { joinPoint } = frame;
  try {
    if (joinPoint.carries) carry(frame);
    const later = joinPoint.row.ending?.until?.(frame);
    if (later !== undefined) {
      later.then(
        (failure) => finish(frame, failure ?? outcomeOf(frame)),
        (error: unknown) => finish(frame, { error }),
      );
      return;
    }
    finish(frame, outcomeOf(frame));
  } catch (fault) {
    switchOff(joinPoint, fault);
    finish(frame, undefined);
  }
}

/** The call threw or rejected. */
export function failed(frame: CallFrame, error: unknown): void {
  // Facts are of what a call returned, unless the row says otherwise.
  if (frame.joinPoint.row.handsFailed !== true) frame.wanted &= ~HAND_UP;
  finish(frame, { error });
}

/** Trace context goes where the row sends it. */
function carry(frame: CallFrame): void {
  const { row, runtime } = frame.joinPoint;
  const { inject, remember: remembering } = row.context ?? {};
  const inside = insideOf(frame);
  const destination = inject?.(frame);
  try {
    if (destination !== undefined) injectInto(destination, inside);
  } catch (fault) {
    runtime.telemetryFailed('the propagator', fault);
  }
  remember(remembering?.(frame), inside);
}

/** The context that the call runs in. */
export function insideOf(frame: CallFrame): Context {
  return frame.activates ? contextOf(frame) : context.active();
}

function outcomeOf(frame: CallFrame): Failure | undefined {
  try {
    const failure: unknown = frame.joinPoint.row.ending?.outcome?.(frame);
    if (failure === undefined || failure === null) return undefined;
    if (typeof failure === 'object' && !isThenable(failure)) return { error: (failure as Failure).error };
    throw new TypeError('its outcome is neither a failure nor undefined');
  } catch (fault) {
    switchOff(frame.joinPoint, fault);
    return undefined;
  }
}

/** Once: a careless thenable settles twice. */
function finish(frame: CallFrame, failure: Failure | undefined): void {
  if (!frame.pending) return;
  if (failure !== undefined) {
    frame.failed = true;
    frame.error = failure.error;
    if ((frame.wanted & LATE) !== 0) startLateSpan(frame);
  }
  if (!saysNothing(frame)) tell(frame);
  decideKeptFault(frame);
  close(frame);
}

/** To the span, the enclosing call, the instruments and the logger: each learns what it can, whatever the others make of it. */
function tell(frame: CallFrame): void {
  const { joinPoint, recording, wanted } = frame;
  let exception: ExceptionText | undefined;
  try {
    if (isDescribed(frame)) exception = describeError(frame.error, joinPoint.runtime.settings.redact);
    if (recording !== undefined) {
      if (exception !== undefined) markFailed(frame, exception);
      setAttributes(recording, frame.failed ? joinPoint.failure : joinPoint.result, frame, blameRow);
      setAttributes(recording, joinPoint.settled, frame, blameRow);
    }
    if ((wanted & HAND_UP) !== 0 && frame.enclosing !== undefined) {
      const facts: unknown = joinPoint.row.hands?.(frame, frame.enclosing.facts);
      if (typeof facts === 'object' && facts !== null) frame.enclosing.hand(facts as Facts);
      // Whoever reads them would be blamed.
      else if (facts !== undefined && facts !== null)
        throw new TypeError(`the facts that it hands are ${typeof facts}`);
    }
  } catch (fault) {
    blameRow(frame, fault);
  }
  try {
    if ((wanted & LIVE) !== 0 && !frame.failed) life.begin(frame);
  } catch (fault) {
    blameRow(frame, fault);
  }
  if ((wanted & MEASURE) !== 0) for (const measurement of joinPoint.metrics) measure(frame, measurement);
  try {
    if ((wanted & LOG) !== 0) writeRecords(frame, exception);
  } catch (fault) {
    blameRow(frame, fault);
  }
}

/** Whether somebody is told of the failure in words. */
function isDescribed({ failed, recording, wanted }: CallFrame): boolean {
  return failed && (recording !== undefined || (wanted & LOG) !== 0);
}

function markFailed({ recording, joinPoint: { runtime } }: CallFrame, exception: ExceptionText): void {
  if (recording === undefined) return;
  try {
    recordFailure(recording, exception, runtime.settings.errorKeys);
  } catch (fault) {
    runtime.telemetryFailed('recording an exception', fault);
  }
}

function measure(frame: CallFrame, measurement: ReadyMeasurement): void {
  const { on, outermost } = measurement;
  if (!isMadeOf(frame.failed, on) || (outermost === true && (frame.wanted & INNER) !== 0)) return;
  try {
    record(frame, measurement);
  } catch (fault) {
    blameRow(frame, fault);
  }
}

function record(frame: CallFrame, measurement: ReadyMeasurement): void {
  const { instrument, value, keptUnder } = measurement;
  const measured = value === undefined ? usualValue(frame, instrument.kind, instrument.unit) : value(frame);
  // A sum that `NaN` was once added to is `NaN` for ever.
  if (measured === undefined || !Number.isFinite(measured)) return;
  const { runtime } = frame.joinPoint;
  const attributes = measurement.attributesOf(frame);
  if (keptUnder !== undefined) runtime.tallies.add(instrument, String(stepValue(keptUnder, frame)), measured);
  try {
    runtime.record(instrument, measured, attributes, insideOf(frame));
  } catch (fault) {
    runtime.telemetryFailed('a measurement', fault);
  }
}

function usualValue(frame: CallFrame, kind: string, unit: string | undefined): number {
  if (kind !== 'histogram') return 1;
  return unit === 's' ? frame.elapsedMs / 1000 : frame.elapsedMs;
}

/** Ends the span with what it has. */
export function close(frame: CallFrame): void {
  const { recording } = frame;
  const { hooks } = frame.joinPoint.runtime.settings;
  if (recording !== undefined && hooks !== undefined) tellEnding(hooks, recording, frame);
  try {
    recording?.end();
  } catch (fault) {
    frame.joinPoint.runtime.telemetryFailed('ending a span', fault);
  }
  if ((frame.wanted & LIVE) !== 0) life.end(frame);
  frame.release();
}
