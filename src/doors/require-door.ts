// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import Module from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isModuleNamespaceObject } from 'node:util/types';
import { ownRequire } from '../own-require.js';
import { relativeImports } from './module-text.js';

/** Whether files of a package are wanted. */
export type IsWatched = (url: string) => boolean;
/** Takes a module that has been evaluated; says whether it was new. */
export type ReceiveModule = (url: string, module: NodeJS.Module) => boolean;

interface Loading {
  load(this: NodeJS.Module, filename: string): void;
}

const isCode = (filename: string) => /\.[cm]?[jt]sx?$/.test(filename);

/**
 * The door of `require`, and of CommonJS modules that are imported: sees each file once, when Node.js has loaded it, and changes
 * nothing about what `require` returns. require-in-the-middle cannot do that: it stands between `require` and the application and
 * goes on returning what it saw first, although a test double has taken its place since.
 *
 * @param onFile hears of each file that Node.js is about to load
 */
export function openRequireDoor(
  isWatched: IsWatched,
  receive: ReceiveModule,
  onFile: (filename: string) => void,
): void {
  const prototype = Module.prototype as unknown as Loading;
  const { load: original } = prototype;
  prototype.load = function load(filename) {
    onFile(filename);
    if (!isCode(filename) || !isWatched(pathToFileURL(filename).href)) return Reflect.apply(original, this, [filename]);
    const stop = onLoaded(this, () => see(this, isWatched, receive));
    try {
      return Reflect.apply(original, this, [filename]);
    } finally {
      stop();
    }
  };
}

/**
 * Calls `action` when Node.js marks the module as loaded. Right after that, and before `load` returns, it takes what `import` of a
 * CommonJS module will give.
 */
function onLoaded(module: NodeJS.Module, action: () => void): () => void {
  const before = Object.getOwnPropertyDescriptor(module, 'loaded');
  if (before === undefined || !before.configurable) return action;
  let restored = false;
  const restore = () => {
    if (!restored) Object.defineProperty(module, 'loaded', before);
    restored = true;
  };
  Object.defineProperty(module, 'loaded', {
    get: () => false,
    set(loaded: boolean) {
      restore();
      module.loaded = loaded;
      if (loaded) action();
    },
    enumerable: true,
    configurable: true,
  });
  return restore;
}

/** Goes through what `require` has loaded before. */
export function seeLoaded(isWatched: IsWatched, receive: ReceiveModule): void {
  for (const module of Object.values(ownRequire().cache)) {
    if (module?.loaded) see(module, isWatched, receive);
  }
}

function see(module: NodeJS.Module, isWatched: IsWatched, receive: ReceiveModule): void {
  try {
    const { filename } = module;
    if (typeof filename !== 'string' || !isCode(filename)) return;
    const { href } = pathToFileURL(filename);
    if (!isWatched(href)) return;
    // Asked before: whoever receives it may put a view in its place.
    const isEsm = isModuleNamespaceObject(module.exports);
    const isNew = receive(href, module);
    if (isNew && isEsm) requireImports(filename, isWatched);
  } catch {
    // Neither `require` nor the application may ever fail for being watched.
  }
}

/**
 * What a new ES module imports may have passed by the hooks: it was loaded before, or by `require` where hooks are in a thread
 * of their own (Node 20). Static imports have been evaluated with the module, so `require` loads nothing; it lets each of them
 * pass through this door.
 */
function requireImports(filename: string, isWatched: IsWatched): void {
  const require = ownRequire();
  for (const specifier of relativeImports(readFileSync(filename, 'utf8'))) {
    const { href } = new URL(specifier, pathToFileURL(filename));
    if (!isWatched(href)) continue;
    try {
      require(fileURLToPath(href));
    } catch {
      // Still being evaluated in a cycle; it comes with its own entry point.
    }
  }
}
