// SPDX-License-Identifier: Apache-2.0
import type { AnyFunction } from './functions.js';

export type Exported = AnyFunction & { readonly prototype?: unknown };

/**
 * An exported function or class: the export of this name, else the default export of a function of this name, which may be the
 * `module.exports` itself.
 */
export function exportOf(exports: object, name: string): Exported | undefined {
  return functionAt(exports, name) ?? defaultExportOf(exports, name);
}

/** The name that it is exported under. */
export function exportedName(exports: object, name: string): string {
  return functionAt(exports, name) === undefined ? 'default' : name;
}

function defaultExportOf(exports: object, name: string): Exported | undefined {
  return [exports, functionAt(exports, 'default')].find((each): each is Exported => isNamed(each, name));
}

function isNamed(exported: unknown, name: string): boolean {
  return typeof exported === 'function' && Object.getOwnPropertyDescriptor(exported, 'name')?.value === name;
}

/** An export may be an accessor that throws, or in its temporal dead zone. */
function functionAt(exports: object, name: string): Exported | undefined {
  try {
    const exported: unknown = Reflect.get(exports, name);
    return typeof exported === 'function' ? (exported as Exported) : undefined;
  } catch {
    return undefined;
  }
}
