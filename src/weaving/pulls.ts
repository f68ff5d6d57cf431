// SPDX-License-Identifier: Apache-2.0
// Iterators that report how they are read: from the first pull to the end or early close. What is done about it is said from
// outside; this knows no span, and loads where the API is not installed.
import type { AnyFunction } from './functions.js';
import { putOwnMethod } from './own-methods.js';
import { isPlainPromise, isThenable } from './promises.js';
import { callWithRoom, makeRoom, takeRoom } from './stack-limit.js';

/** The method that stands on the object, and what it calls. */
const REPLACING_FRAMES = 2;
/** These, `pullInside` and the advice's `pull`, which makes room for what it calls itself. */
const PULLING_FRAMES = REPLACING_FRAMES + 2;

type Pull = 'next' | 'return' | 'throw';
type Pullable = Record<Pull, AnyFunction | undefined>;

/** What is done around the pulls of one reading, of which `F` is the record. */
export interface PullAdvice<F> {
  /** Makes one pull, in whatever context the reading has. */
  pull(frame: F, pull: AnyFunction, self: unknown, args: ArrayLike<unknown>): unknown;
  /** Whether the end is still to be told. */
  isPending(frame: F): boolean;
  /** An item has come. */
  item?(frame: F, item: unknown): void;
  /** Read to its end, or closed early, which has no result. */
  succeeded(frame: F, result: unknown): void;
  failed(frame: F, error: unknown): void;
  /** Nothing more can be learnt of it. */
  close(frame: F): void;
}

/** Asked at the first pull; `undefined` when nothing is to be done about this reading. */
export type OpenReading<F> = () => F | undefined;

/**
 * An iterator reports its pulls; an iterable that is none, those of each of its iterators. Anything else is left alone.
 *
 * @returns false where nothing of it will be reported
 */
export function reportReading<F>(returned: unknown, advice: PullAdvice<F>, open: OpenReading<F>): boolean {
  const openUnseen = () => unseen(open);
  try {
    if (isPullable(returned)) return reportPulls(returned, advice, openUnseen);
    return typeof returned === 'object' && returned !== null && reportIterations(returned, advice, openUnseen);
  } catch {
    // Frozen, or a proxy with traps that throw: it stays as it is.
    return false;
  }
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

/** An iterable that is no iterator: each iteration is a reading of its own. */
function reportIterations<F>(iterable: object, advice: PullAdvice<F>, open: OpenReading<F>): boolean {
  if (!isNew(iterable)) return false;
  for (const key of [Symbol.asyncIterator, Symbol.iterator]) {
    const iterate: unknown = Reflect.get(iterable, key);
    if (typeof iterate !== 'function') continue;
    putOwnMethod(iterable, key, iterate as AnyFunction, (self, args) => {
      const iterator = callWithRoom(REPLACING_FRAMES, iterate as AnyFunction, self, args);
      try {
        if (!telling && isPullable(iterator)) reportPulls(iterator, advice, open);
      } catch {
        // As above.
      }
      return iterator;
    });
  }
  return true;
}

function reportPulls<F>(iterator: Pullable, advice: PullAdvice<F>, open: OpenReading<F>): boolean {
  if (!isNew(iterator)) return false;
  let frame: F | undefined;
  let started = false;
  for (const name of ['next', 'return', 'throw'] as const) {
    const pull = iterator[name];
    if (typeof pull !== 'function') continue;
    putOwnMethod(iterator, name, pull, (self, args) => {
      if (telling) return callWithRoom(REPLACING_FRAMES, pull, self, args);
      if (!started && name === 'next') {
        started = true;
        frame = open();
      }
      return frame === undefined
        ? callWithRoom(REPLACING_FRAMES, pull, self, args)
        : pullInside(frame, advice, name, pull, self, args);
    });
  }
  return true;
}

function pullInside<F>(
  frame: F,
  advice: PullAdvice<F>,
  name: Pull,
  pull: AnyFunction,
  self: unknown,
  args: ArrayLike<unknown>,
): unknown {
  let pulled: unknown;
  const limit = makeRoom(PULLING_FRAMES);
  try {
    pulled = advice.pull(frame, pull, self, args);
  } catch (error) {
    takeRoom(limit, PULLING_FRAMES);
    endFailed(frame, advice, name, args, error);
    throw error;
  }
  takeRoom(limit, PULLING_FRAMES);
  if (!advice.isPending(frame)) return pulled;
  if (isPlainPromise(pulled)) {
    return pulled.then(
      (item) => {
        closeWhenDone(frame, advice, name, item);
        return item;
      },
      (error: unknown) => {
        endFailed(frame, advice, name, args, error);
        throw error;
      },
    );
  }
  // A thenable may be lazy, so it is not observed: better a short span than one that never ends.
  if (isThenable(pulled)) unseen(() => advice.close(frame));
  else closeWhenDone(frame, advice, name, pulled);
  return pulled;
}

/** An error that the consumer throws in and that comes out as it is ends the reading early; it is not the reading that failed. */
function endFailed<F>(frame: F, advice: PullAdvice<F>, name: Pull, args: ArrayLike<unknown>, error: unknown): void {
  const isConsumers = name === 'throw' && error === args[0];
  unseen(() => (isConsumers ? advice.succeeded(frame, undefined) : advice.failed(frame, error)));
}

/**
 * `return` may be answered by a generator that goes on yielding from its `finally`: only `done` is the end. An item that
 * cannot be asked is the consumer's to fail at.
 */
function closeWhenDone<F>(frame: F, advice: PullAdvice<F>, name: Pull, item: unknown): void {
  try {
    const result = item as IteratorResult<unknown> | null | undefined;
    if (result?.done === true) unseen(() => advice.succeeded(frame, name === 'next' ? result.value : undefined));
    else if (advice.item !== undefined) advice.item(frame, result?.value);
  } catch (error) {
    unseen(() => advice.failed(frame, error));
  }
}

/** Whether {@link reportReading} has something to report of it. */
export function isReading(value: unknown): boolean {
  try {
    return isPullable(value) || Symbol.asyncIterator in Object(value) || Symbol.iterator in Object(value);
  } catch {
    return false;
  }
}

function isPullable(value: unknown): value is Pullable {
  return typeof value === 'object' && value !== null && typeof (value as { next?: unknown }).next === 'function';
}
