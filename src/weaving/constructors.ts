// SPDX-License-Identifier: Apache-2.0
// Classes as join points: their construction, methods that a constructor puts on the object itself, and subclasses that
// the application derives, woven when one is first constructed. A stand-in takes the place of the exported class, so this is
// nothing for a class whose identity is its key (dependency injection finds its metadata by it).
import type { Aspect, Rows } from './aspect.js';
import { isNamed } from './classes.js';
import type { AnyFunction, Constructor } from './functions.js';
import { wishesFor } from './gates.js';
import { createJoinPoint, type JoinPoint, joinPointsOf } from './join-point.js';
import { handingOn, weaveFields, weaveMethods } from './methods.js';
import type { Runtime } from './runtime.js';
import { makeRoom, takeRoom } from './stack-limit.js';
import { ignoringErrors } from './telling.js';
import { callTraced } from './traced-call.js';

/**
 * A stand-in for an exported class. A proxy with one trap: statics, `instanceof`, `name`, `prototype` and `extends` are those
 * of the class, and instances are real ones, private fields included.
 */
export function constructionWoven<C extends Constructor>(runtime: Runtime, aspect: Aspect, original: C): C {
  const { construct = {}, fields = {}, subclasses } = aspect;
  const joinPoint = createJoinPoint(runtime, aspect, 'constructor', construct);
  const handOn = handingOn(joinPoint);
  const fieldJoinPoints = joinPointsOf(runtime, aspect, fields);
  const weaveSubclass = subclasses === undefined ? undefined : subclassWeaver(runtime, aspect, subclasses, original);

  const stand: C = new Proxy(original, {
    construct(target, args, newTarget: AnyFunction) {
      const derived = newTarget === (stand as unknown) ? (target as unknown as AnyFunction) : newTarget;
      weaveSubclass?.(derived);
      const made = constructed(joinPoint, target, handOn?.(args) ?? args, derived);
      weaveFields(fieldJoinPoints, made);
      return made;
    },
  });
  return stand;
}

/** The trap and `constructed`, or that and the function that stands for the constructor where `callTraced` expects a twin. */
const OWN_FRAMES = 2;

function constructed(
  joinPoint: JoinPoint,
  target: Constructor,
  args: ArrayLike<unknown>,
  derived: AnyFunction,
): object {
  const limit = makeRoom(OWN_FRAMES);
  try {
    const wishes = wishesFor(joinPoint);
    if (wishes === 0) return Reflect.construct(target, args, derived);
    const construct = (...given: unknown[]) => Reflect.construct(target, given, derived);
    return callTraced(joinPoint, wishes, construct, undefined, args) as object;
  } finally {
    takeRoom(limit, OWN_FRAMES);
  }
}

/**
 * Weaves what the classes of the application between the exported one and the one that is constructed override; each once. A
 * class that the tables name has rows of its own, or none by decision: what it defines is left alone there and below it, where
 * an override that calls `super` reaches it.
 */
function subclassWeaver(runtime: Runtime, aspect: Aspect, rows: Rows, { prototype: base }: { prototype: object }) {
  const seen = new WeakSet<object>([base]);
  return (derived: AnyFunction): void => {
    try {
      const last: unknown = derived.prototype;
      if (typeof last !== 'object' || last === null || seen.has(last)) return;
      const covered = new Set<string>();
      for (const owner of prototypesBetween(base, last)) {
        const overridden = Object.keys(rows).filter((name) => Object.hasOwn(owner, name));
        if (isNamed(owner)) for (const name of overridden) covered.add(name);
        else if (!seen.has(owner))
          weaveOn(
            owner,
            overridden.filter((name) => !covered.has(name)),
          );
        seen.add(owner);
      }
    } catch (fault) {
      ignoringErrors(() => runtime.diag.debug(`a subclass of ${aspect.target} is left alone:`, fault));
    }
  };

  function weaveOn(owner: object, names: readonly string[]): void {
    const own = Object.fromEntries(names.flatMap((name) => (rows[name] === undefined ? [] : [[name, rows[name]]])));
    weaveMethods(joinPointsOf(runtime, aspect, own), owner);
  }
}

/** From the one below `base` down to `last`; none where `last` does not inherit from `base`. */
function prototypesBetween(base: object, last: object): object[] {
  const chain: object[] = [];
  for (let owner: object | null = last; owner !== base; owner = Object.getPrototypeOf(owner)) {
    if (owner === null) return [];
    chain.unshift(owner);
  }
  return chain;
}
