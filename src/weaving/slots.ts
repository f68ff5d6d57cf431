// SPDX-License-Identifier: Apache-2.0
// The only place that replaces a method. A slot is an object (usually a prototype) and a method name; it is woven once in
// the life of the process, whichever copy of this package and whichever door came first.
import shimmer from 'shimmer';
import type { AnyFunction } from './functions.js';
import type { JoinPoint } from './join-point.js';
import { closedLike, likenessOf } from './likeness.js';
import { ignoringErrors } from './telling.js';

/** `woven`: just now. `known`: before, by this or another copy. `refused`: not a plain, replaceable function. */
export type SlotState = 'woven' | 'known' | 'refused' | 'missing';
export type Undo = () => void;

export interface WovenSlot {
  readonly state: SlotState;
  readonly undo?: Undo;
}

type Registry = WeakMap<object, Map<PropertyKey, unknown>>;
export type MakeTwin = (original: AnyFunction, joinPoint: JoinPoint) => AnyFunction;

const markers = ['__original', '__unwrap', '__wrapped'] as const;
const REGISTRY = Symbol.for('opentelemetry-instrumentation-eventsource.woven');
/** Woven function → what it was woven for. */
const rowsOf = new WeakMap<object, JoinPoint['row']>();
const namesakes = new Map<string, Set<{ readonly owner: WeakRef<object>; readonly joinPoint: JoinPoint }>>();

function registry(): Registry {
  const shared = globalThis as { [REGISTRY]?: Registry };
  shared[REGISTRY] ??= new WeakMap();
  return shared[REGISTRY];
}

/**
 * Weaves one method on the object itself. A method that it inherits stays as it is, since its owner may belong to anybody
 * (`Map.prototype`, a base class of another package): the object gets a method of its own, which calls whatever is inherited at
 * the time of the call. Never throws: objects that a factory returns are of any kind.
 */
export function weaveSlot(joinPoint: JoinPoint, object: object, name: string, makeTwin: MakeTwin): WovenSlot {
  try {
    return tryWeaveSlot(joinPoint, object, name, makeTwin);
  } catch (fault) {
    ignoringErrors(() => joinPoint.runtime.diag.debug(`${joinPoint.label}: left alone, it cannot be replaced:`, fault));
    return { state: 'refused' };
  }
}

function tryWeaveSlot(joinPoint: JoinPoint, object: object, name: string, makeTwin: MakeTwin): WovenSlot {
  if (registry().get(object)?.has(name) === true) return { state: 'known' };
  const own = Object.getOwnPropertyDescriptor(object, name);
  const descriptor = own ?? inheritedDescriptor(object, name);
  if (descriptor === undefined) return { state: 'missing' };
  // An object below one that has it woven for the same purpose: a second time would be twice.
  if (own === undefined && rowsOf.get(descriptor.value) === joinPoint.row) return { state: 'known' };
  const replaceable = own === undefined ? Object.isExtensible(object) : own.writable && own.configurable;
  if (typeof descriptor.value !== 'function' || !replaceable) {
    ignoringErrors(() => joinPoint.runtime.diag.debug(`${joinPoint.label}: left alone, it is an accessor or frozen`));
    return { state: 'refused' };
  }
  // One row may reach the prototypes of several classes, and a `super` call is told by their different join points.
  const here = { ...joinPoint };
  const target = object as Record<string, AnyFunction>;
  if (own === undefined) {
    const value = callInherited(object, name, descriptor.value);
    Object.defineProperty(object, name, {
      ...descriptor,
      value,
      writable: true,
      configurable: true,
      // A loop over the keys of an object goes on to its prototypes, unless something above hides theirs; own keys are listed by more.
      enumerable: descriptor.enumerable === true && isPrototype(object),
    });
  }
  const restore = swap(target, name, joinPoint.row, (original) => makeTwin(original, here));
  note(object, name, here);
  return {
    state: 'woven',
    undo: () => {
      if (!restore()) return;
      registry().get(object)?.delete(name);
      if (own === undefined) Reflect.deleteProperty(object, name);
    },
  };
}

function inheritedDescriptor(object: object, name: string): PropertyDescriptor | undefined {
  for (
    let owner: object | null = Object.getPrototypeOf(object);
    owner !== null && owner !== Object.prototype;
    owner = Object.getPrototypeOf(owner)
  ) {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name);
    if (descriptor !== undefined) return descriptor;
  }
  return undefined;
}

/** A method that calls the inherited one of the moment, so that a later change of the base class, or a wrapper, still counts. */
function callInherited(object: object, name: string, now: AnyFunction): AnyFunction {
  const { inherited } = {
    inherited(this: unknown): unknown {
      const method: unknown = Reflect.get(Object.getPrototypeOf(object), name, this);
      // biome-ignore lint/complexity/noArguments: passes on exactly what was passed
      return Reflect.apply(method as AnyFunction, this, arguments);
    },
  };
  return closedLike(now, likenessOf(now, inherited));
}

/**
 * The swap is shimmer's. Its three markers go at once, whether it succeeds or throws: another vendor's wrapper would take them
 * for a permission to unwrap ours. Those of a wrapper that was there before stay: its owner asks for them when it unwraps.
 *
 * @returns puts the original back, if ours is still in place; says whether it did
 */
function swap(
  owner: Record<string, AnyFunction>,
  name: string,
  row: JoinPoint['row'],
  twin: (original: AnyFunction) => AnyFunction,
): () => boolean {
  const original = owner[name] as AnyFunction;
  const marks = markers.map((marker) => [marker, Object.getOwnPropertyDescriptor(original, marker)] as const);
  let made: AnyFunction | undefined;
  try {
    shimmer.wrap(owner, name, (wrapped: AnyFunction) => {
      made = twin(wrapped);
      return made;
    });
  } finally {
    if (made !== undefined) restoreMarks(made, marks);
  }
  const woven = made;
  if (woven !== undefined) {
    closedLike(original, woven);
    rowsOf.set(woven, row);
  }
  return () => {
    const current = Object.getOwnPropertyDescriptor(owner, name);
    if (current?.value !== woven) return false;
    // It may have been frozen meanwhile: then it stays woven, and whatever else is undone is undone.
    return Reflect.set(owner, name, original);
  };
}

function restoreMarks(woven: AnyFunction, marks: readonly (readonly [string, PropertyDescriptor | undefined])[]): void {
  for (const [marker, mark] of marks) {
    if (mark === undefined) Reflect.deleteProperty(woven, marker);
    else Reflect.defineProperty(woven, marker, mark);
  }
}

/** Notes the slot, and that a call of it may be a `super` call when a related class has the same operation woven. */
function note(owner: object, name: string, joinPoint: JoinPoint): void {
  const slots = registry().get(owner) ?? new Map<PropertyKey, unknown>();
  registry().set(owner, slots.set(name, joinPoint.label));
  // Prototypes only: a factory makes objects without end.
  if (!isPrototype(owner)) return;
  const others = namesakes.get(name) ?? new Set();
  namesakes.set(name, others);
  for (const other of others) {
    const otherOwner = other.owner.deref();
    if (otherOwner === undefined) others.delete(other);
    else if (isRelated(owner, otherOwner)) joinPoint.inherited = other.joinPoint.inherited = true;
  }
  others.add({ owner: new WeakRef(owner), joinPoint });
}

function isPrototype(object: object): boolean {
  return Object.hasOwn(object, 'constructor');
}

function isRelated(one: object, other: object): boolean {
  return Object.prototype.isPrototypeOf.call(one, other) || Object.prototype.isPrototypeOf.call(other, one);
}
