// SPDX-License-Identifier: Apache-2.0
// A call that returns an iterator or an iterable, sync or async: the span lives from the first pull to the end or early
// close, and is current only while the iterator is being pulled, never for the consumer's own code between items.
import { callIn } from './activation.js';
import { open } from './advice.js';
import { type CallFrame, contextOf } from './call-frame.js';
import type { AnyFunction } from './functions.js';
import { wishesFor } from './gates.js';
import type { JoinPoint } from './join-point.js';
import { isPlainPromise, isThenable } from './promises.js';
import { close, failed, succeeded } from './settlement.js';

type Pull = 'next' | 'return' | 'throw';
type Pullable = Record<Pull, AnyFunction | undefined>;
type OpenFrame = () => CallFrame | undefined;

/** Calls `original` and makes what it returns report its pulls. */
export function iterateTraced(
  joinPoint: JoinPoint,
  original: AnyFunction,
  self: unknown,
  args: ArrayLike<unknown>,
): unknown {
  const returned = Reflect.apply(original, self, args);
  // Asked at the first pull: an SDK may have come or gone since the call.
  const openFrame: OpenFrame = () => {
    const wishes = wishesFor(joinPoint);
    return wishes === 0 ? undefined : unseen(() => open(joinPoint, wishes, self, args));
  };
  try {
    if (isPullable(returned)) reportPulls(returned, openFrame);
    else if (typeof returned === 'object' && returned !== null) reportIterations(returned, openFrame);
  } catch {
    // Frozen, or a proxy with traps that throw: it stays as it is.
  }
  return returned;
}

let telling = false;

/**
 * What telemetry iterates is no iteration of the application: an attribute may be the very list that the call returned, and
 * the SDK reads it item by item.
 */
function unseen<T>(action: () => T): T {
  const before = telling;
  telling = true;
  try {
    return action();
  } finally {
    telling = before;
  }
}

const reporting = new WeakSet<object>();

/** Objects are given out more than once: a log that returns itself, an iterable that is its own iterator. */
function isNew(object: object): boolean {
  if (reporting.has(object) || !Object.isExtensible(object)) return false;
  reporting.add(object);
  return true;
}

/** An iterable that is no iterator: each iteration is a span of its own. */
function reportIterations(iterable: object, openFrame: OpenFrame): void {
  if (!isNew(iterable)) return;
  for (const key of [Symbol.asyncIterator, Symbol.iterator]) {
    const iterate: unknown = Reflect.get(iterable, key);
    if (typeof iterate !== 'function') continue;
    replace(iterable, key, iterate as AnyFunction, (self, args) => {
      const iterator = Reflect.apply(iterate as AnyFunction, self, args);
      try {
        if (!telling && isPullable(iterator)) reportPulls(iterator, openFrame);
      } catch {
        // As above.
      }
      return iterator;
    });
  }
}

function reportPulls(iterator: Pullable, openFrame: OpenFrame): void {
  if (!isNew(iterator)) return;
  let frame: CallFrame | undefined;
  let started = false;
  for (const name of ['next', 'return', 'throw'] as const) {
    const pull = iterator[name];
    if (typeof pull !== 'function') continue;
    replace(iterator, name, pull, (self, args) => {
      if (telling) return Reflect.apply(pull, self, args);
      if (!started && name === 'next') {
        started = true;
        frame = openFrame();
      }
      return frame?.activates === true ? pullInside(frame, name, pull, self, args) : Reflect.apply(pull, self, args);
    });
  }
}

/**
 * Puts an own, non-enumerable method on the object: a wrapping object would lose identity, `instanceof` and helper methods.
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
    pulled = callIn(contextOf(frame), pull, self, args);
  } catch (error) {
    endFailed(frame, name, args, error);
    throw error;
  }
  if (!frame.pending) return pulled;
  if (isPlainPromise(pulled)) {
    return pulled.then(
      (item) => {
        closeWhenDone(frame, name, item);
        return item;
      },
      (error: unknown) => {
        endFailed(frame, name, args, error);
        throw error;
      },
    );
  }
  // A thenable may be lazy, so it is not observed: better a short span than one that never ends.
  if (isThenable(pulled)) unseen(() => close(frame));
  else closeWhenDone(frame, name, pulled);
  return pulled;
}

/** An error that the consumer throws in and that comes out as it is ends the reading early; it is not the reading that failed. */
function endFailed(frame: CallFrame, name: Pull, args: ArrayLike<unknown>, error: unknown): void {
  const isConsumers = name === 'throw' && error === args[0];
  unseen(() => (isConsumers ? succeeded(frame, undefined) : failed(frame, error)));
}

/**
 * `return` may be answered by a generator that goes on yielding from its `finally`: only `done` is the end. An item that
 * cannot be asked is the consumer's to fail at.
 */
function closeWhenDone(frame: CallFrame, name: Pull, item: unknown): void {
  try {
    const result = item as IteratorResult<unknown> | null | undefined;
    if (result?.done === true) unseen(() => succeeded(frame, name === 'next' ? result.value : undefined));
  } catch (error) {
    unseen(() => failed(frame, error));
  }
}

function isPullable(value: unknown): value is Pullable {
  return typeof value === 'object' && value !== null && typeof (value as { next?: unknown }).next === 'function';
}
