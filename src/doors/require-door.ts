// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isModuleNamespaceObject } from 'node:util/types';
import { diag } from '@opentelemetry/api';
import { Hook } from 'require-in-the-middle';
import { PACKAGE_NAME } from '../version.js';
import type { Receive } from './import-door.js';
import { linkedFiles } from './linked-files.js';
import { packageOf } from './package-of.js';
import { staticImports } from './static-imports.js';

const require = createRequire(import.meta.url);

/**
 * The door of `require`: a private hook of require-in-the-middle for every file of the packages, and what `require` had
 * loaded before. Never the singleton of `InstrumentationBase`, which switches off other people's instrumentations (craft §10.1).
 *
 * @returns closes the door
 */
export function openRequireDoor(moduleNames: readonly string[], receive: Receive): () => void {
  for (const loaded of Object.values(require.cache)) {
    if (!loaded?.loaded || !belongsTo(moduleNames, loaded.filename)) continue;
    quietly(() => take(loaded.filename, loaded.exports, receive));
  }
  const names = [...moduleNames, ...moduleNames.flatMap(linkedFiles)];
  const hook = new Hook(names, { internals: true }, (exports, _name, folder = '.') => {
    // Not in the cache as it is: another hook has put something in its place.
    const loaded = Object.values(require.cache).find((module) => module?.exports === exports);
    quietly(() => take(loaded?.filename ?? join(folder, 'package.json'), exports, receive));
    return exports;
  });
  return () => hook.unhook();
}

/**
 * What a new ES module imports may have passed by the hooks: it was loaded before, or by `require` where hooks are in a thread
 * of their own (Node 20). Static imports have been evaluated with the module, so `require` gives their namespaces and loads
 * nothing.
 */
function take(filename: string, exports: unknown, receive: Receive): void {
  const url = pathToFileURL(filename);
  if (!receive(url.href, exports) || !isModuleNamespaceObject(exports)) return;
  for (const specifier of staticImports(readFileSync(filename, 'utf8'))) {
    quietly(() => {
      const internal = new URL(specifier, url);
      if (packageOf(internal.href) !== packageOf(url.href)) return;
      const path = fileURLToPath(internal);
      take(path, require(path), receive);
    });
  }
}

function belongsTo(moduleNames: readonly string[], filename: string): boolean {
  const name = packageOf(pathToFileURL(filename).href);
  return name !== undefined && moduleNames.includes(name);
}

/** An internal file that is still being evaluated in a cycle cannot be required; it comes with its own entry point. */
function quietly(action: () => void): void {
  try {
    action();
  } catch (error) {
    diag.debug(`${PACKAGE_NAME}: a module was passed by`, error);
  }
}
