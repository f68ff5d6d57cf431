// SPDX-License-Identifier: Apache-2.0
// Handlers passed as arguments: each is handed on as its woven twin, always the same one, so that a library which finds a
// handler by identity (unsubscribe) finds it again.
import type { Row } from './aspect.js';
import { createJoinPoint, type JoinPoint } from './join-point.js';
import type { AnyFunction, callTraced } from './traced-call.js';

/** A call that replaces the handlers among its arguments. The caller's own argument list is left alone. */
export function handlersWoven(
  call: typeof callTraced,
  table: Readonly<Record<number, Row>>,
  twinOf: (handler: AnyFunction, joinPoint: JoinPoint) => AnyFunction,
): typeof callTraced {
  const twins = new WeakMap<object, AnyFunction>();
  return (joinPoint, tracer, original, self, args) => {
    const replaced = Array.from(args);
    for (const [index, row] of Object.entries(table)) {
      const handler = replaced[Number(index)];
      if (typeof handler === 'function') replaced[Number(index)] = twin(joinPoint, handler as AnyFunction, index, row);
    }
    return call(joinPoint, tracer, original, self, replaced);
  };

  function twin(joinPoint: JoinPoint, handler: AnyFunction, index: string, row: Row): AnyFunction {
    const known = twins.get(handler);
    if (known !== undefined) return known;
    const { runtime, operation, label, family } = joinPoint;
    const aspect = { target: label, family };
    const made = twinOf(handler, createJoinPoint(runtime, aspect, `${operation}#${index}`, row));
    twins.set(handler, made);
    return made;
  }
}
