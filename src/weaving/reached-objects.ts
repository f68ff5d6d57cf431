// SPDX-License-Identifier: Apache-2.0
// Objects that a call is given or gives, found by path: their methods are woven on those very objects. Also while nobody
// listens: an SDK may start after they were handed over.
import type { Rows } from './aspect.js';
import type { AnyFunction } from './functions.js';
import { type JoinPoint, type JoinPoints, joinPointsOf } from './join-point.js';
import { isPlainPromise } from './promises.js';
import { callWithRoom } from './stack-limit.js';

interface Route {
  readonly keys: readonly string[];
  readonly joinPoints: JoinPoints;
}

/** `original` with the objects at the end of each path woven: those of arguments before the call, those of the result after it. */
export function objectsWoven(
  original: AnyFunction,
  { runtime, label, family }: JoinPoint,
  table: Readonly<Record<string, Rows>>,
  weaveObject: (joinPoints: JoinPoints, object: object) => void,
): AnyFunction {
  const routesFrom = (root: string): Route[] =>
    Object.entries(table).flatMap(([path, rows]) => {
      const [first, ...keys] = path.split('.');
      return first === root ? [{ keys, joinPoints: joinPointsOf(runtime, { target: label, family }, rows) }] : [];
    });
  const [toArguments, toResult] = [routesFrom('args'), routesFrom('result')];
  const weave = (routes: readonly Route[], from: unknown): void => {
    for (const { keys, joinPoints } of routes) {
      const object = follow(from, keys);
      if (isObject(object)) weaveObject(joinPoints, object);
    }
  };
  const given = (made: unknown): unknown => {
    weave(toResult, made);
    return made;
  };
  return function (this: unknown, ...args) {
    weave(toArguments, args);
    const made = callWithRoom(1, original, this, args);
    return toResult.length > 0 && isPlainPromise(made) ? made.then(given) : given(made);
  };
}

/** `undefined` where the path leads nowhere; it may lead through accessors that throw. */
function follow(from: unknown, keys: readonly string[]): unknown {
  try {
    return keys.reduce((at, key) => (isObject(at) ? Reflect.get(at, key) : undefined), from);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
