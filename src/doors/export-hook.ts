// SPDX-License-Identifier: Apache-2.0
// Loader hooks of import-in-the-middle, in an instance of our own; on the main thread or, through `module.register`, in the
// hooks thread.
import nodeModule, { type LoadHook, type ResolveHook } from 'node:module';
import type { SyncHooks } from './sync-hooks.js';

export interface ExportHookData {
  readonly moduleNames: readonly string[];
  /** URL of the import-in-the-middle whose `Hook` is used: the modules wrapped are announced there. */
  readonly library: string;
}

interface WrapperHooks {
  applyOptions(options: { shouldInclude(url: string, specifier: string): boolean }): void;
  readonly resolve: ResolveHook;
  readonly load: LoadHook;
  readonly resolveSync: NonNullable<SyncHooks['resolve']>;
  readonly loadSync: NonNullable<SyncHooks['load']>;
}

interface Library {
  createHook(meta: { readonly url: string }): WrapperHooks;
}

let hooks: WrapperHooks | undefined;

/** In the hooks thread, where an ES module that imports something can be imported but, before 24.12, not required. */
export async function initialize(data: ExportHookData): Promise<void> {
  hooks = hooksOf(await import(new URL('create-hook.mjs', data.library).href), data);
}

export const resolve: ResolveHook = (specifier, context, nextResolve) =>
  hooks === undefined ? nextResolve(specifier, context) : hooks.resolve(specifier, context, nextResolve);

export const load: LoadHook = (url, context, nextLoad) =>
  hooks === undefined ? nextLoad(url, context) : hooks.load(url, context, nextLoad);

/** Hooks that wrap the modules that the application names as one of the packages or a sub-path of one; no others. */
export function wrapperHooks(data: ExportHookData): WrapperHooks {
  return hooksOf(nodeModule.createRequire(data.library)('./create-hook.mjs'), data);
}

function hooksOf({ createHook }: Library, { moduleNames, library }: ExportHookData): WrapperHooks {
  const created = createHook({ url: library });
  created.applyOptions({ shouldInclude: (_url, specifier) => isOf(moduleNames, specifier) });
  return created;
}

/** Whether a specifier names one of the packages or a sub-path of one. */
export function isOf(moduleNames: readonly string[], specifier: string): boolean {
  return moduleNames.some((name) => specifier === name || specifier.startsWith(`${name}/`));
}
