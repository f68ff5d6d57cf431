// SPDX-License-Identifier: Apache-2.0
import type { LoadFnOutput, LoadHook } from 'node:module';
import { ownBindings } from './module-text.js';
import { type WatchedPackage, watchedPackageOf, withoutQuery } from './package-of.js';

/** What the hook must know, in a form that can be sent to the hooks thread. */
export interface LoadHookData {
  /** Packages whose files are handed over. */
  readonly packages: readonly WatchedPackage[];
  /** `Symbol.for` key of the global function that receives a file's URL and exports. */
  readonly receiver: string;
  /** URL of the main file of the process, of which it tells as well. */
  readonly main?: string | undefined;
  /** Where to tell of a file of the packages' names that is left as it is. */
  readonly port?: { postMessage(told: Told): void };
}

/** A file that has come and is not handed over: the main file, or one that is left as it is. */
export interface Told {
  readonly url: string;
  readonly why: 'main' | 'another package' | 'failed';
  /** What failed. */
  readonly reason?: string;
}

const decoder = new TextDecoder();
const installed: LoadHookData[] = [];

/** Entry points for `module.register`: this file is then loaded once more, in the hooks thread, for all that register it. */
export function initialize(data: LoadHookData): void {
  installed.push(data);
}

export const load: LoadHook = async (url, context, nextLoad) =>
  installed.reduce((loaded, data) => appendHandOver(data, url, loaded), await nextLoad(url, context));

/**
 * Appends one line to a module of the packages, with which the module, once evaluated, hands its own exports over. Every file
 * of a package is its own door, so a class that no entry point exports is found too, whatever the application imports.
 * All other modules, and sources that the loader chain does not give, are left alone.
 */
export function appendHandOver(
  { packages, receiver, main, port }: LoadHookData,
  url: string,
  loaded: LoadFnOutput,
): LoadFnOutput {
  try {
    if (main !== undefined && withoutQuery(url) === main) port?.postMessage({ url, why: 'main' });
    const kind = moduleKind(loaded.format);
    if (kind === undefined || loaded.source == null || !url.startsWith('file:')) return loaded;
    const found = watchedPackageOf(url, packages);
    if (found?.isAnother) port?.postMessage({ url, why: 'another package' });
    if (found === undefined || found.isAnother) return loaded;
    const source = typeof loaded.source === 'string' ? loaded.source : decoder.decode(loaded.source);
    const call = `globalThis[Symbol.for(${JSON.stringify(receiver)})]?.(${JSON.stringify(url)},`;
    // The hook may be in the chain twice; a worker, for one, may inherit its parent's hooks and then register its own.
    if (source.includes(call)) return loaded;
    return { ...loaded, source: `${source}\n;${call}${kind === 'esm' ? accessors(source, receiver) : '0,module'});` };
  } catch (error) {
    port?.postMessage({ url, why: 'failed', reason: String((error as Partial<Error> | null)?.message ?? error) });
    return loaded;
  }
}

function moduleKind(format: string | null | undefined): 'esm' | 'commonjs' | undefined {
  if (format === 'module' || format === 'module-typescript') return 'esm';
  if (format === 'commonjs' || format === 'commonjs-typescript') return 'commonjs';
  return undefined;
}

/**
 * An object of accessors for the bindings of the module, by which they can also be replaced for all who import them; a `const`
 * refuses. The module does not import itself for it: that would go through other people's resolve hooks, and one that changes
 * the query each time would never come to an end.
 */
function accessors(source: string, receiver: string): string {
  const value = receiver.replace(/\W/g, '_');
  const pairs = ownBindings(source).map(([exported, local]) => {
    const key = JSON.stringify(exported);
    return `get ${key}(){return ${local}},set ${key}(${value}){${local}=${value}}`;
  });
  return `{${pairs.join()}}`;
}
