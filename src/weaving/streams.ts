// SPDX-License-Identifier: Apache-2.0
// Functions from a stream to a stream (rxjs observables, of any copy of rxjs). What comes out comes in the context of whoever set
// the timer or settled the promise that the operators in between wait for: that of anybody who uses the same stream. Here what
// comes out while something is being delivered stays in the context of that delivery, and what comes out later begins a context of
// its own, which remembers what the stream was given. The streams are views of those of the library, which stay as they are.
import { context, isSpanContextValid, ROOT_CONTEXT, type SpanContext, trace } from '@opentelemetry/api';
import type { AnyFunction } from './functions.js';
import type { JoinPoint } from './join-point.js';
import { likenessOf } from './likeness.js';
import { noteSources, rememberedUnder } from './origins.js';
import { callWithRoom } from './stack-limit.js';

/** Of what a stream was given, this much is remembered: the latest. */
const MOST_SOURCES = 32;

/** `original` with those of its arguments that make a stream of a stream connected. */
export function streamsWoven(original: AnyFunction, joinPoint: JoinPoint, indexes: readonly number[]): AnyFunction {
  return function (this: unknown, ...args) {
    for (const index of indexes) {
      const make = args[index];
      if (typeof make === 'function') args[index] = connected(make as AnyFunction, joinPoint);
    }
    return callWithRoom(1, original, this, args);
  };
}

function connected(make: AnyFunction, joinPoint: JoinPoint): AnyFunction {
  const { connecting } = {
    connecting(this: unknown, ...args: unknown[]): unknown {
      const { into, outOf } = createFlow(joinPoint);
      return viewOf(
        Reflect.apply(
          make,
          this,
          args.map((given) => viewOf(given, into)),
        ),
        outOf,
      );
    },
  };
  try {
    return likenessOf(make, connecting);
  } catch {
    // A proxy with traps that throw.
    return make;
  }
}

/** Delivers a value of a stream, doing something before and after. */
type Pass = (value: unknown, deliver: () => void) => void;

interface Source {
  readonly span: SpanContext | undefined;
}

function createFlow(joinPoint: JoinPoint): { readonly into: Pass; readonly outOf: Pass } {
  /** What was given and may not have come out yet, the latest last. */
  const held = new Set<Source>();
  let delivering: Source | undefined;
  let latest: Source | undefined;
  return {
    into(value, deliver) {
      if (!isTraced(joinPoint)) {
        deliver();
        return;
      }
      const outer = delivering;
      delivering = { span: spanOf(value) };
      latest = delivering;
      held.add(delivering);
      const [oldest] = held;
      if (held.size > MOST_SOURCES && oldest !== undefined) held.delete(oldest);
      try {
        deliver();
      } finally {
        delivering = outer;
      }
    },
    outOf(value, deliver) {
      if (delivering !== undefined) held.delete(delivering);
      // A stream that was given nothing is made of something else, in a context that is its own affair.
      if (delivering !== undefined || latest === undefined || !isTraced(joinPoint)) {
        deliver();
        return;
      }
      const made = held.size > 0 ? [...held] : [latest];
      const forget = noteSources(
        value,
        made.flatMap(({ span }) => span ?? []),
      );
      try {
        context.with(ROOT_CONTEXT, deliver);
      } finally {
        forget();
      }
    },
  };
}

function isTraced({ runtime, family, off }: JoinPoint): boolean {
  const { providers, settings } = runtime;
  return providers.enabled && !off && runtime.tracer() !== undefined && settings.family(family) !== 'off';
}

/** Of where a value was remembered, else of where it is delivered. */
function spanOf(value: unknown): SpanContext | undefined {
  const span = trace.getSpanContext(rememberedUnder(value) ?? context.active());
  return span !== undefined && isSpanContextValid(span) ? span : undefined;
}

interface Stream {
  subscribe(this: unknown, ...args: unknown[]): unknown;
}

function viewOf(stream: unknown, pass: Pass): unknown {
  if (!isStream(stream)) return stream;
  const { subscribe } = {
    subscribe(observer: unknown, ...others: unknown[]): unknown {
      return Reflect.apply(stream.subscribe, stream, [observed(observer, pass), ...others]);
    },
  };
  return Object.create(stream, { subscribe: { value: subscribe, writable: true, configurable: true } });
}

function isStream(value: unknown): value is Stream {
  try {
    return typeof value === 'object' && value !== null && typeof (value as Stream).subscribe === 'function';
  } catch {
    return false;
  }
}

type Next = (this: unknown, value: unknown) => void;

/** A function, an object with some of `next`, `error` and `complete`, or a subscriber, which is one observer of one stream. */
function observed(observer: unknown, pass: Pass): unknown {
  if (typeof observer === 'function') return (value: unknown) => pass(value, () => (observer as Next)(value));
  if (typeof observer !== 'object' || observer === null) return observer;
  const to = observer as Partial<Record<'next' | 'error' | 'complete' | 'unsubscribe', Next>>;
  const { next } = to;
  if (typeof next !== 'function') return observer;
  const passing: Next = function (value) {
    pass(value, () => void Reflect.apply(next, this, [value]));
  };
  // The operators of rxjs make a subscriber for each subscription, and unsubscribe that one.
  const isSubscriber = typeof to.unsubscribe === 'function';
  if (isSubscriber && Reflect.defineProperty(to, 'next', { value: passing, writable: true, configurable: true }))
    return to;
  return {
    next: (value: unknown) => Reflect.apply(passing, to, [value]),
    ...(typeof to.error === 'function' ? { error: (error: unknown) => to.error?.(error) } : {}),
    ...(typeof to.complete === 'function' ? { complete: () => to.complete?.(undefined) } : {}),
  };
}
