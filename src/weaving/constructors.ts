// SPDX-License-Identifier: Apache-2.0
// Classes as join points: their construction, methods that a constructor puts on the object itself, and subclasses that
// the application derives, woven when one is first constructed. Replaces the exported class, so it needs the export door.
import type { Aspect, Rows } from './aspect.js';
import { createJoinPoint, joinPointsOf } from './join-point.js';
import type { Runtime } from './runtime.js';
import { weaveSlots } from './slots.js';
import { type AnyFunction, callTraced, isIdle } from './traced-call.js';

export type Constructor = abstract new (...args: never[]) => object;

/**
 * A stand-in for an exported class. A proxy with one trap: statics, `instanceof`, `name`, `prototype` and `extends` are those
 * of the class, and instances are real ones, private fields included (craft P10).
 */
export function constructionWoven<C extends Constructor>(runtime: Runtime, aspect: Aspect, original: C): C {
  const { construct = {}, fields = {}, subclasses = false, methods = {} } = aspect;
  const joinPoint = createJoinPoint(runtime, aspect, 'constructor', construct);
  const fieldJoinPoints = joinPointsOf(runtime, aspect, fields);
  const weaveSubclass = subclassWeaver(runtime, aspect, methods, original.prototype);

  const stand: C = new Proxy(original, {
    construct(target, args, newTarget: AnyFunction) {
      const derived = newTarget === (stand as unknown) ? (target as unknown as AnyFunction) : newTarget;
      if (subclasses) weaveSubclass(derived);
      const tracer = runtime.tracer();
      const made = isIdle(joinPoint, tracer)
        ? Reflect.construct(target, args, derived)
        : (callTraced(
            joinPoint,
            tracer,
            (...given) => Reflect.construct(target, given, derived),
            undefined,
            args,
          ) as object);
      weaveSlots(fieldJoinPoints, made);
      return made;
    },
  });
  return stand;
}

/** Weaves what the classes between `base` and the one that is constructed override; each once. */
function subclassWeaver(runtime: Runtime, aspect: Aspect, methods: Rows, base: object) {
  const seen = new WeakSet<object>([base]);
  return (derived: AnyFunction): void => {
    let prototype: unknown = derived.prototype;
    while (typeof prototype === 'object' && prototype !== null && !seen.has(prototype)) {
      seen.add(prototype);
      const owner = prototype;
      const overridden = Object.entries(methods).filter(([name]) => Object.hasOwn(owner, name));
      weaveSlots(joinPointsOf(runtime, aspect, Object.fromEntries(overridden)), owner);
      prototype = Object.getPrototypeOf(owner);
    }
  };
}
