// SPDX-License-Identifier: Apache-2.0
import type { LoadFnOutput, LoadHook } from 'node:module';
import { packageOf } from './package-of.js';

/** What the hook must know, in a form that can be sent to the hooks thread. */
export interface LoadHookData {
  /** Packages whose files are handed over. */
  readonly moduleNames: readonly string[];
  /** `Symbol.for` key of the global function that receives a file's URL and exports. */
  readonly receiver: string;
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
  { moduleNames, receiver }: LoadHookData,
  url: string,
  loaded: LoadFnOutput,
): LoadFnOutput {
  try {
    const kind = moduleKind(loaded.format);
    if (kind === undefined || loaded.source == null || !url.startsWith('file:')) return loaded;
    const name = packageOf(url);
    if (name === undefined || !moduleNames.includes(name)) return loaded;
    const source = typeof loaded.source === 'string' ? loaded.source : decoder.decode(loaded.source);
    const line = kind === 'esm' ? esmLine(receiver, url) : commonjsLine(receiver, url);
    // The hook may be in the chain twice; a worker, for one, may inherit its parent's hooks and then register its own.
    return source.includes(line) ? loaded : { ...loaded, source: `${source}\n${line}` };
  } catch {
    return loaded;
  }
}

function moduleKind(format: string | null | undefined): 'esm' | 'commonjs' | undefined {
  if (format === 'module' || format === 'module-typescript') return 'esm';
  if (format === 'commonjs' || format === 'commonjs-typescript') return 'commonjs';
  return undefined;
}

// The import of itself is answered from the module graph and gives the namespace; optional, for threads that have no receiver.
function esmLine(receiver: string, url: string): string {
  const self = receiver.replace(/\W/g, '_');
  return `import * as ${self} from ${JSON.stringify(url)};${call(receiver, url, self)}`;
}

function commonjsLine(receiver: string, url: string): string {
  return `;${call(receiver, url, 'module.exports')}`;
}

function call(receiver: string, url: string, exports: string): string {
  return `globalThis[Symbol.for(${JSON.stringify(receiver)})]?.(${JSON.stringify(url)},${exports});`;
}
