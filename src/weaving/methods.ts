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

/** Weaves the named methods that a constructor has put on this object; what it inherits is no field. */
export function weaveFields(joinPoints: JoinPoints, object: object): WovenMethods {
  const makeTwin: MakeTwin = (original, at) => openTwinOfField(original, at, reaching(original, at), object);
  return weaveEach(joinPoints, object, makeTwin, (name) => hasOwn(object, name));
}

/** A constructor may return anything: a proxy with traps that throw has nothing of its own. */
function hasOwn(object: object, name: string): boolean {
  try {
    return Object.hasOwn(object, name);
  } catch {
    return false;
  }
}

function weaveEach(
  joinPoints: JoinPoints,
  object: object,
  makeTwin: MakeTwin,
  isMeant: (name: string) => boolean = () => true,
): WovenMethods {
  const states: Record<string, SlotState> = {};
  const undos: Undo[] = [];
  for (const [name, joinPoint] of joinPoints) {
    if (!isMeant(name)) continue;
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
