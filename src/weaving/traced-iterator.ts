// SPDX-License-Identifier: Apache-2.0
// A call that returns an iterator or an iterable, sync or async: the span lives from the first pull to the end or early
// close, and is current only while the iterator is being pulled, never for the consumer's own code between items (N6).
import { context, type Tracer } from '@opentelemetry/api';
import { failed, open, succeeded } from './advice.js';
import { type CallFrame, contextOf } from './call-frame.js';
import type { JoinPoint } from './join-point.js';
import { type AnyFunction, isThenable } from './traced-call.js';

type Pull = 'next' | 'return' | 'throw';
type Pullable = Record<Pull, AnyFunction | undefined>;
type OpenFrame = () => CallFrame | undefined;

/** Calls `original` and makes what it returns report its pulls. */
export function iterateTraced(
  joinPoint: JoinPoint,
  tracer: Tracer | undefined,
  original: AnyFunction,
  self: unknown,
  args: ArrayLike<unknown>,
): unknown {
  const returned = Reflect.apply(original, self, args);
  const openFrame: OpenFrame = () => open(joinPoint, tracer, self, args);
  if (typeof returned !== 'object' || returned === null || !Object.isExtensible(returned)) return returned;
  if (isPullable(returned)) reportPulls(returned, openFrame);
  else reportIterations(returned, openFrame);
  return returned;
}

/** An iterable that is no iterator: each iteration is a span of its own. */
function reportIterations(iterable: object, openFrame: OpenFrame): void {
  for (const key of [Symbol.asyncIterator, Symbol.iterator]) {
    const iterate: unknown = Reflect.get(iterable, key);
    if (typeof iterate !== 'function') continue;
    replace(iterable, key, iterate as AnyFunction, (self, args) => {
      const iterator = Reflect.apply(iterate as AnyFunction, self, args);
      if (isPullable(iterator) && Object.isExtensible(iterator)) reportPulls(iterator, openFrame);
      return iterator;
    });
  }
}

function reportPulls(iterator: Pullable, openFrame: OpenFrame): void {
  let frame: CallFrame | undefined;
  let started = false;
  for (const name of ['next', 'return', 'throw'] as const) {
    const pull = iterator[name];
    if (typeof pull !== 'function') continue;
    replace(iterator, name, pull, (self, args) => {
      if (!started && name === 'next') {
        started = true;
        frame = openFrame();
      }
      return frame?.activates === true ? pullInside(frame, name, pull, self, args) : Reflect.apply(pull, self, args);
    });
  }
}

/**
 * Puts an own, non-enumerable method on the object: a wrapping object would lose identity, `instanceof` and helper methods
 * (craft §10.8).
 */
function replace(
  object: object,
  key: PropertyKey,
  original: AnyFunction,
  call: (self: unknown, args: ArrayLike<unknown>) => unknown,
): void {
  const { method } = {
    method(this: unknown): unknown {
      // biome-ignore lint/complexity/noArguments: passes on exactly what was passed, absent or undefined
      return call(this, arguments);
    },
  };
  for (const property of ['name', 'length'] as const) {
    Object.defineProperty(method, property, { value: original[property], configurable: true });
  }
  Object.defineProperty(object, key, { value: method, writable: true, configurable: true, enumerable: false });
}

function pullInside(frame: CallFrame, name: Pull, pull: AnyFunction, self: unknown, args: ArrayLike<unknown>): unknown {
  let pulled: unknown;
  try {
    pulled = context.with(contextOf(frame), () => Reflect.apply(pull, self, args));
  } catch (error) {
    if (frame.pending) failed(frame, error);
    throw error;
  }
  if (!frame.pending) return pulled;
  if (pulled instanceof Promise) {
    return pulled.then(
      (item) => {
        closeWhenDone(frame, name, item);
        return item;
      },
      (error: unknown) => {
        if (frame.pending) failed(frame, error);
        throw error;
      },
    );
  }
  // A thenable may be lazy, so it is not observed: better a short span than one that never ends.
  if (isThenable(pulled)) succeeded(frame, undefined);
  else closeWhenDone(frame, name, pulled);
  return pulled;
}

/** `return` may be answered by a generator that goes on yielding from its `finally`: only `done` is the end. */
function closeWhenDone(frame: CallFrame, name: Pull, item: unknown): void {
  const { done, value } = (item ?? {}) as Partial<IteratorResult<unknown>>;
  if (done === true && frame.pending) succeeded(frame, name === 'next' ? value : undefined);
}

function isPullable(value: unknown): value is Pullable {
  return typeof value === 'object' && value !== null && typeof (value as { next?: unknown }).next === 'function';
}
