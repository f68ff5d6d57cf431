// SPDX-License-Identifier: Apache-2.0
// Factories: methods of the object that a call returns, or that its promise resolves to, are woven on that very object. Also
// while nobody listens: an SDK may start after it was made.
// A function that a call gives cannot be woven in place: its twin is given instead.
import type { Row, Rows } from './aspect.js';
import type { AnyFunction } from './functions.js';
import { onlyTwin, type TwinOf } from './handed-on.js';
import { createJoinPoint, type JoinPoint, type JoinPoints, joinPointsOf } from './join-point.js';
import { noteMaker } from './makers.js';
import { isPlainPromise } from './promises.js';
import { callWithRoom } from './stack-limit.js';

/** `original` with what it returns woven by `weaveObject`. */
export function resultWoven(
  original: AnyFunction,
  { runtime, label, family, row: { reaches } }: JoinPoint,
  rows: Rows,
  weaveObject: (joinPoints: JoinPoints, object: object) => void,
): AnyFunction {
  const joinPoints = joinPointsOf(runtime, { target: label, family }, rows);
  const isMaker = reaches?.makes === true;
  return giving(original, (made, self, args) => {
    if (typeof made !== 'object' || made === null) return made;
    if (isMaker) noteMaker(made, { self, args });
    weaveObject(joinPoints, made);
    return made;
  });
}

/** `original` with the function that it gives replaced by its twin. */
export function returnedWoven(
  original: AnyFunction,
  { runtime, label, family, operation }: JoinPoint,
  row: Row,
  twinOf: TwinOf,
): AnyFunction {
  const joinPoint = createJoinPoint(runtime, { target: label, family }, `${operation}()`, row);
  return giving(original, (made) =>
    typeof made === 'function' ? onlyTwin(made as AnyFunction, joinPoint, twinOf) : made,
  );
}

type Given = (made: unknown, self: unknown, args: readonly unknown[]) => unknown;

function giving(original: AnyFunction, given: Given): AnyFunction {
  return function (this: unknown, ...args) {
    const made = callWithRoom(1, original, this, args);
    return isPlainPromise(made) ? made.then((settled) => given(settled, this, args)) : given(made, this, args);
  };
}
