// SPDX-License-Identifier: Apache-2.0
// Functions that somebody hands on to somebody else who calls them: handlers, and functions that a call gives. Each goes on as its
// woven twin, always the same one for the same row, so that whoever finds a function by identity (unsubscribe) finds it again.
// Also while nobody listens: an SDK may start in between.
import type { Row } from './aspect.js';
import type { AnyFunction } from './functions.js';
import { type JoinPoint, joinPointOfHandler } from './join-point.js';

/** @param called what the twin calls; the original where nothing is said */
export type TwinOf = (original: AnyFunction, joinPoint: JoinPoint, called?: AnyFunction) => AnyFunction;

const twins = new WeakMap<Row, WeakMap<AnyFunction, AnyFunction>>();

/** The twin of `original` under this row; of a twin, itself. */
export function onlyTwin(
  original: AnyFunction,
  joinPoint: JoinPoint,
  twinOf: TwinOf,
  called: AnyFunction = original,
): AnyFunction {
  const known = twins.get(joinPoint.row) ?? new WeakMap<AnyFunction, AnyFunction>();
  twins.set(joinPoint.row, known);
  const twin = known.get(original) ?? twinOrItself();
  known.set(original, twin).set(twin, twin);
  return twin;

  /** A handler may be a proxy with traps that throw. */
  function twinOrItself(): AnyFunction {
    try {
      return twinOf(original, joinPointOfHandler(joinPoint, original), called);
    } catch {
      return original;
    }
  }
}
