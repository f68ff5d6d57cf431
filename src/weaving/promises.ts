// SPDX-License-Identifier: Apache-2.0
// Which of the values that a call returns can be waited for, and how.

/** A native promise that has nothing of its own, such as a `cancel`, which a chained one would lack. Never throws. */
export function isPlainPromise(value: unknown): value is Promise<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  try {
    return value instanceof Promise && value.constructor === Promise && !hasEnumerable(value);
  } catch {
    return false;
  }
}

/** Without the array that `Object.keys` would make on every call. */
function hasEnumerable(value: object): boolean {
  for (const key in value) if (Object.hasOwn(value, key)) return true;
  return false;
}

/** Never throws: `then` may be an accessor. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  try {
    return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
  } catch {
    return false;
  }
}
