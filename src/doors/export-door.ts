// SPDX-License-Identifier: Apache-2.0
// The door for tables with exported functions or factories of ES modules, whose bindings only import-in-the-middle can
// replace. It is loaded when it is asked for and not before.
import { register } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { addHook } from 'import-in-the-middle';
import { ownFile, ownRequire } from '../own-require.js';
import { warnOnce } from '../warn.js';
import { type ExportHookData, isOf, wrapperHooks } from './export-hook.js';
import { hasSoundSyncHooks, registerHooks } from './sync-hooks.js';

const REGISTER = /[\\/]import-in-the-middle[\\/]lib[\\/]register\.js$/;

/**
 * Calls `receive` for every entry point of the named packages that is imported from now on, with exports that can be assigned
 * to. The hooks are an instance of import-in-the-middle's of our own: its registered one has a single include list that the last
 * caller replaces for everybody.
 *
 * @param moduleNames npm package names; their sub-paths come with them
 */
export function openExportDoor(moduleNames: readonly string[], receive: (exports: object, url: string) => void): void {
  const require = ownRequire();
  const library: { readonly addHook: typeof addHook } = require('import-in-the-middle');
  registerWrapperHooks({ moduleNames, library: pathToFileURL(require.resolve('import-in-the-middle')).href });
  warnOfSecondCopy(require);
  library.addHook((url, exports, specifier) => {
    if (isOf(moduleNames, specifier ?? '')) receive(exports, url);
  });
}

function registerWrapperHooks(data: ExportHookData): void {
  if (hasSoundSyncHooks()) {
    const { resolveSync, loadSync } = wrapperHooks(data);
    registerHooks({ resolve: resolveSync, load: loadSync });
  } else {
    const hook = ownFile('./doors/export-hook.js');
    // Each time a module of its own in the hooks thread: packages may be added.
    if (hook !== undefined) register(`${hook}?${data.moduleNames}`, { data });
  }
}

/** With two copies loaded, modules may be wrapped for the other one, and ours never hears of them. */
function warnOfSecondCopy(require: NodeJS.Require): void {
  const copies = Object.keys(require.cache).filter((filename) => REGISTER.test(filename));
  if (copies.length > 1) {
    warnOnce(
      'exported functions may stay untraced, since import-in-the-middle is ' +
        `installed more than once (npm dedupe helps): ${copies.join(', ')}`,
    );
  }
}
