// SPDX-License-Identifier: Apache-2.0
// One woven call. The frame is the context that the call runs in (a fifth of the time and a thirtieth of the bytes of
// `trace.setSpan`), the record its extractors read, and the place where calls below leave facts for it.
import { type Context, createContextKey, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
import type { Call, Facts, Maker } from './aspect.js';
import type { JoinPoint } from './join-point.js';
import { makerOf } from './makers.js';

const FRAME = createContextKey('opentelemetry-instrumentation-eventsource frame');
const SUPPRESS_TRACING = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
const SPAN = learnSpanKey();
const NO_FACTS: Facts = Object.freeze({});

/** The API keeps its span key to itself but shows it to any context that it is asked to write into. */
function learnSpanKey(): symbol | undefined {
  let learnt: symbol | undefined;
  const probe: Context = {
    getValue: () => undefined,
    setValue(key) {
      learnt = key;
      return probe;
    },
    deleteValue: () => probe,
  };
  try {
    trace.setSpan(probe, trace.wrapSpanContext({ traceId: '', spanId: '', traceFlags: 0 }));
  } catch {
    return undefined;
  }
  return learnt;
}

export class CallFrame implements Context, Call {
  result: unknown = undefined;
  error: unknown = undefined;
  failed = false;
  facts: Facts = NO_FACTS;
  /** Who wants something of the call; bits of gates.ts. */
  wanted = 0;
  /** The span that is current inside the call: its own, or the caller's when it opens none. */
  span: Span | undefined = undefined;
  /** Its own span, when that records: to be ended by whoever settles the call. */
  recording: Span | undefined = undefined;
  /** Milliseconds on the monotonic clock; -1 where nobody asks for the time. */
  startedAt = -1;
  /** The frame is the active context inside the call; otherwise it only observes. */
  activates = false;
  /** Something is left to do when the call settles. */
  pending = false;

  constructor(
    /** Never a frame: nesting re-bases, so the depth stays one and finished callers are not retained. */
    public base: Context,
    readonly joinPoint: JoinPoint,
    public self: unknown,
    public args: readonly unknown[],
    public enclosing: CallFrame | undefined,
  ) {}

  getValue(key: symbol): unknown {
    if (key === SPAN && this.span !== undefined) return this.span;
    return key === FRAME ? this : this.base.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return this.flatten().setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return this.flatten().deleteValue(key);
  }

  private flatten(): Context {
    const flat = this.base.setValue(FRAME, this);
    return this.span === undefined ? flat : trace.setSpan(flat, this.span);
  }

  get handler(): object | undefined {
    return this.joinPoint.handler;
  }

  get maker(): Maker | undefined {
    return makerOf(this.self);
  }

  get elapsedMs(): number {
    return this.startedAt < 0 ? 0 : performance.now() - this.startedAt;
  }

  hand(facts: Facts): void {
    if (this.pending) this.facts = this.facts === NO_FACTS ? facts : { ...this.facts, ...facts };
  }

  /**
   * For a frame that nothing will settle. Calls below still find the nearest call above that is under way and will be settled:
   * what is measured and told must not depend on the sampler. Its receiver stays where it is needed to tell a `super` call.
   */
  forget(): void {
    while (this.enclosing !== undefined && !this.enclosing.pending) this.enclosing = this.enclosing.enclosing;
    this.args = NO_ARGUMENTS;
    if (!this.joinPoint.inherited) this.self = undefined;
  }

  /** Contexts outlive calls (timers, pending promises): a finished frame holds on to nothing but its span. */
  release(): void {
    this.pending = false;
    this.recording = undefined;
    this.enclosing = undefined;
    this.self = undefined;
    this.args = NO_ARGUMENTS;
    this.result = undefined;
    this.error = undefined;
    this.facts = NO_FACTS;
  }
}

const NO_ARGUMENTS: readonly unknown[] = Object.freeze([]);

/** The innermost woven call that `active` belongs to, also through contexts that the application derived from it. */
export function frameOf(active: Context): CallFrame | undefined {
  if (active instanceof CallFrame) return active;
  return active === ROOT_CONTEXT ? undefined : (active.getValue(FRAME) as CallFrame | undefined);
}

/** What a frame on top of `active`, which belongs to `enclosing`, rests on. A derived context would retain that one. */
export function baseOf(active: Context, enclosing: CallFrame | undefined): Context {
  if (active instanceof CallFrame) return active.base;
  return enclosing === undefined ? active : active.deleteValue(FRAME);
}

/** The context that has `frame` on top of it. Where the span key could not be learnt, a regular context does the work. */
export function contextOf(frame: CallFrame): Context {
  return SPAN === undefined ? frame.setValue(FRAME, frame) : frame;
}

/** `suppressTracing` of the SDK's core package. */
export function withoutTracing(active: Context): Context {
  return active.setValue(SUPPRESS_TRACING, true);
}

/** `isTracingSuppressed` of the SDK's core package, which the API has no word for. */
export function isSuppressed(active: Context): boolean {
  return active.getValue(SUPPRESS_TRACING) === true;
}
