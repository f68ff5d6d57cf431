// SPDX-License-Identifier: Apache-2.0
// Finds the classes that the tables name in a module's exports, weaves their methods, can undo it, can report it.
import type { Aspect, Row, Rows } from './aspect.js';
import { exportOf } from './exports.js';
import { joinPointsOf } from './join-point.js';
import { weaveMethods } from './methods.js';
import type { Runtime } from './runtime.js';
import type { SlotState, Undo } from './slots.js';
import { originalOf } from './stand-ins.js';

/** What one weaving did, by class and method. */
export interface WeaveReport {
  /** `Class.method` → what became of it. */
  readonly methods: Readonly<Record<string, SlotState>>;
  /** Exports that a table names and the module has, but whose shape is another one. */
  readonly otherShapes: readonly string[];
  /** Exports that a table names and the module has not; ordinary for a sub-path. */
  readonly absent: readonly string[];
}

export interface Woven {
  readonly report: WeaveReport;
  /** Puts every slot back that still holds our function. */
  readonly undo: Undo;
}

/**
 * Weaves the classes that `aspects`, those of one library, name among `exports`. A class is recognised by its shape: the name of
 * the export and every method of its aspects that is not optional. Anything else under the same name is left alone.
 */
export function weaveClasses(runtime: Runtime, aspects: readonly Aspect[], exports: object): Woven {
  const methods: Record<string, SlotState> = {};
  const otherShapes = new Set<string>();
  const absent = new Set<string>();
  const undos: Undo[] = [];
  for (const aspect of aspects) {
    const { target, call } = aspect;
    if (call !== undefined) continue;
    const exported = classOf(exports, aspect);
    if (exported === undefined) absent.add(target);
    else if (!hasShapeOf(exported, target, aspects)) otherShapes.add(target);
    else {
      named.add(exported.prototype as object);
      const [prototype, itself] = [exported.prototype as object, originalOf(exported)];
      // A stand-in has the statics of its class, and is another object.
      for (const [object, rows] of [...objectsToWeave(prototype, aspect), [itself, aspect.statics ?? {}] as const]) {
        const { states, undo } = weaveMethods(joinPointsOf(runtime, aspect, rows), object);
        for (const [name, state] of Object.entries(states)) methods[`${target}.${name}`] = state;
        undos.push(undo);
      }
    }
  }
  return {
    report: { methods, otherShapes: [...otherShapes], absent: [...absent] },
    undo: () => undos.forEach((undo) => void undo()),
  };
}

/** Which rows are woven on which object: all on the prototype, unless the table says that the classes above it are meant as well. */
function objectsToWeave(prototype: object, { methods = {}, atOwner = false }: Aspect): (readonly [object, Rows])[] {
  if (!atOwner) return [[prototype, methods]];
  return Object.entries(methods).map(([name, row]) => [ownerOf(prototype, name) ?? prototype, { [name]: row }]);
}

function ownerOf(object: object, name: string): object | undefined {
  for (let owner: object | null = object; owner !== null; owner = Object.getPrototypeOf(owner)) {
    if (Object.hasOwn(owner, name)) return owner;
  }
  return undefined;
}

function classOf(exports: object, aspect: Aspect): ReturnType<typeof exportOf> {
  const { target, baseOf } = aspect;
  if (baseOf === undefined) return exportOf(exports, target);
  const bases = basesOf(exportOf(exports, baseOf));
  // A minifier has taken its name: then it is the one that has the methods.
  return bases.find(({ name }) => name === target) ?? bases.find((base) => ownsMethods(base, aspect));
}

/** Of a class, from the nearest on. */
function basesOf(derived: ReturnType<typeof exportOf>): NonNullable<ReturnType<typeof exportOf>>[] {
  const base: unknown = derived === undefined ? undefined : Object.getPrototypeOf(derived);
  if (typeof base !== 'function' || base === Function.prototype) return [];
  const found = base as NonNullable<typeof derived>;
  return [found, ...basesOf(found)];
}

function ownsMethods({ prototype }: { readonly prototype?: unknown }, { methods = {} }: Aspect): boolean {
  const needed = Object.keys(methods).filter((name) => tellsShape(methods[name] as Row));
  if (typeof prototype !== 'object' || prototype === null || needed.length === 0) return false;
  return needed.every((name) => Object.hasOwn(prototype, name));
}

/** Whether a module has what an aspect of a library is for. */
export function hasTarget(exports: object, aspect: Aspect, aspects: readonly Aspect[]): boolean {
  const { target, call } = aspect;
  if (call !== undefined) return exportOf(exports, target) !== undefined;
  const exported = classOf(exports, aspect);
  return exported !== undefined && hasShapeOf(exported, target, aspects);
}

const named = new WeakSet<object>();

/** Whether it is the prototype of a class that the tables of a library name. */
export function isNamed(prototype: object): boolean {
  return named.has(prototype);
}

/** Whether an export is the class that all aspects of this name mean. */
export function hasShapeOf(
  exported: { readonly prototype?: unknown },
  name: string,
  aspects: readonly Aspect[],
): boolean {
  try {
    const { prototype } = exported;
    if (typeof prototype !== 'object' || prototype === null) return false;
    return aspects.every(
      (aspect) =>
        aspect.target !== name || (hasMembers(prototype, aspect) && hasMethods(exported, aspect.statics ?? {})),
    );
  } catch {
    return false;
  }
}

/** What the class that `target` names lacks of what its aspects ask for, as far as that can be read of a stranger. */
export function missingIn(exports: object, target: string, aspects: readonly Aspect[]): string[] {
  try {
    return readMissing(exports, target, aspects);
  } catch {
    return [];
  }
}

function readMissing(exports: object, target: string, aspects: readonly Aspect[]): string[] {
  const own = aspects.filter((aspect) => aspect.target === target && aspect.call === undefined);
  const missing = own.flatMap((aspect) => {
    const { methods = {}, statics = {}, shape = [] } = aspect;
    const exported = classOf(exports, aspect);
    const prototype: unknown = exported?.prototype;
    if (exported === undefined || typeof prototype !== 'object' || prototype === null) return [];
    const lacked = (object: object, rows: Rows) =>
      Object.keys(rows).filter((name) => !hasMethods(object, { [name]: rows[name] as Row }));
    const members = [...shape.filter((name) => !(name in prototype)), ...lacked(prototype, methods)];
    return [...members, ...lacked(exported, statics).map((name) => `static ${name}`)];
  });
  return [...new Set(missing)];
}

function hasMembers(prototype: object, { methods = {}, shape = [] }: Aspect): boolean {
  if (!shape.every((name) => name in prototype)) return false;
  return hasMethods(prototype, methods);
}

function hasMethods(object: object, rows: Rows): boolean {
  return Object.entries(rows).every(([name, row]) => !tellsShape(row) || hasMethod(object, name));
}

/** A method that is only logged may be missing: what else is woven must not depend on it. */
function tellsShape({ optional, logs, span, context, hands, metrics, life, reaches }: Row): boolean {
  const isOnlyLogged = logs !== undefined && (span ?? context ?? hands ?? metrics ?? life ?? reaches) === undefined;
  return optional !== true && !isOnlyLogged;
}

function hasMethod(prototype: object, name: string): boolean {
  const owner = ownerOf(prototype, name);
  return owner !== undefined && typeof Object.getOwnPropertyDescriptor(owner, name)?.value === 'function';
}
