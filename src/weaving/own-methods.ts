// SPDX-License-Identifier: Apache-2.0
// Methods put on one object, over those that it inherits. Knows no span, and loads where the API is not installed.
import type { AnyFunction } from './functions.js';

/**
 * Puts an own method on the object, where it is listed no more than before: a wrapping object would lose identity, `instanceof` and
 * helper methods.
 *
 * @throws what the object throws: it may be a proxy
 */
export function putOwnMethod(
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
  const {
    writable = true,
    configurable = true,
    enumerable = false,
  } = Object.getOwnPropertyDescriptor(object, key) ?? {};
  Object.defineProperty(object, key, { value: method, writable, configurable, enumerable });
}
