// SPDX-License-Identifier: Apache-2.0
import { diag } from '@opentelemetry/api';
import { openImportDoor } from './import-door.js';
import { packageOf } from './package-of.js';
import { openRequireDoor } from './require-door.js';

/** A module of a target package, evaluated. */
export interface LoadedModule {
  /** The namespace of an ES module or the `module.exports` of a CommonJS one. Reading a key can throw while a cycle is loading. */
  readonly exports: object;
  /** The package, as in `moduleNames`. */
  readonly name: string;
  readonly door: 'require' | 'import';
  readonly url?: string;
}

/**
 * Calls `onModule` once for every module of the named packages that the process loads, or had loaded before; entry points
 * and internal files alike. What `onModule` throws is reported through `diag` and goes nowhere else.
 *
 * @param moduleNames npm package names; their sub-paths come with them
 * @returns closes the doors
 */
export function openDoors(moduleNames: readonly string[], onModule: (loaded: LoadedModule) => void): () => void {
  const seen = new WeakSet<object>();
  const receiveThrough = (door: LoadedModule['door']) => (url: string, exports: unknown) => {
    if (!isObject(exports) || seen.has(exports)) return;
    seen.add(exports);
    try {
      onModule({ exports, name: packageOf(url) ?? url, door, url });
    } catch (error) {
      diag.error(`opentelemetry-instrumentation-eventsource: ${url} was left as it is`, error);
    }
  };
  const undo: (() => void)[] = [];
  for (const [door, open] of [
    ['require', openRequireDoor],
    ['import', openImportDoor],
  ] as const) {
    try {
      undo.push(open(moduleNames, receiveThrough(door)));
    } catch (error) {
      diag.error(`opentelemetry-instrumentation-eventsource: cannot watch ${door}`, error);
    }
  }
  return () => {
    for (const close of undo.splice(0)) close();
  };
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
