// SPDX-License-Identifier: Apache-2.0
// The function that stands in for an original: same name, length, own keys, prototype and construction.
import type { AnyFunction } from './functions.js';
import { wishesFor } from './gates.js';
import type { JoinPoint } from './join-point.js';
import { makeRoom, takeRoom } from './stack-limit.js';
import { callTraced } from './traced-call.js';
import { iterateTraced } from './traced-iterator.js';

/**
 * The woven twin of a function.
 *
 * @param called what the twin calls: the original, or the original with what the row weaves through it
 */
export function twinOf(original: AnyFunction, joinPoint: JoinPoint, called: AnyFunction = original): AnyFunction {
  return closedLike(original, openTwinOf(original, joinPoint, called));
}

/** The twin, still extensible: whoever puts it in place may mark it for a moment. */
export function openTwinOf(original: AnyFunction, joinPoint: JoinPoint, called: AnyFunction = original): AnyFunction {
  const method = joinPoint.row.gives === 'iterator' ? iteratingTwin(called, joinPoint) : methodTwin(called, joinPoint);
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

/** A concise method, as class methods are: not constructible and without `prototype`. */
function methodTwin(original: AnyFunction, joinPoint: JoinPoint): AnyFunction {
  return {
    woven(this: unknown): unknown {
      const wishes = wishesFor(joinPoint);
      // biome-ignore-start lint/complexity/noArguments: passes on exactly what was passed, and without an SDK allocates nothing
      if (wishes !== 0) return callTraced(joinPoint, wishes, original, this, arguments);
      const limit = makeRoom(1);
      try {
        return Reflect.apply(original, this, arguments);
      } finally {
        takeRoom(limit, 1);
      }
      // biome-ignore-end lint/complexity/noArguments: as above
    },
  }.woven;
}

function iteratingTwin(original: AnyFunction, joinPoint: JoinPoint): AnyFunction {
  return {
    woven(this: unknown): unknown {
      // biome-ignore-start lint/complexity/noArguments: as above
      if (wishesFor(joinPoint) === 0) return Reflect.apply(original, this, arguments);
      return iterateTraced(joinPoint, original, this, arguments);
      // biome-ignore-end lint/complexity/noArguments: as above
    },
  }.woven;
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
