// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isModuleNamespaceObject } from 'node:util/types';
import { diag } from '@opentelemetry/api';
import { Hook } from 'require-in-the-middle';
import { hasSoundSyncHooks, type Receive } from './import-door.js';
import { linkedFiles } from './linked-files.js';
import { packageOf } from './package-of.js';
import { staticImports } from './static-imports.js';

// The one function of this module that goes through the hooks of `require`, its own included.
const require = createRequire(import.meta.url);

/**
 * The door of `require`: a private hook of require-in-the-middle for every file of the packages, and what `require` had
 * loaded before. Never the singleton of `InstrumentationBase`, which switches off other people's instrumentations (craft §10.1).
 *
 * @returns closes the door
 */
export function openRequireDoor(moduleNames: readonly string[], receive: Receive): () => void {
  const take = (filename: string, exports: unknown) => {
    receive(pathToFileURL(filename).href, exports);
    if (isModuleNamespaceObject(exports) && !hasSoundSyncHooks()) takeInternals(filename, receive);
  };
  for (const loaded of Object.values(require.cache)) {
    if (loaded?.loaded && belongsTo(moduleNames, loaded.filename)) take(loaded.filename, loaded.exports);
  }
  const hook = new Hook([...moduleNames, ...moduleNames.flatMap(linkedFiles)], { internals: true }, (exports) => {
    const loaded = Object.values(require.cache).find((module) => module?.exports === exports);
    if (loaded !== undefined) quietly(() => take(loaded.filename, exports));
    return exports;
  });
  return () => hook.unhook();
}

/**
 * Before hooks were synchronous, `require` of an ES module passes by them (Node 20: with all that it imports). Its static
 * imports have been evaluated with it, so `require` gives their namespaces and loads nothing that was not loaded.
 */
function takeInternals(filename: string, receive: Receive, seen = new Set<string>()): void {
  if (seen.has(filename)) return;
  seen.add(filename);
  const url = pathToFileURL(filename);
  for (const specifier of staticImports(readFileSync(filename, 'utf8'))) {
    quietly(() => {
      const internal = new URL(specifier, url);
      if (packageOf(internal.href) !== packageOf(url.href)) return;
      const path = fileURLToPath(internal);
      receive(internal.href, require(path));
      takeInternals(path, receive, seen);
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
    diag.debug('opentelemetry-instrumentation-eventsource: a module was passed by', error);
  }
}
