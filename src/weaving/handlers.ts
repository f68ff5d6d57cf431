// SPDX-License-Identifier: Apache-2.0
// Handlers passed as arguments, or in options that are: each is handed on as its woven twin.
import type { Handlers } from './aspect.js';
import type { AnyFunction } from './functions.js';
import { onlyTwin, type TwinOf } from './handed-on.js';
import { createJoinPoint, type JoinPoint } from './join-point.js';
import { callWithRoom } from './stack-limit.js';

/** In a path: each item of a list. */
const EACH = '*';

/** For a copy of options, those of the caller. */
const owners = new WeakMap<object, object>();

/** `original` with the handlers among its arguments replaced. The caller's own argument list, and options, are left alone. */
export function handlersWoven(
  original: AnyFunction,
  { runtime, label, family, operation }: JoinPoint,
  table: Handlers,
  twinOf: TwinOf,
): AnyFunction {
  const aspect = { target: label, family };
  const joinPoints = Object.entries(table).map(
    ([path, row]) => [path.split('.'), createJoinPoint(runtime, aspect, `${operation}#${path}`, row)] as const,
  );
  return function (this: unknown, ...args) {
    for (const [[index, ...keys], joinPoint] of joinPoints) {
      const at = Number(index);
      if (at >= args.length) continue;
      const given = args[at];
      if (keys.length > 0) args[at] = withTwin(given, keys, joinPoint);
      else if (typeof given === 'function') args[at] = onlyTwin(given as AnyFunction, joinPoint, twinOf);
    }
    return callWithRoom(1, original, this, args);
  };

  /** Options are copied along the path; what is no plain object, or not there as a value, is handed on as it is. */
  function withTwin(value: unknown, keys: readonly string[], joinPoint: JoinPoint): unknown {
    const [key, ...further] = keys;
    if (key === undefined) return typeof value === 'function' ? twinOfMember(value as AnyFunction, joinPoint) : value;
    try {
      if (key === EACH) return isList(value) ? withEachTwin(value, further, joinPoint) : value;
      return isPlain(value) ? withTwins(value, [key], further, joinPoint) : value;
    } catch {
      // A proxy with traps that throw, as with handlers.
      return value;
    }
  }

  function withEachTwin(list: readonly unknown[], further: readonly string[], joinPoint: JoinPoint): unknown {
    return withTwins(list, Array.from(list.keys(), String), further, joinPoint);
  }

  function withTwins(
    value: object,
    keys: readonly string[],
    further: readonly string[],
    joinPoint: JoinPoint,
  ): unknown {
    const properties = Object.getOwnPropertyDescriptors(value) as Record<string, PropertyDescriptor>;
    let isCopied = false;
    for (const key of keys) {
      const property = properties[key];
      if (property === undefined || !('value' in property)) continue;
      const twin = withTwin(property.value, further, joinPoint);
      if (twin === property.value) continue;
      properties[key] = { ...property, value: twin };
      isCopied = true;
    }
    if (!isCopied) return value;
    const copy = Object.defineProperties(
      Array.isArray(value) ? [] : Object.create(Object.getPrototypeOf(value)),
      properties,
    );
    owners.set(copy, owners.get(value) ?? value);
    return Object.isExtensible(value) ? copy : Object.preventExtensions(copy);
  }

  /** Called on a copy, a handler has the caller's own object as `this`: it may keep something there. */
  function twinOfMember(handler: AnyFunction, joinPoint: JoinPoint): AnyFunction {
    return onlyTwin(handler, joinPoint, twinOf, function (this: unknown, ...args) {
      return callWithRoom(1, handler, owners.get(this as object) ?? this, args);
    });
  }
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && Object.getPrototypeOf(value) === Array.prototype;
}
