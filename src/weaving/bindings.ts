// SPDX-License-Identifier: Apache-2.0
// Exports that must be replaced, since nothing of theirs can be woven in place: functions, and classes whose construction is a
// join point.
import type { Aspect } from './aspect.js';
import { hasShapeOf } from './classes.js';
import { constructionWoven } from './constructors.js';
import { exportedName, exportOf } from './exports.js';
import type { Constructor } from './functions.js';
import { createJoinPoint } from './join-point.js';
import { wovenFunction } from './methods.js';
import type { Runtime } from './runtime.js';
import type { SlotState } from './slots.js';
import { noteStandIn, standInOf } from './stand-ins.js';

/** Replaces an export of a module for whoever uses the module; false where it cannot be replaced. */
export type Rebind = (name: string, value: unknown) => boolean;

/** Whether an aspect replaces its export. */
function replacesExport({ call, construct, fields, subclasses }: Aspect): boolean {
  return (call ?? construct ?? fields ?? subclasses) !== undefined;
}

/** Replaces the exports that need it; one that cannot be replaced is reported as refused. */
export function weaveBindings(
  runtime: Runtime,
  aspects: readonly Aspect[],
  exports: object,
  rebind: Rebind,
): Record<string, SlotState> {
  const states: Record<string, SlotState> = {};
  const shown = new Set<object>();
  for (const aspect of aspects) {
    if (!replacesExport(aspect)) continue;
    const { target, call } = aspect;
    const exported = exportOf(exports, target);
    if (exported === undefined || (call === undefined && !hasShapeOf(exported, target, aspects))) continue;
    states[target] = replace(exported, exportedName(exports, target), rebind, () =>
      call === undefined
        ? constructionWoven(runtime, aspect, exported as unknown as Constructor)
        : wovenFunction(exported, createJoinPoint(runtime, aspect, 'call', call)),
    );
    const stand = standInOf(exported);
    if (stand !== undefined && states[target] !== 'refused') shown.add(stand);
  }
  if (shown.size > 0) deriveFrom(shown, exports);
  return states;
}

/**
 * `Object.getPrototypeOf(Derived) === Base` holds for the classes that a module shows beside a stand-in: those that were there
 * before it was made have the original above them.
 */
function deriveFrom(stands: ReadonlySet<object>, exports: object): void {
  // Not `Object.keys`, which throws for a namespace in a cycle: something of it may be in its temporal dead zone.
  for (const name of Reflect.ownKeys(exports)) {
    const derived = typeof name === 'string' ? exportOf(exports, name) : undefined;
    const base: object | null = derived === undefined ? null : Object.getPrototypeOf(derived);
    const stand = base === null ? undefined : standInOf(base);
    if (derived === undefined || stand === undefined || stand === base || !stands.has(stand)) continue;
    Reflect.setPrototypeOf(derived, stand);
  }
}

/** One stand-in for one export, whichever modules export it; and none for a stand-in. */
function replace(exported: object, name: string, rebind: Rebind, make: () => object): SlotState {
  const known = standInOf(exported);
  if (known === exported) return 'known';
  if (isNamedForGood(exported)) return 'refused';
  try {
    const stand = known ?? make();
    noteStandIn(exported, stand);
    if (!rebind(name, stand)) return 'refused';
    nameConstructor(exported, stand);
    return 'woven';
  } catch {
    return 'refused';
  }
}

/** `Exported.prototype.constructor === Exported` holds for the stand-in as well, where it holds for the class. */
function nameConstructor(exported: object, stand: object): void {
  if (constructorOf(exported)?.writable === true) Reflect.set(prototypeOf(exported), 'constructor', stand);
}

/** The prototype is frozen: objects would go on naming the class, which nobody has any more. */
function isNamedForGood(exported: object): boolean {
  return constructorOf(exported)?.writable === false;
}

function constructorOf(exported: object): PropertyDescriptor | undefined {
  const descriptor = Object.getOwnPropertyDescriptor(prototypeOf(exported), 'constructor');
  return descriptor?.value === exported ? descriptor : undefined;
}

function prototypeOf(exported: object): object {
  const { prototype } = exported as { readonly prototype?: unknown };
  return typeof prototype === 'object' && prototype !== null ? prototype : {};
}
