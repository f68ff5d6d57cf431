// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';
import { diag } from '@opentelemetry/api';
import { PACKAGE_NAME } from '../version.js';
import { openImportDoor } from './import-door.js';
import { packageOf } from './package-of.js';
import { openRequireDoor } from './require-door.js';

const require = createRequire(import.meta.url);

/** A module of a target package, evaluated. */
export interface LoadedModule {
  /** The namespace of an ES module or the `module.exports` of a CommonJS one. Reading a key can throw while a cycle is loading. */
  readonly exports: object;
  /** The package, as in `moduleNames`. */
  readonly package: string;
  readonly version: string | undefined;
  readonly door: 'require' | 'import';
  readonly url: string;
  readonly rebind: (name: string, value: unknown) => boolean;
}

/**
 * Calls `onModule` once for every module of the named packages that the process loads, or had loaded before; entry points
 * and internal files alike. What `onModule` throws is reported through `diag` and goes nowhere else.
 *
 * @param moduleNames npm package names; their sub-paths come with them
 * @returns closes the doors
 */
export function watchPackages(
  packages: readonly WatchedPackage[],
  onModule: (loaded: LoadedModule) => void,
): () => void {
  const moduleNames = packages.map(({ name }) => name);
  const seen = new WeakSet<object>();
  let anySeen = false;
  const receiveThrough = (door: LoadedModule['door']) => (url: string, exports: unknown) => {
    if (!isObject(exports) || seen.has(exports)) return false;
    seen.add(exports);
    anySeen = true;
    try {
      onModule({ exports, package: packageOf(url) ?? url, version: undefined, door, url, rebind: () => false });
    } catch (error) {
      diag.error(`${PACKAGE_NAME}: ${url} was left as it is`, error);
    }
    return true;
  };
  const undo: (() => void)[] = [];
  for (const [door, open] of [
    ['require', openRequireDoor],
    ['import', openImportDoor],
  ] as const) {
    try {
      undo.push(open(moduleNames, receiveThrough(door)));
    } catch (error) {
      diag.error(`${PACKAGE_NAME}: cannot watch ${door}`, error);
    }
  }
  if (!anySeen) warnIfLate(moduleNames);
  return () => {
    for (const close of undo.splice(0)) close();
  };
}

/**
 * Nobody can ask which ES modules are loaded. Opened by the application instead of a preload, the doors miss what its entry
 * point imports, since all of that is loaded before any of it runs (craft P24).
 */
function warnIfLate(moduleNames: readonly string[]): void {
  const flags = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' ');
  const preloaded = /(?:^|\s)(?:-r|--(?:require|import|loader|experimental-loader))\b/.test(flags);
  if (preloaded || require.main !== undefined) return;
  diag.warn(
    `${PACKAGE_NAME}: if the application has imported ${moduleNames.join(', ')} already, that is ` +
      `not traced. Start it with --import ${PACKAGE_NAME}/register, or call weave(module).`,
  );
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

export interface WatchedPackage {
  readonly name: string;
  readonly constants?: boolean;
}
