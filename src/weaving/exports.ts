// SPDX-License-Identifier: Apache-2.0
import type { AnyFunction } from './functions.js';

/** An exported function or class. An export may be an accessor that throws, or in its temporal dead zone. */
export function exportOf(exports: object, name: string): (AnyFunction & { readonly prototype?: unknown }) | undefined {
  try {
    const exported: unknown = Reflect.get(exports, name);
    return typeof exported === 'function' ? (exported as AnyFunction) : undefined;
  } catch {
    return undefined;
  }
}
