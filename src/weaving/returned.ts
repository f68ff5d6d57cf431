// SPDX-License-Identifier: Apache-2.0
// Factories: methods of the object that a call returns, or that its promise resolves to, are woven on that very object.
import type { Rows } from './aspect.js';
import type { weaveSlots } from './slots.js';
import type { callTraced } from './traced-call.js';

/** A call that weaves what it returns. */
export function returnedWoven(call: typeof callTraced, rows: Rows, weaveObject: typeof weaveSlots): typeof callTraced {
  return (joinPoint, tracer, original, self, args) => {
    const { runtime, label, family } = joinPoint;
    const weave = (made: unknown): unknown => {
      if (typeof made === 'object' && made !== null) weaveObject(runtime, { target: label, family }, made, rows);
      return made;
    };
    const made = call(joinPoint, tracer, original, self, args);
    return made instanceof Promise && made.constructor === Promise ? made.then(weave) : weave(made);
  };
}
