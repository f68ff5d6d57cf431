// SPDX-License-Identifier: Apache-2.0
// Exports with some of them replaced, beside the module's own, which cannot be changed: a namespace, getters of a bundler.
import { types } from 'node:util';

/**
 * @param replaced by name of the export
 * @returns an object with the keys of `exports`: what is replaced, and of all else what the module exports at the moment. What may be
 *   assigned to in `exports` may be so here, and is assigned there as well; of all else an assignment fails as it would there
 */
export function viewOf(exports: object, replaced: ReadonlyMap<string, unknown>): object {
  const view: object = Object.create(Object.getPrototypeOf(exports));
  const values = new Map<PropertyKey, unknown>(replaced);
  for (const key of Reflect.ownKeys(exports)) {
    const descriptor = descriptorOf(exports, key);
    const assign = (value: unknown) => {
      if (!Reflect.set(exports, key, value))
        throw new TypeError(`Cannot assign to read only property '${String(key)}'`);
      if (values.has(key)) values.set(key, value);
    };
    Object.defineProperty(view, key, {
      // A namespace refuses to describe what is in its temporal dead zone; all that it exports is enumerable.
      enumerable: descriptor?.enumerable ?? true,
      configurable: true,
      get: () => (values.has(key) ? values.get(key) : Reflect.get(exports, key)),
      // Without a setter an assignment is an error in strict code and nothing in sloppy code, as it is of the module itself.
      ...(isAssignable(exports, descriptor) ? { set: assign } : {}),
    });
  }
  return view;
}

function descriptorOf(exports: object, key: PropertyKey): PropertyDescriptor | undefined {
  try {
    return Object.getOwnPropertyDescriptor(exports, key);
  } catch {
    return undefined;
  }
}

/** A namespace says of its bindings that they are writable, and refuses all the same. */
function isAssignable(exports: object, descriptor: PropertyDescriptor | undefined): boolean {
  if (types.isModuleNamespaceObject(exports)) return false;
  return descriptor !== undefined && (descriptor.writable === true || descriptor.set !== undefined);
}
