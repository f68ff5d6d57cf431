// SPDX-License-Identifier: Apache-2.0
// Finds what the tables name in a module's exports, weaves it, can undo it, can report it.
import type { Aspect } from './aspect.js';
import { type Constructor, constructionWoven } from './constructors.js';
import { createJoinPoint, joinPointsOf } from './join-point.js';
import type { Runtime } from './runtime.js';
import { type SlotState, type Undo, weaveSlots } from './slots.js';
import type { AnyFunction } from './traced-call.js';
import { twinOf } from './woven.js';

/** What one weaving did, by class and method. */
export interface WeaveReport {
  /** `Class.method` → what became of it. */
  readonly methods: Readonly<Record<string, SlotState>>;
  /** Exports that a table names and the module has, but whose shape is another one. */
  readonly strangers: readonly string[];
  /** Exports that a table names and the module has not; ordinary for a sub-path. */
  readonly absent: readonly string[];
}

export interface Woven {
  readonly report: WeaveReport;
  /** Puts every slot back that still holds our function. */
  readonly undo: Undo;
}

/**
 * Weaves the classes that `aspects` name among `exports`. A class is recognised by its shape: the name of the export and
 * every method of its aspects that is not optional. Anything else under the same name is left alone.
 */
export function weaveExports(runtime: Runtime, aspects: readonly Aspect[], exports: object): Woven {
  const methods: Record<string, SlotState> = {};
  const strangers = new Set<string>();
  const absent = new Set<string>();
  const undos: Undo[] = [];
  for (const aspect of aspects) {
    const exported = exportOf(exports, aspect.target);
    if (exported === undefined) absent.add(aspect.target);
    else if (!isTarget(exported, aspect.target, aspects)) strangers.add(aspect.target);
    else {
      const { states, undo } = weaveSlots(joinPointsOf(runtime, aspect, aspect.methods ?? {}), exported.prototype);
      for (const [name, state] of Object.entries(states)) methods[`${aspect.target}.${name}`] = state;
      undos.push(undo);
    }
  }
  return {
    report: { methods, strangers: [...strangers], absent: [...absent] },
    undo: () => undos.forEach((undo) => void undo()),
  };
}

/**
 * Replaces the exports that need it: functions, and classes whose construction is a join point. For exports that can be
 * assigned to (CommonJS, the export door); one that cannot is reported as refused.
 */
export function weaveBindings(
  runtime: Runtime,
  aspects: readonly Aspect[],
  exports: object,
): Record<string, SlotState> {
  const states: Record<string, SlotState> = {};
  for (const aspect of aspects) {
    const { target, call, construct, fields, subclasses } = aspect;
    const exported = exportOf(exports, target);
    if (exported === undefined) continue;
    if (call !== undefined) {
      const twin = () => twinOf(exported, createJoinPoint(runtime, aspect, 'call', call), weaveSlots);
      states[target] = assign(exports, target, exported, twin);
    } else if ((construct ?? fields ?? subclasses) !== undefined && isTarget(exported, target, aspects)) {
      const stand = () => constructionWoven(runtime, aspect, exported as unknown as Constructor);
      states[target] = assign(exports, target, exported, stand);
    }
  }
  return states;
}

/** One stand-in for one function, whichever modules export it; and none for a stand-in. */
function assign(exports: object, name: string, exported: object, make: () => object): SlotState {
  const known = standIns().get(exported);
  if (known === exported) return 'known';
  try {
    const stand = known ?? make();
    standIns().set(exported, stand).set(stand, stand);
    return Reflect.set(exports, name, stand) ? 'woven' : 'refused';
  } catch {
    return 'refused';
  }
}

const STAND_INS = Symbol.for('opentelemetry-instrumentation-eventsource.stand-ins');

/** Shared with other copies of this package, as the registry of slots is. */
function standIns(): WeakMap<object, object> {
  const shared = globalThis as { [STAND_INS]?: WeakMap<object, object> };
  shared[STAND_INS] ??= new WeakMap();
  return shared[STAND_INS];
}

/** An export may be an accessor that throws, or in its temporal dead zone. */
function exportOf(exports: object, name: string): (AnyFunction & { prototype: object }) | undefined {
  try {
    const exported: unknown = Reflect.get(exports, name);
    return typeof exported === 'function' ? (exported as AnyFunction & { prototype: object }) : undefined;
  } catch {
    return undefined;
  }
}

function isTarget(
  exported: { prototype: unknown },
  name: string,
  aspects: readonly Aspect[],
): exported is { prototype: object } {
  try {
    const { prototype } = exported;
    if (typeof prototype !== 'object' || prototype === null) return false;
    return aspects.every((aspect) => aspect.target !== name || hasShape(prototype, aspect));
  } catch {
    return false;
  }
}

function hasShape(prototype: object, { methods = {}, shape = [] }: Aspect): boolean {
  if (!shape.every((name) => name in prototype)) return false;
  return Object.entries(methods).every(([name, { optional }]) => optional === true || hasMethod(prototype, name));
}

function hasMethod(prototype: object, name: string): boolean {
  for (let owner: object | null = prototype; owner !== null; owner = Object.getPrototypeOf(owner)) {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name);
    if (descriptor !== undefined) return typeof descriptor.value === 'function';
  }
  return false;
}
