// SPDX-License-Identifier: Apache-2.0
// What makes one function be taken for another: same name, length, own keys, prototype and construction. Imports nothing, so
// that it loads where the API is not installed.
import type { AnyFunction } from './functions.js';

/**
 * A function that does what `method` does and looks like `original`; still extensible.
 *
 * @param method a concise method of nobody else's, which may itself become the likeness
 */
export function likenessOf(original: AnyFunction, method: AnyFunction): AnyFunction {
  if (hasState(original) || isBound(original)) return proxyTwin(original, method);
  return resemble(isConstructible(original) ? constructibleTwin(original, method) : method, original);
}

/** A frozen function has a frozen twin. */
export function closedLike(original: AnyFunction, twin: AnyFunction): AnyFunction {
  if (!Object.isExtensible(original)) Reflect.preventExtensions(twin);
  return twin;
}

/** Has properties that no plain function has: a test double with its counts, another vendor's wrapper with its marks. */
function hasState(original: AnyFunction): boolean {
  return Object.isExtensible(original) && Reflect.ownKeys(original).some((key) => !ordinaryKeys.has(key));
}

const ordinaryKeys = new Set<PropertyKey>(['length', 'name', 'prototype', 'arguments', 'caller']);

/** It may be constructed and has no `prototype`, which no function that is written down can imitate. */
function isBound(original: AnyFunction): boolean {
  return !Object.hasOwn(original, 'prototype') && String(original.name).startsWith('bound ');
}

/** Shows the very properties of the original: copies would stand still while it counts. Slower, so for these only. */
function proxyTwin(original: AnyFunction, method: AnyFunction): AnyFunction {
  const twin: AnyFunction = new Proxy(original, {
    apply: (_original, self, args) => Reflect.apply(method, self, args),
    construct: (_original, args, target) => Reflect.construct(original, args, target === twin ? original : target),
  });
  return twin;
}

/** A plain function may be called with `new`; then there is nothing to trace. */
function constructibleTwin(original: AnyFunction, method: AnyFunction): AnyFunction {
  return function woven(this: unknown): unknown {
    // biome-ignore-start lint/complexity/noArguments: as above
    if (new.target === undefined) return Reflect.apply(method, this, arguments);
    return Reflect.construct(original, arguments, new.target === (woven as unknown) ? original : new.target);
    // biome-ignore-end lint/complexity/noArguments: as above
  };
}

/** Asking costs an exception where the answer is no, so functions that are plainly methods or arrows are not asked. */
function isConstructible(original: AnyFunction): boolean {
  try {
    if (!Object.hasOwn(original, 'prototype')) return false;
    Reflect.construct(Object, [], original);
    return true;
  } catch {
    return false;
  }
}

/** Everything that can be seen of the original, and nothing more: a `name` that was deleted is not there either. */
function resemble(twin: AnyFunction, original: AnyFunction): AnyFunction {
  Object.setPrototypeOf(twin, Object.getPrototypeOf(original));
  const keys = Reflect.ownKeys(original);
  for (const key of Reflect.ownKeys(twin)) if (!keys.includes(key)) Reflect.deleteProperty(twin, key);
  for (const key of keys) {
    const descriptor = Object.getOwnPropertyDescriptor(original, key);
    if (descriptor !== undefined) Reflect.defineProperty(twin, key, descriptor);
  }
  return twin;
}
