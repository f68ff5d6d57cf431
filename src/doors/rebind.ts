// SPDX-License-Identifier: Apache-2.0
// Replacing what a module exports.
import { isModuleNamespaceObject } from 'node:util/types';

export type Rebind = (name: string, value: unknown) => boolean;

/** Assigns: to the accessors of a module that has handed itself over, or to exports that import-in-the-middle has opened. */
export function assigning(exports: object): Rebind {
  return (name, value) => {
    try {
      return Reflect.has(exports, name) && Reflect.set(exports, name, value);
    } catch {
      return false;
    }
  };
}

/**
 * Replaces in the `exports` of a loaded module what can be assigned to. Where the exports are fixed, a namespace or getters of a
 * compiler, `require` gives a view of them from then on, the same one each time.
 */
export function throughModule(module: NodeJS.Module): Rebind {
  const fixed = module.exports;
  let view: View | undefined;
  return (name, value) => {
    if (name === 'default' && typeof fixed === 'function' && !Object.hasOwn(fixed, name)) {
      module.exports = value;
      return true;
    }
    const descriptor = Object.getOwnPropertyDescriptor(fixed, name);
    if (descriptor === undefined) return false;
    const { writable = false, configurable = false, enumerable = false } = descriptor;
    if (configurable) return Reflect.defineProperty(fixed, name, { value, writable: true, configurable, enumerable });
    if (writable && !isModuleNamespaceObject(fixed)) return Reflect.set(fixed, name, value);
    // A view may not show another value than a frozen property has; and a function has an identity of its own.
    if ((!writable && descriptor.get === undefined) || typeof fixed !== 'object') return false;
    view ??= viewOf(fixed);
    view.replaced.set(name, value);
    module.exports = view.exports;
    return true;
  };
}

interface View {
  readonly exports: object;
  readonly replaced: Map<string | symbol, unknown>;
}

function viewOf(exports: object): View {
  const replaced: View['replaced'] = new Map();
  const view = new Proxy(exports, {
    get: (target, key) => (replaced.has(key) ? replaced.get(key) : Reflect.get(target, key)),
    getOwnPropertyDescriptor(target, key) {
      const descriptor = Reflect.getOwnPropertyDescriptor(target, key);
      if (descriptor?.writable && replaced.has(key)) descriptor.value = replaced.get(key);
      return descriptor;
    },
  });
  return { exports: view, replaced };
}
