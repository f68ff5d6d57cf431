// SPDX-License-Identifier: Apache-2.0
// Everything that can be seen of classes and objects without calling anything: own keys in their order, descriptors, functions as
// they look, prototypes.
import { EventEmitter } from 'node:events';
import { tagOf, type World } from './world.js';

/** Own keys that weaving adds: an inherited method is woven on the class that the table names, which gets one of its own. */
export type Added = (owner: object, key: PropertyKey) => boolean;

/** Writes down a class and its prototype, and those above it up to what JavaScript itself brings. */
export function noteClass(world: World, exported: object, added: Added): void {
  for (let owner = exported; owner !== null && !isBuiltIn(owner); owner = Object.getPrototypeOf(owner)) {
    noteObject(world, owner, added);
    const { prototype } = owner as { readonly prototype?: object };
    if (prototype === undefined) continue;
    noteObject(world, prototype, added);
    const named = (prototype as { readonly constructor: unknown }).constructor;
    world.log.push(`constructor ${world.label(named)} ${named === exported}`);
  }
}

export function noteObject(world: World, object: object, added: Added): void {
  const keys = Reflect.ownKeys(object).filter((key) => !added(object, key));
  const state = `${Object.isExtensible(object)} ${Object.isSealed(object)} ${Object.isFrozen(object)}`;
  const listed = Object.hasOwn(object, 'constructor') ? listedIn(object) : Object.keys(object);
  world.log.push(`${world.label(object)}: ${keys.map(String)} ${state} ${listed} < ${parentOf(world, object)}`);
  for (const key of keys) {
    const descriptor = Object.getOwnPropertyDescriptor(object, key);
    if (descriptor === undefined) continue;
    const { value, get, set, ...flags } = descriptor;
    world.log.push(`  ${String(key)} ${Object.values(flags)} ${[get, set, value].map((each) => looks(each, added))}`);
  }
}

/** What a loop goes through; in what order depends on which class has it. */
function listedIn(prototype: object): string[] {
  const listed: string[] = [];
  for (const key in prototype) listed.push(key);
  return listed.sort();
}

function parentOf(world: World, object: object): string {
  const parent: object | null = Object.getPrototypeOf(object);
  return parent === null || isBuiltIn(parent) ? tagOf(parent) : world.label(parent);
}

/** A function as it looks: all but its source text, which nothing can imitate. */
function looks(value: unknown, added: Added): string {
  if (typeof value !== 'function') return typeof value;
  const keys = Reflect.ownKeys(value).filter((key) => !added(value, key));
  const own = keys.map((key) => {
    const { value: of, ...flags } = Object.getOwnPropertyDescriptor(value, key) ?? {};
    const shown = typeof of === 'string' || typeof of === 'number' ? of : tagOf(of);
    return `${String(key)}=${shown} ${Object.values(flags)}`;
  });
  const kind = Object.getPrototypeOf(value)?.constructor?.name;
  return `${kind} ${own} ${Object.prototype.toString.call(value)} ${constructs(value)} ${Object.isFrozen(value)} ${Object.isExtensible(value)}`;
}

const asked = new WeakMap<object, boolean>();

/** Asked once of each, since a no is an exception. */
function constructs(fn: object): boolean {
  const known = asked.get(fn) ?? askWhether(fn);
  asked.set(fn, known);
  return known;
}

function askWhether(fn: object): boolean {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    Reflect.construct(Object, [], fn as () => void);
    return true;
  } catch {
    return false;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

const builtIn = new Set<object>([Function.prototype, Object.prototype, EventEmitter]);

/** Of Node.js and JavaScript: neither is woven, and neither is a class of the test. */
function isBuiltIn(owner: object): boolean {
  if (builtIn.has(owner)) return true;
  const text = typeof owner === 'function' ? Function.prototype.toString.call(owner) : '';
  return text.includes('[native code]') && Object.hasOwn(globalThis, (owner as { name: string }).name);
}
