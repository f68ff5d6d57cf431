// SPDX-License-Identifier: Apache-2.0
// The only place that replaces a function. A slot is an object (usually a prototype) and a method name; it is woven once in
// the life of the process, whichever copy of this package and whichever door came first (craft P5, §10.4).
import shimmer from 'shimmer';
import { type JoinPoint, type JoinPoints, quietly } from './join-point.js';
import type { AnyFunction } from './traced-call.js';
import { twinOf } from './woven.js';

/** `woven`: just now. `known`: before, by this or another copy. `refused`: not a plain, replaceable function. */
export type SlotState = 'woven' | 'known' | 'refused' | 'missing';
export type Undo = () => void;

export interface WovenSlots {
  readonly states: Readonly<Record<string, SlotState>>;
  readonly undo: Undo;
}

type Registry = WeakMap<object, Map<string, unknown>>;

const markers = ['__original', '__unwrap', '__wrapped'] as const;
const REGISTRY = Symbol.for('opentelemetry-instrumentation-eventsource.woven');
const namesakes = new Map<string, Set<{ readonly owner: WeakRef<object>; readonly joinPoint: JoinPoint }>>();

function registry(): Registry {
  const shared = globalThis as { [REGISTRY]?: Registry };
  shared[REGISTRY] ??= new WeakMap();
  return shared[REGISTRY];
}

/**
 * Weaves the named methods on whichever object of the prototype chain owns them: an own copy of an inherited method would
 * hide a later weaving of the base class (craft P11).
 */
export function weaveSlots(joinPoints: JoinPoints, object: object): WovenSlots {
  const states: Record<string, SlotState> = {};
  const undos: Undo[] = [];
  for (const [name, joinPoint] of joinPoints) {
    const slot = tryWeaveSlot(joinPoint, object, name);
    states[name] = slot.state;
    if (slot.undo !== undefined) undos.push(slot.undo);
  }
  return { states, undo: () => undos.forEach((undo) => void undo()) };
}

interface WovenSlot {
  readonly state: SlotState;
  readonly undo?: Undo;
}

/** Objects that a factory returns are of any kind: proxies with traps that throw, objects without a prototype. */
function tryWeaveSlot(joinPoint: JoinPoint, object: object, name: string): WovenSlot {
  try {
    return weaveSlot(joinPoint, object, name);
  } catch (fault) {
    quietly(() => joinPoint.runtime.log.debug(`${joinPoint.label}: left alone, it cannot be replaced:`, fault));
    return { state: 'refused' };
  }
}

function weaveSlot(joinPoint: JoinPoint, object: object, name: string): WovenSlot {
  const found = findDescriptor(object, name);
  if (found === undefined) return { state: 'missing' };
  const { owner, descriptor } = found;
  if (registry().get(owner)?.has(name) === true) return { state: 'known' };
  if (typeof descriptor.value !== 'function' || !descriptor.writable || !descriptor.configurable) {
    quietly(() => joinPoint.runtime.log.debug(`${joinPoint.label}: left alone, it is an accessor or frozen`));
    return { state: 'refused' };
  }
  // One row may reach the prototypes of several classes, and a `super` call is told by their different join points.
  const own = owner === object ? joinPoint : { ...joinPoint };
  const undo = swap(owner as Record<string, AnyFunction>, name, (original) => twinOf(original, own, weaveSlots));
  note(owner, name, own);
  return { state: 'woven', undo };
}

/**
 * The swap is shimmer's. Its three markers go at once: another vendor's wrapper would take them as leave to unwrap us. Those
 * of a wrapper that was there before stay: its owner asks for them when it unwraps.
 */
function swap(owner: Record<string, AnyFunction>, name: string, twin: (original: AnyFunction) => AnyFunction): Undo {
  const original = owner[name] as AnyFunction;
  const marks = markers.map((marker) => [marker, Object.getOwnPropertyDescriptor(original, marker)] as const);
  shimmer.wrap(owner, name, twin);
  const woven = owner[name] as AnyFunction;
  for (const [marker, mark] of marks) {
    if (mark === undefined) Reflect.deleteProperty(woven, marker);
    else Reflect.defineProperty(woven, marker, mark);
  }
  return () => {
    if (Object.getOwnPropertyDescriptor(owner, name)?.value !== woven) return;
    owner[name] = original;
    registry().get(owner)?.delete(name);
  };
}

function findDescriptor(object: object, name: string): { owner: object; descriptor: PropertyDescriptor } | undefined {
  for (
    let owner: object | null = object;
    owner !== null && owner !== Object.prototype;
    owner = Object.getPrototypeOf(owner)
  ) {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name);
    if (descriptor !== undefined) return { owner, descriptor };
  }
  return undefined;
}

/** Notes the slot, and that a call of it may be a `super` call when a related class has the same operation woven. */
function note(owner: object, name: string, joinPoint: JoinPoint): void {
  const slots = registry().get(owner) ?? new Map<string, unknown>();
  registry().set(owner, slots.set(name, joinPoint.label));
  const others = namesakes.get(name) ?? new Set();
  namesakes.set(name, others);
  for (const other of others) {
    const otherOwner = other.owner.deref();
    if (otherOwner === undefined) others.delete(other);
    else if (isRelated(owner, otherOwner)) joinPoint.inherited = other.joinPoint.inherited = true;
  }
  // Prototypes only: a factory makes objects without end.
  if (Object.hasOwn(owner, 'constructor')) others.add({ owner: new WeakRef(owner), joinPoint });
}

function isRelated(one: object, other: object): boolean {
  return Object.prototype.isPrototypeOf.call(one, other) || Object.prototype.isPrototypeOf.call(other, one);
}
