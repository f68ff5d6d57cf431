// SPDX-License-Identifier: Apache-2.0
// Readable streams of Node. Whichever way one is read, by listeners of `data`, in a loop, by `read` or piped, each item passes
// through its `emit`, and so do its end, its error and its close. What is done about it is said from outside; this knows no span.
import type { AnyFunction } from './functions.js';
import { putOwnMethod } from './own-methods.js';
import { callWithRoom } from './stack-limit.js';

export interface ReadableLike {
  emit(name: string | symbol, ...args: unknown[]): boolean;
  listenerCount(name: string): number;
  rawListeners(name: string): readonly unknown[];
  /** Items that wait to be read, where each is an object. */
  readonly readableLength?: number;
  readonly readableEnded?: boolean;
  readonly closed?: boolean;
}

/** Told by what it can do: a library may bring a class of its own. */
export function isReadable(value: unknown): value is ReadableLike {
  try {
    const { emit, read, listenerCount, rawListeners } = Object(value) as Readonly<Record<string, unknown>>;
    return [emit, read, listenerCount, rawListeners].every((method) => typeof method === 'function');
  } catch {
    return false;
  }
}

/** Whether it has told its end already. */
export function isOver(stream: ReadableLike): boolean {
  try {
    return stream.readableEnded === true || stream.closed === true;
  } catch {
    return false;
  }
}

/** How many items wait to be read, as far as it says so. */
export function waitingIn(stream: ReadableLike): number {
  try {
    return stream.readableLength ?? 0;
  } catch {
    return 0;
  }
}

/** One emission: `emit` as it would be called. */
export interface Emission {
  readonly name: unknown;
  /** With the name. */
  readonly args: ArrayLike<unknown>;
  /** What it does anyway: {@link Emission.emitting}, called as it was. */
  readonly emit: () => unknown;
  readonly emitting: AnyFunction;
}

/**
 * What a stream emits is answered by `answer`, which must emit it.
 *
 * @returns false for a stream that lets nobody see
 */
export function answerEmissions(stream: ReadableLike, answer: (emission: Emission) => unknown): boolean {
  if (!Object.isExtensible(stream)) return false;
  try {
    const emit: unknown = stream.emit;
    putOwnMethod(stream, 'emit', emit as AnyFunction, (self, args) =>
      answer({
        name: args[0],
        args,
        emit: () => callWithRoom(4, emit as AnyFunction, self, args),
        emitting: emit as AnyFunction,
      }),
    );
    return true;
  } catch {
    // A proxy with traps that throw: it stays as it is.
    return false;
  }
}

/** Why a stream is over, as it says it: nothing, what it failed with, or that whoever reads it has left early, which is no failure. */
export function failureIn({ name, args }: Emission): { readonly error: unknown } | undefined {
  return name !== 'error' || isAbort(args[1]) ? undefined : { error: args[1] };
}

/** A loop that is left makes the stream fail with this. */
function isAbort(error: unknown): boolean {
  try {
    const { name, code } = Object(error) as { readonly name?: unknown; readonly code?: unknown };
    return name === 'AbortError' && code === 'ABORT_ERR';
  } catch {
    return false;
  }
}

/** Whether nothing comes any more. */
export function isEnd({ name }: Emission): boolean {
  return name === 'end' || name === 'close' || name === 'error';
}
