// SPDX-License-Identifier: Apache-2.0
// Exports with some of them replaced, beside the module's own, which cannot be changed: a namespace, getters of a bundler.

/**
 * @param replaced by name of the export
 * @returns an object with the keys of `exports`: what is replaced, and of all else what the module exports at the moment
 */
export function viewOf(exports: object, replaced: ReadonlyMap<string, unknown>): object {
  const view: object = Object.create(Object.getPrototypeOf(exports));
  for (const key of Reflect.ownKeys(exports)) {
    const shared = { enumerable: isEnumerable(exports, key), configurable: true };
    Object.defineProperty(
      view,
      key,
      typeof key === 'string' && replaced.has(key)
        ? { ...shared, value: replaced.get(key), writable: true }
        : { ...shared, get: () => Reflect.get(exports, key), set: (value) => void Reflect.set(exports, key, value) },
    );
  }
  return view;
}

/** A namespace refuses to describe what is in its temporal dead zone; all that it exports is enumerable. */
function isEnumerable(exports: object, key: PropertyKey): boolean {
  try {
    return Object.getOwnPropertyDescriptor(exports, key)?.enumerable ?? false;
  } catch {
    return true;
  }
}
