// SPDX-License-Identifier: Apache-2.0
// Handlers passed as arguments, or in options that are: each is handed on as its woven twin, always the same one for the same row,
// so that a library which finds a handler by identity (unsubscribe) finds it again. Also while nobody listens: an SDK may start in between.
import type { Handlers, Row } from './aspect.js';
import type { AnyFunction } from './functions.js';
import { createJoinPoint, type JoinPoint } from './join-point.js';
import { callWithRoom } from './stack-limit.js';

const twins = new WeakMap<Row, WeakMap<AnyFunction, AnyFunction>>();

/** `original` with the handlers among its arguments replaced. The caller's own argument list, and options, are left alone. */
export function handlersWoven(
  original: AnyFunction,
  { runtime, label, family, operation }: JoinPoint,
  table: Handlers,
  twinOf: (handler: AnyFunction, joinPoint: JoinPoint) => AnyFunction,
): AnyFunction {
  const aspect = { target: label, family };
  const joinPoints = Object.entries(table).map(
    ([path, row]) => [path.split('.'), createJoinPoint(runtime, aspect, `${operation}#${path}`, row)] as const,
  );
  return function (this: unknown, ...args) {
    for (const [[index, ...keys], joinPoint] of joinPoints) {
      const at = Number(index);
      if (at < args.length) args[at] = withTwin(args[at], keys, joinPoint);
    }
    return callWithRoom(1, original, this, args);
  };

  /** Options are copied along the path; what is no plain object, or not there as a value, is handed on as it is. */
  function withTwin(value: unknown, [key, ...further]: readonly string[], joinPoint: JoinPoint): unknown {
    if (key === undefined) return typeof value === 'function' ? onlyTwin(value as AnyFunction, joinPoint) : value;
    try {
      if (!isPlain(value)) return value;
      const properties = Object.getOwnPropertyDescriptors(value);
      const property = properties[key];
      if (property === undefined || !('value' in property)) return value;
      const twin = withTwin(property.value, further, joinPoint);
      if (twin === property.value) return value;
      const copy = Object.create(Object.getPrototypeOf(value), { ...properties, [key]: { ...property, value: twin } });
      return Object.isExtensible(value) ? copy : Object.preventExtensions(copy);
    } catch {
      // A proxy with traps that throw, as below.
      return value;
    }
  }

  function onlyTwin(handler: AnyFunction, joinPoint: JoinPoint): AnyFunction {
    const known = twins.get(joinPoint.row) ?? new WeakMap<AnyFunction, AnyFunction>();
    twins.set(joinPoint.row, known);
    const twin = known.get(handler) ?? twinOrItself(handler, joinPoint);
    known.set(handler, twin).set(twin, twin);
    return twin;
  }

  /** A handler may be a proxy with traps that throw. */
  function twinOrItself(handler: AnyFunction, joinPoint: JoinPoint): AnyFunction {
    try {
      return twinOf(handler, joinPoint);
    } catch {
      return handler;
    }
  }
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
