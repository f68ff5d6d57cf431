// SPDX-License-Identifier: Apache-2.0
// A span for each call of a function, as decorator of either kind and as wrapper.
import type { Tracer } from '@opentelemetry/api';
import { PACKAGE_NAME } from '../version.js';
import type { AnyFunction } from '../weaving/functions.js';
import { closedLike, likenessOf } from '../weaving/likeness.js';
import { reportReading } from '../weaving/pulls.js';
import { ownTracingOf } from './mixin.js';
import { callInside, type OpenSpan, openSpan, readInside, type SpanAttributes } from './span.js';
import { telemetryFailed, tracerNamed } from './telemetry.js';

/** Options of {@link traced}. */
export interface TracedOptions<This = never, Args extends readonly unknown[] = readonly never[]> {
  /**
   * Attributes of each span, or what computes them from the arguments of the call, with its `this`. Those that are null,
   * undefined or empty are left out.
   */
  readonly attributes?: SpanAttributes | ((this: This, ...args: Args) => SpanAttributes) | undefined;
  /**
   * Names the tracer, which is the instrumentation scope of the spans.
   * @default the name that the object gave to `initTracing`, else that of this package
   */
  readonly tracerName?: string | undefined;
}

/** What {@link traced} returns: a decorator for methods, and a wrapper for functions. */
export interface Traced<This, Args extends readonly unknown[]> {
  /** Wraps a function. */
  <F extends (this: This, ...args: [...Args, ...never[]]) => unknown>(called: F): F;
  /** Standard decorator of a method: instance or static, public or private. */
  <F extends (this: This, ...args: [...Args, ...never[]]) => unknown>(
    method: F,
    context: { readonly kind: 'method' },
  ): F;
  /** Standard decorator of a field that holds a function. */
  <F extends (this: This, ...args: [...Args, ...never[]]) => unknown>(
    nothing: undefined,
    context: { readonly kind: 'field'; readonly access: { get(object: never): F } },
  ): (initial: F) => F;
  /** Legacy decorator of a method, under `experimentalDecorators`. */
  <F extends (this: This, ...args: [...Args, ...never[]]) => unknown>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<F>,
  ): TypedPropertyDescriptor<F>;
}

/**
 * Gives each call of a function a span: sync and async functions from the call to its end, generators from the first item that
 * is asked for to the last, or to early close. The span is current inside; a failure is on it as status ERROR, one exception
 * event and the class of the error in `eventsource.error.type`. The function keeps its name, its length, its `this` and what it
 * returns and throws. There is no span while nobody records spans, or where the object is off: its `tracingEnabled` is `false`,
 * or, in a class without {@link TracingMixin}, its `enableTracing`.
 *
 * @param name of the spans
 * @returns a decorator for methods (standard and legacy), which is a wrapper for functions too; it throws a `TypeError` for
 *   anything else
 *
 * @example
 * ```ts
 * import { traced } from 'opentelemetry-instrumentation-eventsource';
 *
 * class Ledger {
 *   @traced('ledger.post', { attributes: (account: string, amount: number) => ({ account, amount }) })
 *   async post(account: string, amount: number): Promise<string> {
 *     return `${account}: ${amount}`;
 *   }
 * }
 *
 * const roundUp = traced('ledger.round_up', { attributes: { 'rounding.mode': 'up' } })((amount: number) => Math.ceil(amount));
 *
 * console.log(await new Ledger().post('savings', roundUp(41.5)));
 * ```
 */
export function traced<This = never, Args extends readonly unknown[] = readonly []>(
  name: string,
  options: TracedOptions<This, Args> = {},
): Traced<This, Args> {
  const advice: Advice = { name, ...(options as TracedOptions<unknown, readonly unknown[]>) };
  const decorate = (...given: readonly unknown[]): unknown => {
    const [first, second, third] = given;
    if (typeof second === 'object' && second !== null) return standard(advice, first, second as DecoratorContext);
    if (typeof second === 'string' || typeof second === 'symbol') return legacy(advice, second, third);
    return around(advice, first, 'what it was given');
  };
  return decorate as Traced<This, Args>;
}

interface Advice extends TracedOptions<unknown, readonly unknown[]> {
  readonly name: string;
}

function standard(advice: Advice, value: unknown, { kind, name }: DecoratorContext): unknown {
  const what = `${kind} ${String(name)}`;
  if (kind === 'method') return around(advice, value, what);
  if (kind === 'field') return (initial: unknown) => around(advice, initial, what);
  return refuse(advice, what);
}

function legacy(advice: Advice, key: string | symbol, descriptor: unknown): PropertyDescriptor {
  const method = descriptor as PropertyDescriptor | undefined;
  return { ...method, value: around(advice, method?.value, String(key)) };
}

function around(advice: Advice, original: unknown, what: string): AnyFunction {
  if (typeof original !== 'function') return refuse(advice, what);
  const called = original as AnyFunction;
  const method = isGeneratorFunction(called) ? readingMethod(advice, called) : callingMethod(advice, called);
  return closedLike(called, likenessOf(called, method));
}

function refuse({ name }: Advice, what: string): never {
  throw new TypeError(`traced('${name}') is for functions and methods, not for ${what}`);
}

/** By its tag, which a function that looks like a generator function has too. */
function isGeneratorFunction(called: AnyFunction): boolean {
  return /^\[object (?:Async)?GeneratorFunction\]$/.test(Object.prototype.toString.call(called));
}

function callingMethod(advice: Advice, original: AnyFunction): AnyFunction {
  return {
    traced(this: unknown): unknown {
      // biome-ignore-start lint/complexity/noArguments: passes on exactly what was passed, and without an SDK allocates nothing
      const tracer = tracerFor(advice, this);
      if (tracer === undefined) return Reflect.apply(original, this, arguments);
      const open = openFor(tracer, advice, this, arguments);
      return open === undefined
        ? Reflect.apply(original, this, arguments)
        : callInside(open, original, this, arguments);
      // biome-ignore-end lint/complexity/noArguments: as above
    },
  }.traced;
}

function readingMethod(advice: Advice, original: AnyFunction): AnyFunction {
  return {
    traced(this: unknown, ...args: unknown[]): unknown {
      const generator = Reflect.apply(original, this, args);
      // Asked at the first pull: an SDK may have come or gone since the call.
      reportReading(generator, readInside, () => {
        const tracer = tracerFor(advice, this);
        return tracer === undefined ? undefined : openFor(tracer, advice, this, args);
      });
      return generator;
    },
  }.traced;
}

function openFor(tracer: Tracer, advice: Advice, self: unknown, args: ArrayLike<unknown>): OpenSpan | undefined {
  return openSpan(tracer, advice.name, attributesOf(advice, self, args));
}

/** What the object says of itself; functions and classes may say it too. */
interface Switches {
  readonly enableTracing?: unknown;
  readonly tracingEnabled?: unknown;
}

function tracerFor({ tracerName }: Advice, self: unknown): Tracer | undefined {
  if (!isObject(self)) return tracerNamed(tracerName ?? PACKAGE_NAME);
  try {
    const own = ownTracingOf(self);
    const { enableTracing } = self as Switches;
    if (own === undefined ? enableTracing === false : !own.enabled) return undefined;
    const tracer = tracerNamed(tracerName ?? own?.tracerName ?? PACKAGE_NAME);
    // After the tracer: an SDK that waits for the first span is there by now.
    return tracer === undefined || (self as Switches).tracingEnabled === false ? undefined : tracer;
  } catch (fault) {
    telemetryFailed('reading the switch of an object', fault);
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function attributesOf({ attributes }: Advice, self: unknown, args: ArrayLike<unknown>): SpanAttributes | undefined {
  if (typeof attributes !== 'function') return attributes;
  try {
    return Reflect.apply(attributes as AnyFunction, self, args) as SpanAttributes;
  } catch (fault) {
    telemetryFailed('computing attributes', fault);
    return undefined;
  }
}
