// SPDX-License-Identifier: Apache-2.0
// Factories: methods of the object that a call returns, or that its promise resolves to, are woven on that very object. Also
// while nobody listens: an SDK may start after it was made.
import type { Rows } from './aspect.js';
import type { AnyFunction } from './functions.js';
import { type JoinPoint, type JoinPoints, joinPointsOf } from './join-point.js';
import { isPlainPromise } from './promises.js';
import { callWithRoom } from './stack-limit.js';

/** `original` with what it returns woven by `weaveObject`. */
export function resultWoven(
  original: AnyFunction,
  { runtime, label, family }: JoinPoint,
  rows: Rows,
  weaveObject: (joinPoints: JoinPoints, object: object) => void,
): AnyFunction {
  const joinPoints = joinPointsOf(runtime, { target: label, family }, rows);
  const weave = (made: unknown): unknown => {
    if (typeof made === 'object' && made !== null) weaveObject(joinPoints, made);
    return made;
  };
  return function (this: unknown, ...args) {
    const made = callWithRoom(1, original, this, args);
    return isPlainPromise(made) ? made.then(weave) : weave(made);
  };
}
