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

/** In a path: each item of a list. */
const EACH = '*';

/** `original` with the objects at the end of each path woven: those of the result after the call, the others before it. */
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
  const [toArguments, toResult, toOwn] = [routesFrom('args'), routesFrom('result'), routesFrom('self')];
  const weave = (routes: readonly Route[], from: unknown): void => {
    for (const { keys, joinPoints } of routes) {
      for (const object of follow(from, keys)) if (isObject(object)) weaveObject(joinPoints, object);
    }
  };
  const given = (made: unknown): unknown => {
    weave(toResult, made);
    return made;
  };
  return function (this: unknown, ...args) {
    weave(toArguments, args);
    weave(toOwn, this);
    const made = callWithRoom(1, original, this, args);
    return toResult.length > 0 && isPlainPromise(made) ? made.then(given) : given(made);
  };
}

/** Nothing where the path leads nowhere; it may lead through accessors that throw. */
function follow(from: unknown, [key, ...further]: readonly string[]): readonly unknown[] {
  if (key === undefined) return [from];
  try {
    if (key === EACH) return Array.isArray(from) ? from.flatMap((item: unknown) => follow(item, further)) : [];
    return isObject(from) ? follow(Reflect.get(from, key), further) : [];
  } catch {
    return [];
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
