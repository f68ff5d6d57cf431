// SPDX-License-Identifier: Apache-2.0
// Classes as join points: their construction, methods that a constructor puts on the object itself, and subclasses that
// the application derives, woven when one is first constructed. A stand-in takes the place of the exported class, so this is
// nothing for a class whose identity is its key (dependency injection finds its metadata by it).
import type { Aspect, Rows } from './aspect.js';
import type { AnyFunction, Constructor } from './functions.js';
import { wishesFor } from './gates.js';
import { createJoinPoint, joinPointsOf } from './join-point.js';
import { weaveMethods } from './methods.js';
import type { Runtime } from './runtime.js';
import { callTraced } from './traced-call.js';

/**
 * A stand-in for an exported class. A proxy with one trap: statics, `instanceof`, `name`, `prototype` and `extends` are those
 * of the class, and instances are real ones, private fields included.
 */
export function constructionWoven<C extends Constructor>(runtime: Runtime, aspect: Aspect, original: C): C {
  const { construct = {}, fields = {}, subclasses } = aspect;
  const joinPoint = createJoinPoint(runtime, aspect, 'constructor', construct);
  const fieldJoinPoints = joinPointsOf(runtime, aspect, fields);
  const weaveSubclass = subclasses === undefined ? undefined : subclassWeaver(runtime, aspect, subclasses, original);

  const stand: C = new Proxy(original, {
    construct(target, args, newTarget: AnyFunction) {
      const derived = newTarget === (stand as unknown) ? (target as unknown as AnyFunction) : newTarget;
      weaveSubclass?.(derived);
      const wishes = wishesFor(joinPoint);
      const made =
        wishes === 0
          ? Reflect.construct(target, args, derived)
          : (callTraced(
              joinPoint,
              wishes,
              (...given) => Reflect.construct(target, given, derived),
              undefined,
              args,
            ) as object);
      weaveMethods(fieldJoinPoints, made);
      return made;
    },
  });
  return stand;
}

/**
 * Weaves what the classes between the exported one and the one that is constructed override; each once. Those of the library
 * itself have rows of their own, and what is woven by them is known.
 */
function subclassWeaver(runtime: Runtime, aspect: Aspect, rows: Rows, { prototype: base }: { prototype: object }) {
  const seen = new WeakSet<object>([base]);
  return (derived: AnyFunction): void => {
    let prototype: unknown = derived.prototype;
    while (typeof prototype === 'object' && prototype !== null && !seen.has(prototype)) {
      seen.add(prototype);
      const owner = prototype;
      const overridden = Object.entries(rows).filter(([name]) => Object.hasOwn(owner, name));
      weaveMethods(joinPointsOf(runtime, aspect, Object.fromEntries(overridden)), owner);
      prototype = Object.getPrototypeOf(owner);
    }
  };
}
