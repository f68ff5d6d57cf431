// SPDX-License-Identifier: Apache-2.0
// Classes as join points: their construction, methods that a constructor puts on the object itself, and subclasses that
// the application derives, woven when one is first constructed. Replaces the exported class, so it needs the export door.
import type { Aspect } from './aspect.js';
import { createJoinPoint } from './join-point.js';
import type { Runtime } from './runtime.js';
import { weaveSlots } from './slots.js';
import { type AnyFunction, callTraced, isIdle } from './traced-call.js';

export type Constructor = abstract new (...args: never[]) => object;

/**
 * A stand-in for an exported class. A proxy with one trap: statics, `instanceof`, `name`, `prototype` and `extends` are those
 * of the class, and instances are real ones, private fields included (craft P10).
 */
export function constructionWoven<C extends Constructor>(runtime: Runtime, aspect: Aspect, original: C): C {
  const { construct = {}, fields, subclasses = false } = aspect;
  const joinPoint = createJoinPoint(runtime, aspect, 'constructor', construct);
  const seen = new WeakSet<object>([original.prototype]);

  const stand: C = new Proxy(original, {
    construct(target, args, newTarget: AnyFunction) {
      const derived = newTarget === (stand as unknown) ? (target as unknown as AnyFunction) : newTarget;
      if (subclasses) weaveSubclass(derived);
      const build: AnyFunction = (...given) => Reflect.construct(target, given, derived);
      const tracer = runtime.tracer();
      const made = isIdle(joinPoint, tracer)
        ? Reflect.construct(target, args, derived)
        : (callTraced(joinPoint, tracer, build, undefined, args) as object);
      if (fields !== undefined) weaveSlots(runtime, aspect, made, fields);
      return made;
    },
  });
  return stand;

  function weaveSubclass(derived: AnyFunction): void {
    const prototype: unknown = derived.prototype;
    if (typeof prototype !== 'object' || prototype === null || seen.has(prototype)) return;
    seen.add(prototype);
    for (const name of Object.keys(aspect.methods ?? {})) {
      if (!Object.hasOwn(prototype, name)) continue;
      weaveSlots(runtime, aspect, prototype, { [name]: aspect.methods?.[name] ?? {} });
    }
  }
}
