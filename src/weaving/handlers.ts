// SPDX-License-Identifier: Apache-2.0
// Handlers passed as arguments: each is handed on as its woven twin, always the same one for the same row, so that a library
// which finds a handler by identity (unsubscribe) finds it again. Also while nobody listens: an SDK may start in between.
import type { Row } from './aspect.js';
import type { AnyFunction } from './functions.js';
import { createJoinPoint, type JoinPoint } from './join-point.js';
import { callWithRoom } from './stack-limit.js';

const twins = new WeakMap<Row, WeakMap<AnyFunction, AnyFunction>>();

/** `original` with the handlers among its arguments replaced. The caller's own argument list is left alone. */
export function handlersWoven(
  original: AnyFunction,
  { runtime, label, family, operation }: JoinPoint,
  table: Readonly<Record<number, Row>>,
  twinOf: (handler: AnyFunction, joinPoint: JoinPoint) => AnyFunction,
): AnyFunction {
  const aspect = { target: label, family };
  const joinPoints = Object.entries(table).map(
    ([index, row]) => [Number(index), createJoinPoint(runtime, aspect, `${operation}#${index}`, row)] as const,
  );
  return function (this: unknown, ...args) {
    for (const [index, joinPoint] of joinPoints) {
      const handler = args[index];
      if (typeof handler === 'function') args[index] = onlyTwin(handler as AnyFunction, joinPoint);
    }
    return callWithRoom(1, original, this, args);
  };

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
