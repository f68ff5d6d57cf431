// SPDX-License-Identifier: Apache-2.0
// What happens before a woven call, whatever its shape: open its frame, and its span. What happens when it ends is in
// settlement.ts. Nothing here throws into the application; a row that throws is switched off and the call goes on. No
// closures: this is the hot path.
import {
  type Context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type SpanOptions,
  trace,
} from '@opentelemetry/api';
import { enclosingIn } from './activation.js';
import { baseOf, CallFrame, contextOf, frameOf, isSuppressed } from './call-frame.js';
import { keepFault, keepFaultOfAll } from './faults.js';
import { HAND_UP, INNER, LATE, LIVE, LOG, MEASURE, TRACE } from './gates.js';
import { context } from './global-api.js';
import { tellStarted } from './hooked-spans.js';
import { type JoinPoint, switchOff } from './join-point.js';
import * as life from './life.js';
import { announce } from './log-records.js';
import { contextFrom, linksTo, markWith, pinIn } from './origins.js';
import { isAsking } from './questions.js';
import type { Instrument } from './signals.js';
import { setAttributes } from './span-attributes.js';

/**
 * Opens the call at a join point; `undefined` when it is to run bare.
 *
 * @param wishes what is wanted of the call, as the gates say
 */
export function open(
  joinPoint: JoinPoint,
  wishes: number,
  self: unknown,
  args: ArrayLike<unknown>,
): CallFrame | undefined {
  let frame: CallFrame | undefined;
  try {
    const active = context.active();
    const enclosing = enclosingIn(active);
    if (joinPoint.inherited && isSuperCall(joinPoint, self, enclosing)) return undefined;
    // A method that was torn off its object: there is nothing to ask and nothing to tell.
    if (joinPoint.tracing !== undefined && (typeof self !== 'object' || self === null)) return undefined;
    const wanted = granted(joinPoint, wishes, self, active);
    if (wanted === 0) return undefined;

    const { row } = joinPoint;
    frame = new CallFrame(baseOf(active, enclosing), joinPoint, self, args as readonly unknown[], enclosing);
    frame.wanted = wanted;
    if (active instanceof CallFrame) frame.span = active.span;
    if (row.when?.(frame) === false) return undefined;
    const traced = (wanted & TRACE) !== 0;
    const recorded = (wanted & (MEASURE | LOG)) !== 0;
    if (traced && row.context?.pins !== undefined) pinIn(row.context.pins(frame));
    frame.activates = recorded || (traced && joinPoint.encloses);
    frame.pending = recorded || (wanted & (HAND_UP | LIVE)) !== 0 || (traced && joinPoint.carries);
    if (joinPoint.outermost !== undefined && isInner(joinPoint.outermost, enclosing)) frame.wanted |= INNER;
    if ((wanted & LIVE) !== 0) life.open(frame);
    if (joinPoint.timed) frame.startedAt = performance.now();
    // Asked before the span starts: the frame of one that is not sampled forgets its arguments.
    const marked = traced ? row.context?.marks?.(frame) : undefined;
    if (traced && joinPoint.encloses) enter(frame, active);
    if (marked !== undefined) markWith(marked, frame.activates ? contextOf(frame) : active);
    if (joinPoint.announces && (wanted & LOG) !== 0) announce(frame);
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
  if (joinPoint.row.gives === 'iterator') {
    switchOff(joinPoint, fault);
    return undefined;
  }
  keepFaultOfAll(frame, fault);
  frame.activates = false;
  frame.pending = true;
  return frame;
}

/**
 * The same operation on the same object, woven as another function: a call of `super`. Any other call of a woven function
 * below itself is an operation of its own.
 */
function isSuperCall(joinPoint: JoinPoint, self: unknown, enclosing: CallFrame | undefined): boolean {
  for (let frame = enclosing; frame !== undefined; frame = frame.enclosing) {
    if (frame.self === self && frame.joinPoint.operation === joinPoint.operation) return frame.joinPoint !== joinPoint;
  }
  return false;
}

/** Whether a call with this instrument is around, with nothing in between that sets apart what is below it. */
function isInner(instrument: Instrument, enclosing: CallFrame | undefined): boolean {
  for (let frame = enclosing; frame !== undefined && frame.joinPoint.row.apart !== true; frame = frame.enclosing) {
    if (frame.joinPoint.outermost === instrument && frame.pending && (frame.wanted & MEASURE) !== 0) return true;
  }
  return false;
}

/**
 * What of the wishes the family, the options, the object and the active context allow. Facts are handed up in any
 * case, but for a question of our own.
 */
function granted(joinPoint: JoinPoint, wishes: number, self: unknown, active: Context): number {
  if (isAsking()) return 0;
  const { runtime, family, optIn, tracing, measuring } = joinPoint;
  const { settings } = runtime;
  const mode = settings.family(family);
  if (mode === 'off' || (optIn !== undefined && settings.option?.(optIn) !== true)) return wishes & HAND_UP;
  let wanted = wishes;
  const measures = measuring === undefined || measuring(self);
  if (!measures) wanted &= ~(MEASURE | LIVE);
  if ((wishes & TRACE) === 0) return wanted;
  const traces = (mode === 'on' || tracing === undefined || tracing(self)) && !isSuppressed(active);
  return traces ? wanted : wanted & ~TRACE;
}

/** Starts the span, unless there is none, or none yet; such a call is waited for all the same. */
function enter(frame: CallFrame, active: Context): void {
  const { row } = frame.joinPoint;
  try {
    if (row.span !== undefined && row.late?.(frame) !== true) {
      startSpan(frame, active);
      return;
    }
  } catch (fault) {
    // Its end is not always seen, so that nobody could decide whose fault it was.
    if (row.gives === 'iterator') throw fault;
    // It costs the span alone: what else the row says of the call is told when it ends.
    keepFault(frame, fault);
    frame.pending = true;
    return;
  }
  frame.pending = true;
  if (row.span !== undefined) frame.wanted |= LATE;
}

/** Starts the span that was put off, now that the call has failed: where it would be, and from when on. */
export function startLateSpan(frame: CallFrame): void {
  try {
    startSpan(frame, frame.activates ? contextOf(frame) : context.active());
  } catch (fault) {
    keepFault(frame, fault);
  }
}

/** Starts the span, makes it the frame's, and gives it its attributes if it records. */
function startSpan(frame: CallFrame, active: Context): void {
  const { joinPoint } = frame;
  const { row, runtime } = joinPoint;
  const name: unknown = typeof row.span === 'function' ? row.span(frame) : row.span;
  // What is no text, or no kind, may cost a whole batch in an exporter.
  if (typeof name !== 'string') throw new TypeError(`the name of its span is ${typeof name}, not a text`);
  const options = optionsOf(frame);
  const parent = row.context?.parent === undefined ? active : parentOf(frame, active);
  const isWanted = runtime.settings.requiresParent !== true || hasOrigin(options, parent);
  const span = isWanted ? spanOf(frame, name, options, parent) : undefined;
  if (span === undefined) {
    // Calls below have the parent that this span would have had: none, perhaps, where its caller has one.
    frame.span = trace.getSpan(parent);
    if (!frame.pending && !joinPoint.sends) frame.forget();
    return;
  }
  frame.span = span;
  if (span.isRecording()) {
    frame.recording = span;
    frame.pending = true;
    setAttributes(span, joinPoint.attributes, frame, keepFault);
    const { hooks } = runtime.settings;
    if (hooks !== undefined) tellStarted(hooks, span, name, frame);
  } else if (!frame.pending && !joinPoint.sends) {
    frame.forget();
  }
}

/** A parent, which may have come with a message, or a link: what begins a trace of its own by design says so where it comes from. */
function hasOrigin({ links = [] }: SpanOptions, parent: Context): boolean {
  const span = trace.getSpanContext(parent);
  return links.length > 0 || (span !== undefined && isSpanContextValid(span));
}

/** A sampler or processor of the application may throw: that costs this span, not the row. */
function spanOf({ joinPoint }: CallFrame, name: string, options: SpanOptions, parent: Context): Span | undefined {
  try {
    return joinPoint.runtime.tracer()?.startSpan(name, options, parent);
  } catch (fault) {
    joinPoint.runtime.telemetryFailed('starting a span', fault);
    return undefined;
  }
}

function optionsOf(frame: CallFrame): SpanOptions {
  const { options, row } = frame.joinPoint;
  const links = row.context?.links;
  const late = (frame.wanted & LATE) !== 0;
  if (links === undefined && typeof row.kind !== 'function' && !late) return options;
  return {
    ...options,
    // In whole milliseconds, as clocks tell: rounded up, so that it is not before the span above.
    ...(late ? { startTime: Math.ceil(Date.now() - frame.elapsedMs) } : {}),
    ...(typeof row.kind === 'function' ? { kind: kindFrom(row.kind(frame)) } : {}),
    ...(links === undefined ? {} : { links: linksTo(links(frame)) }),
  };
}

function kindFrom(given: unknown): SpanKind {
  if (typeof given === 'number' && SpanKind[given] !== undefined) return given;
  throw new TypeError('the kind of its span is no SpanKind');
}

/** Re-bases the frame on the row's origin: its baggage holds for everything below. */
function parentOf(frame: CallFrame, active: Context): Context {
  const origin = frame.joinPoint.row.context?.parent?.(frame);
  const from = origin === 'root' ? trace.deleteSpan(active) : origin === undefined ? undefined : contextFrom(origin);
  if (from === undefined) return active;
  frame.base = baseOf(from, frameOf(from));
  return from;
}
