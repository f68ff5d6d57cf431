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
  const call = callOf(joinPoint, weaveObject);
  const method = methodTwin(original, joinPoint, call);
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
function methodTwin(original: AnyFunction, joinPoint: JoinPoint, call: typeof callTraced): AnyFunction {
  const { runtime } = joinPoint;
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

function callOf({ row }: JoinPoint, weaveObject: typeof weaveSlots): typeof callTraced {
  const call = row.iterates === true ? iterateTraced : callTraced;
  const withHandlers =
    row.handlers === undefined ? call : handlersWoven(call, row.handlers, (fn, at) => twinOf(fn, at, weaveObject));
  return row.returns === undefined ? withHandlers : returnedWoven(withHandlers, row.returns, weaveObject);
}

function isConstructible(original: AnyFunction): boolean {
  try {
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
