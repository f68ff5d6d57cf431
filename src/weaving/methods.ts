// SPDX-License-Identifier: Apache-2.0
// Weaves the methods of an object, and what their rows weave through their calls. The recursion is here and nowhere else: a
// method may return an object whose methods are woven, or be given a handler whose row does the same.
import type { AnyFunction } from './functions.js';
import { handlersWoven } from './handlers.js';
import type { JoinPoint, JoinPoints } from './join-point.js';
import { objectsWoven } from './reached-objects.js';
import { resultWoven, returnedWoven } from './results.js';
import { type MakeTwin, type SlotState, type Undo, weaveSlot } from './slots.js';
import { itemsWoven } from './stream-items.js';
import { streamsWoven } from './streams.js';
import { openTwinOf, openTwinOfField, twinOf } from './twin.js';

export interface WovenMethods {
  readonly states: Readonly<Record<string, SlotState>>;
  readonly undo: Undo;
}

/** Weaves the named methods on this very object. */
export function weaveMethods(joinPoints: JoinPoints, object: object): WovenMethods {
  return weaveEach(joinPoints, object, (original, at) => openTwinOf(original, at, reaching(original, at)));
}

/** Weaves the named methods that a constructor has put on this object. */
export function weaveFields(joinPoints: JoinPoints, object: object): WovenMethods {
  return weaveEach(joinPoints, object, (original, at) => openTwinOfField(original, at, reaching(original, at), object));
}

function weaveEach(joinPoints: JoinPoints, object: object, makeTwin: MakeTwin): WovenMethods {
  const states: Record<string, SlotState> = {};
  const undos: Undo[] = [];
  for (const [name, joinPoint] of joinPoints) {
    const { state, undo } = weaveSlot(joinPoint, object, name, makeTwin);
    states[name] = state;
    if (undo !== undefined) undos.push(undo);
  }
  return { states, undo: () => undos.forEach((undo) => void undo()) };
}

/**
 * The twin of a function that is no method: a handler, an exported function.
 *
 * @param called what the twin calls; the original where nothing is said
 */
export function wovenFunction(original: AnyFunction, joinPoint: JoinPoint, called = original): AnyFunction {
  return twinOf(original, joinPoint, reaching(called, joinPoint));
}

/** Replaces the handlers among arguments, for a call that is none of a function: a construction. */
export function handingOn(joinPoint: JoinPoint): ((args: readonly unknown[]) => readonly unknown[]) | undefined {
  const { handlers } = joinPoint.row.reaches ?? {};
  if (handlers === undefined) return undefined;
  const handed = handlersWoven((...args) => args, joinPoint, handlers, wovenFunction);
  return (args) => handed(...args) as readonly unknown[];
}

/** `original` with what the row weaves through its call, whether or not the call itself is traced. */
function reaching(original: AnyFunction, joinPoint: JoinPoint): AnyFunction {
  const { handlers, items, objects, result, returned, streams } = joinPoint.row.reaches ?? {};
  const itemizing = items === undefined ? original : itemsWoven(original, joinPoint, items);
  const flowing = streams === undefined ? itemizing : streamsWoven(itemizing, joinPoint, streams);
  const handed = handlers === undefined ? flowing : handlersWoven(flowing, joinPoint, handlers, wovenFunction);
  const reached = objects === undefined ? handed : objectsWoven(handed, joinPoint, objects, weaveMethods);
  const giving = returned === undefined ? reached : returnedWoven(reached, joinPoint, returned, wovenFunction);
  return result === undefined ? giving : resultWoven(giving, joinPoint, result, weaveMethods);
}
