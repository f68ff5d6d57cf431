// SPDX-License-Identifier: Apache-2.0
// The function that stands in for an original: same name, length, own keys, prototype and construction (craft P9).
import { handlersWoven } from './handlers.js';
import type { JoinPoint } from './join-point.js';
import { returnedWoven } from './returned.js';
import type { weaveSlots } from './slots.js';
import { type AnyFunction, callTraced, isIdle } from './traced-call.js';
import { iterateTraced } from './traced-iterator.js';

/** The woven twin of a function. `weaveObject` is for what factories return; handed in, since it weaves with this. */
export function twinOf(original: AnyFunction, joinPoint: JoinPoint, weaveObject: typeof weaveSlots): AnyFunction {
  const method = methodTwin(wovenThrough(original, joinPoint, weaveObject), joinPoint);
  if (hasState(original)) return statefulTwin(original, method);
  return resemble(isConstructible(original) ? constructibleTwin(original, method) : method, original);
}

/** Has properties that no plain function has: a test double with its counts, another vendor's wrapper with its marks. */
function hasState(original: AnyFunction): boolean {
  return Object.isExtensible(original) && Reflect.ownKeys(original).some((key) => !ordinaryKeys.has(key));
}

const ordinaryKeys = new Set<PropertyKey>(['length', 'name', 'prototype', 'arguments', 'caller']);

/** Shows the very properties of the original: copies would stand still while it counts. Slower, so for these only. */
function statefulTwin(original: AnyFunction, method: AnyFunction): AnyFunction {
  const twin: AnyFunction = new Proxy(original, {
    apply: (_original, self, args) => Reflect.apply(method, self, args),
    construct: (_original, args, target) => Reflect.construct(original, args, target === twin ? original : target),
  });
  return twin;
}

/** A concise method, as class methods are: not constructible and without `prototype`. */
function methodTwin(original: AnyFunction, joinPoint: JoinPoint): AnyFunction {
  const { runtime, row } = joinPoint;
  const call = row.iterates === true ? iterateTraced : callTraced;
  return {
    woven(this: unknown): unknown {
      const tracer = runtime.tracer();
      // biome-ignore-start lint/complexity/noArguments: passes on exactly what was passed, and without an SDK allocates nothing
      if (isIdle(joinPoint, tracer)) return Reflect.apply(original, this, arguments);
      return call(joinPoint, tracer, original, this, arguments);
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

/** What a row weaves through a call, in its arguments and its result, whether or not the call itself is traced. */
function wovenThrough(original: AnyFunction, joinPoint: JoinPoint, weaveObject: typeof weaveSlots): AnyFunction {
  const { handlers, returns } = joinPoint.row;
  const twin = (handler: AnyFunction, at: JoinPoint) => twinOf(handler, at, weaveObject);
  const handed = handlers === undefined ? original : handlersWoven(original, joinPoint, handlers, twin);
  return returns === undefined ? handed : returnedWoven(handed, joinPoint, returns, weaveObject);
}

/** Asking costs an exception where the answer is no, so functions that are plainly methods or arrows are not asked. */
function isConstructible(original: AnyFunction): boolean {
  try {
    if (!Object.hasOwn(original, 'prototype') && !original.name.startsWith('bound ')) return false;
    Reflect.construct(Object, [], original);
    return true;
  } catch {
    return false;
  }
}

function resemble(twin: AnyFunction, original: AnyFunction): AnyFunction {
  Object.setPrototypeOf(twin, Object.getPrototypeOf(original));
  for (const key of Reflect.ownKeys(original)) {
    const descriptor = Object.getOwnPropertyDescriptor(original, key);
    if (descriptor !== undefined) Reflect.defineProperty(twin, key, descriptor);
  }
  return twin;
}
