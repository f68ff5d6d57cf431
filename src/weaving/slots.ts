// SPDX-License-Identifier: Apache-2.0
// The only place that replaces a function. A slot is an object (usually a prototype) and a method name; it is woven once in
// the life of the process, whichever copy of this package and whichever door came first (craft P5, §10.4).
import shimmer from 'shimmer';
import type { Aspect, Row, Rows } from './aspect.js';
import { createJoinPoint, type JoinPoint } from './join-point.js';
import type { Runtime } from './runtime.js';
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
const joinPoints = new Map<string, Set<{ readonly owner: WeakRef<object>; readonly joinPoint: JoinPoint }>>();

function registry(): Registry {
  const shared = globalThis as { [REGISTRY]?: Registry };
  shared[REGISTRY] ??= new WeakMap();
  return shared[REGISTRY];
}

/**
 * Weaves the named methods on whichever object of the prototype chain owns them: an own copy of an inherited method would
 * hide a later weaving of the base class (craft P11).
 */
export function weaveSlots(runtime: Runtime, aspect: Aspect, object: object, rows: Rows): WovenSlots {
  const states: Record<string, SlotState> = {};
  const undos: Undo[] = [];
  for (const [name, row] of Object.entries(rows)) {
    const slot = weaveSlot(runtime, aspect, object, name, row);
    states[name] = slot.state;
    if (slot.undo !== undefined) undos.push(slot.undo);
  }
  return { states, undo: () => undos.forEach((undo) => void undo()) };
}

function weaveSlot(
  runtime: Runtime,
  aspect: Aspect,
  object: object,
  name: string,
  row: Row,
): { state: SlotState; undo?: Undo } {
  const found = findDescriptor(object, name);
  if (found === undefined) return { state: 'missing' };
  const { owner, descriptor } = found;
  if (registry().get(owner)?.has(name) === true) return { state: 'known' };
  if (typeof descriptor.value !== 'function' || !descriptor.writable || !descriptor.configurable) {
    runtime.log.debug(`${aspect.target}.${name}: left alone, it is an accessor or frozen`);
    return { state: 'refused' };
  }
  const joinPoint = createJoinPoint(runtime, aspect, name, row);
  const undo = swap(owner as Record<string, AnyFunction>, name, (original) => twinOf(original, joinPoint, weaveSlots));
  note(owner, name, joinPoint);
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
  const namesakes = joinPoints.get(name) ?? new Set();
  joinPoints.set(name, namesakes);
  for (const other of namesakes) {
    const otherOwner = other.owner.deref();
    if (otherOwner === undefined) namesakes.delete(other);
    else if (isRelated(owner, otherOwner)) joinPoint.inherited = other.joinPoint.inherited = true;
  }
  namesakes.add({ owner: new WeakRef(owner), joinPoint });
}

function isRelated(one: object, other: object): boolean {
  return Object.prototype.isPrototypeOf.call(one, other) || Object.prototype.isPrototypeOf.call(other, one);
}
