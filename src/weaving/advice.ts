// SPDX-License-Identifier: Apache-2.0
// What happens before and after a woven call, whatever its shape: open the frame (and the span), close them. Nothing here
// throws into the application; a row that throws is switched off and the call goes on. No closures: this is the hot path.
import { type AttributeValue, type Context, context, ROOT_CONTEXT, type Span, type Tracer } from '@opentelemetry/api';
import type { Failure } from './aspect.js';
import { baseOf, CallFrame, contextOf, frameOf, isSuppressed } from './call-frame.js';
import { recordFailure } from './failure.js';
import { type JoinPoint, type Step, switchOff } from './join-point.js';
import { contextFrom, injectInto, linksTo, pinIn, remember } from './origins.js';
import type { FamilyMode } from './runtime.js';
import { convict, isSuspect, judge, suspect } from './suspicion.js';

/** Opens the call at a join point; `undefined` when it is to run bare. */
export function open(
  joinPoint: JoinPoint,
  tracer: Tracer | undefined,
  self: unknown,
  args: ArrayLike<unknown>,
): CallFrame | undefined {
  let frame: CallFrame | undefined;
  try {
    const active = context.active();
    const enclosing = frameOf(active);
    if (joinPoint.inherited && isSuperCall(joinPoint, self, enclosing)) return undefined;
    // A method that was torn off its object: there is nothing to ask and nothing to tell.
    if (joinPoint.tracing !== undefined && (typeof self !== 'object' || self === null)) return undefined;
    const { row, runtime } = joinPoint;
    const mode = runtime.settings.family(joinPoint.family);
    const traces = tracer !== undefined && wantsSpan(joinPoint, mode, self, active);
    const measures = row.measure !== undefined && mode !== 'off' && runtime.measures();
    const logs = row.log !== undefined && mode !== 'off' && runtime.logs(joinPoint.family);
    const operates = row.span !== undefined && (traces || measures || logs);
    const observes = (joinPoint.carries && traces) || (row.hands !== undefined && enclosing?.pending === true);
    const pins = row.pins !== undefined && traces;
    if (!operates && !measures && !logs && !observes && !pins) return undefined;

    frame = new CallFrame(baseOf(active, enclosing), joinPoint, self, args as readonly unknown[], enclosing);
    if (active instanceof CallFrame) frame.span = active.span;
    if (row.when?.(frame) === false) return undefined;
    if (pins) pinIn(row.pins?.(frame));
    frame.activates = operates;
    frame.pending = measures || logs || observes;
    if (measures || row.timed === true) frame.startedAt = performance.now();
    if (traces && row.span !== undefined) startSpan(frame, tracer, active);
    return frame;
  } catch (fault) {
    return watching(
      frame ?? new CallFrame(ROOT_CONTEXT, joinPoint, self, args as readonly unknown[], undefined),
      fault,
    );
  }
}

/** A frame that only sees how the call ends. */
function watching(frame: CallFrame, fault: unknown): CallFrame | undefined {
  const { joinPoint } = frame;
  if (joinPoint.row.iterates === true) {
    switchOff(joinPoint, fault);
    return undefined;
  }
  suspect(frame, fault);
  frame.activates = false;
  frame.pending = true;
  return frame;
}

function isWatched(frame: CallFrame): boolean {
  return frame.recording === undefined && isSuspect(frame);
}

/** The same operation on the same object, woven as another function: of a base class (decision N9). */
function isSuperCall(joinPoint: JoinPoint, self: unknown, enclosing: CallFrame | undefined): boolean {
  for (let frame = enclosing; frame !== undefined; frame = frame.enclosing) {
    if (frame.self === self && frame.joinPoint.operation === joinPoint.operation) return frame.joinPoint !== joinPoint;
  }
  return false;
}

function wantsSpan({ tracing }: JoinPoint, mode: FamilyMode, self: unknown, active: Context): boolean {
  return (mode === 'auto' ? tracing === undefined || tracing(self) : mode === 'on') && !isSuppressed(active);
}

/** Starts the span, makes it the frame's, and gives it its attributes if it records. */
function startSpan(frame: CallFrame, tracer: Tracer, active: Context): void {
  const { joinPoint } = frame;
  const { row } = joinPoint;
  const name = typeof row.span === 'function' ? row.span(frame) : (row.span as string);
  const span = tracer.startSpan(name, optionsOf(frame), row.parent === undefined ? active : parentOf(frame, active));
  frame.span = span;
  if (span.isRecording()) {
    frame.recording = span;
    frame.pending = true;
    write(span, joinPoint.attributes, frame, suspect);
  } else if (!frame.pending) {
    frame.forget();
  }
}

function optionsOf(frame: CallFrame) {
  const { options, row } = frame.joinPoint;
  if (row.links === undefined && typeof row.kind !== 'function') return options;
  return {
    ...options,
    ...(typeof row.kind === 'function' ? { kind: row.kind(frame) } : {}),
    ...(row.links === undefined ? {} : { links: linksTo(row.links(frame)) }),
  };
}

/** Re-bases the frame on the row's origin: its baggage holds for everything below (decision C2). */
function parentOf(frame: CallFrame, active: Context): Context {
  const origin = frame.joinPoint.row.parent?.(frame);
  const from = origin === undefined ? undefined : contextFrom(origin);
  if (from === undefined) return active;
  frame.base = baseOf(from, frameOf(from));
  return from;
}

/** The call settled well, or so it says: its outcome may be a failure, and its end may be deferred. */
export function succeeded(frame: CallFrame, result: unknown): void {
  if (!frame.pending) return;
  if (isWatched(frame)) {
    finish(frame, undefined);
    return;
  }
  frame.result = result;
  const { joinPoint } = frame;
  try {
    if (joinPoint.carries) carry(frame);
    const later = joinPoint.row.until?.(frame);
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
  finish(frame, { error }, true);
}

function carry(frame: CallFrame): void {
  const { inject, remember: remembering } = frame.joinPoint.row;
  const inside = frame.activates ? contextOf(frame) : context.active();
  injectInto(inject?.(frame), inside);
  remember(remembering?.(frame), inside);
}

function outcomeOf(frame: CallFrame): Failure | undefined {
  try {
    return frame.joinPoint.row.outcome?.(frame);
  } catch (fault) {
    switchOff(frame.joinPoint, fault);
    return undefined;
  }
}

/** Once: a careless thenable settles twice. */
function finish(frame: CallFrame, failure: Failure | undefined, threw = false): void {
  if (!frame.pending) return;
  if (failure !== undefined) {
    frame.failed = true;
    frame.error = failure.error;
  }
  try {
    if (!isWatched(frame)) conclude(frame, threw);
  } catch (fault) {
    convict(frame, fault);
  }
  judge(frame);
  close(frame);
}

/** Ends the span with what it has. */
export function close(frame: CallFrame): void {
  try {
    frame.recording?.end();
  } catch (fault) {
    switchOff(frame.joinPoint, fault);
  }
  frame.release();
}

function conclude(frame: CallFrame, threw: boolean): void {
  const { joinPoint, recording, failed: isFailure } = frame;
  const { row, runtime } = joinPoint;
  if (recording !== undefined) {
    if (isFailure) recordFailure(recording, frame.error, runtime.settings.errorKeys);
    write(recording, isFailure ? joinPoint.failure : joinPoint.result, frame, convict);
    write(recording, joinPoint.settled, frame, convict);
  }
  const facts = threw ? undefined : row.hands?.(frame);
  if (facts !== undefined) frame.enclosing?.hand(facts);
  if (row.measure === undefined && row.log === undefined) return;
  if (runtime.settings.family(joinPoint.family) === 'off') return;
  // A meter provider that came during the call has missed its start.
  if (row.measure !== undefined && frame.startedAt >= 0 && runtime.measures()) row.measure(frame, frame.elapsedMs);
  if (row.log !== undefined && runtime.logs(joinPoint.family)) log(frame, row.log);
}

/** Under the call's own span: the caller's context is active again by now. */
function log(frame: CallFrame, write: (frame: CallFrame) => void): void {
  if (frame.activates) context.with(contextOf(frame), write, undefined, frame);
  else write(frame);
}

/** An extractor that throws costs its row, not the span: what was set stays, and the span is ended. */
function write(span: Span, steps: readonly Step[], frame: CallFrame, blame: typeof convict): void {
  try {
    for (let i = 0; i < steps.length; i++) {
      const { key, constant, read, form } = steps[i] as Step;
      const value = read === undefined ? constant : attributeValue(read(frame));
      if (value !== undefined) span.setAttribute(key, form === undefined ? value : form(value));
    }
  } catch (fault) {
    blame(frame, fault);
  }
}

/** Nothing for null and empty (decision A9); integers that a double cannot hold as text (A10). */
function attributeValue(value: unknown): AttributeValue | undefined {
  switch (typeof value) {
    case 'string':
      return value === '' ? undefined : value;
    case 'number':
      return Number.isInteger(value) && !Number.isSafeInteger(value) ? String(value) : value;
    case 'boolean':
      return value;
    case 'bigint':
      return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : String(value);
    default:
      return Array.isArray(value) && value.length > 0 ? (value as AttributeValue) : undefined;
  }
}
