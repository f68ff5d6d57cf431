// SPDX-License-Identifier: Apache-2.0
// The door for tables with exported functions or factories of ES modules, whose bindings only import-in-the-middle can
// replace. It is loaded when it is asked for and not before.
import { createRequire, register } from 'node:module';
import { pathToFileURL } from 'node:url';
import { diag } from '@opentelemetry/api';
import type { Hook } from 'import-in-the-middle';
import { PACKAGE_NAME } from '../version.js';
import { type ExportHookData, wrapperHooks } from './export-hook.js';
import type { LoadedModule } from './index.js';
import { hasSoundSyncHooks, registerHooks } from './sync-hooks.js';

const require = createRequire(import.meta.url);
const REGISTER = /[\\/]import-in-the-middle[\\/]lib[\\/]register\.js$/;

/**
 * Calls `onModule` for every module of the named packages that is imported from now on, with exports that can be assigned
 * to. The hooks are an instance of import-in-the-middle's of our own: its registered one has a single include list that
 * the last caller replaces for everybody (craft §10.2).
 *
 * @param moduleNames npm package names; their sub-paths come with them
 * @returns stops calling `onModule`
 */
export function openExportDoor(moduleNames: readonly string[], onModule: (loaded: LoadedModule) => void): () => void {
  const { Hook: Announced }: { Hook: typeof Hook } = require('import-in-the-middle');
  registerWrapperHooks({ moduleNames, library: pathToFileURL(require.resolve('import-in-the-middle')).href });
  warnOfSecondCopy();
  const hook = new Announced([...moduleNames], { internals: true }, (exports, name) => {
    try {
      onModule({
        exports,
        package: moduleNames.find((known) => isOf(known, name)) ?? name,
        version: undefined,
        door: 'import',
        url: name,
        rebind: (key, value) => Reflect.set(exports as object, key, value),
      });
    } catch (error) {
      diag.error(`${PACKAGE_NAME}: ${name} was left as it is`, error);
    }
  });
  return () => hook.unhook();
}

function registerWrapperHooks(data: ExportHookData): void {
  if (hasSoundSyncHooks()) {
    const { resolveSync, loadSync } = wrapperHooks(data);
    registerHooks({ resolve: resolveSync, load: loadSync });
  } else register(new URL('./export-hook.js', import.meta.url), { data });
}

/** With two copies loaded, modules may be wrapped for the other one, and ours never hears of them (craft P3). */
function warnOfSecondCopy(): void {
  const copies = Object.keys(require.cache).filter((filename) => REGISTER.test(filename));
  if (copies.length > 1) {
    diag.warn(
      `${PACKAGE_NAME}: exported functions may stay untraced, since import-in-the-middle is ` +
        `installed more than once (npm dedupe helps): ${copies.join(', ')}`,
    );
  }
}

function isOf(packageName: string, name: string): boolean {
  return name === packageName || name.startsWith(`${packageName}/`) || name.startsWith(`${packageName}\\`);
}
