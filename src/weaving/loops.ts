// SPDX-License-Identifier: Apache-2.0
// Loops over an async iterable, as they handle its items: from when an item is given until the next is asked for. Why a loop is left
// early it does not say. Knows no span, and loads where the API is not installed.
import type { AnyFunction } from './functions.js';
import { putOwnMethod } from './own-methods.js';
import { isPlainPromise } from './promises.js';
import { callWithRoom } from './stack-limit.js';

/** Told once for each item that is given. @returns told when it is handled; with what was thrown into the iterator, if so */
export type OnItem = (item: unknown) => (failure?: { readonly error: unknown }) => void;

/** The method that stands on the object, and what it calls. */
const FRAMES = 2;

/** Reports the loops over an object, and over what its `iterator` gives; one that lets nobody see stays as it is. */
export function reportLoops(iterable: object, onItem: OnItem): void {
  try {
    if (!Object.isExtensible(iterable)) return;
    // One may be made of the other.
    const seen = new WeakSet<object>();
    for (const name of [Symbol.asyncIterator, 'iterator']) {
      const iterate: unknown = Reflect.get(iterable, name);
      if (typeof iterate !== 'function') continue;
      putOwnMethod(iterable, name, iterate as AnyFunction, (self, args) => {
        const iterator: unknown = callWithRoom(FRAMES, iterate as AnyFunction, self, args);
        if (typeof iterator !== 'object' || iterator === null || seen.has(iterator)) return iterator;
        seen.add(iterator);
        reportLoop(iterator, onItem);
        return iterator;
      });
    }
  } catch {
    // A proxy with traps that throw.
  }
}

function reportLoop(iterator: object, onItem: OnItem): void {
  let handled: ReturnType<OnItem> | undefined;
  const end = (failure?: { readonly error: unknown }): void => {
    const ended = handled;
    handled = undefined;
    ended?.(failure);
  };
  try {
    if (!Object.isExtensible(iterator)) return;
    for (const name of ['next', 'return', 'throw'] as const) {
      const pull: unknown = Reflect.get(iterator, name);
      if (typeof pull !== 'function') continue;
      putOwnMethod(iterator, name, pull as AnyFunction, (self, args) => {
        end(name === 'throw' ? { error: args[0] } : undefined);
        const pulled = callWithRoom(FRAMES, pull as AnyFunction, self, args);
        if (name !== 'next' || !isPlainPromise(pulled)) return pulled;
        return pulled.then((result) => {
          const { done, value } = Object(result) as { readonly done?: unknown; readonly value?: unknown };
          if (done !== true) {
            // Asked for several at once: the one before is handled as far as anybody can tell.
            end();
            handled = onItem(value);
          }
          return result;
        });
      });
    }
  } catch {
    // As above.
  }
}
