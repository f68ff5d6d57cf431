// SPDX-License-Identifier: Apache-2.0
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { isWovenByHand } from '../by-hand.js';
import { ownFile, ownRequire } from '../own-require.js';
import { PACKAGE_NAME } from '../version.js';
import { warnOnce } from '../warn.js';
import { scriptsUntilNow } from './loaded-scripts.js';

const PRELOADED = /(?:^|\s)(?:-r|--(?:require|import|loader|experimental-loader))\b/;
const PATIENCE_MILLIS = 1000;

/** What the doors have seen so far. */
export interface SeenByDoors {
  isWatched(url: string): boolean;
  /** Whether any module of the watched packages has come. */
  anySeen(): boolean;
  /** Whether the main file of the process has come: then the doors were open before it began. */
  mainSeen(): boolean;
  readonly main: MainFile | undefined;
}

/** The file that Node.js was started with. */
export interface MainFile {
  readonly path: string;
  readonly url: string;
}

/** Of this package, what an application loads to have it woven. */
const ENTRIES = ['./index.js', '../register.js'];

/**
 * Opened by the application instead of a preload, the doors miss what its entry point imports, since all of that is loaded
 * before any of it runs. Says so, by when an SDK has set the logger of `diag`, if nothing has come by and a file that is wanted
 * had been loaded before the doors were open.
 *
 * @returns looks no more
 */
export function warnIfLate({ isWatched, anySeen, mainSeen, main }: SeenByDoors): () => void {
  if (anySeen() || (ownRequire().main !== undefined && isRequired())) return () => {};
  // A flag may be that of anybody's preload; it is ours if the main file comes later, for which it must be known.
  if (main === undefined && isAnythingPreloaded()) return () => {};
  const scriptsBefore = scriptsUntilNow();
  const cancel = () => {
    clearTimeout(timer);
    process.removeListener('exit', check);
  };
  const check = () => {
    cancel();
    // To look costs some ms.
    if (anySeen() || mainSeen() || isWovenByHand()) return;
    const missed = scriptsBefore().find(isWatched);
    if (missed === undefined) return;
    warnOnce(
      `${missed} was imported before the instrumentation was there and is not traced. ` +
        `Start the application with --import ${PACKAGE_NAME}/register, or call weave(module).`,
    );
  };
  const timer = setTimeout(check, PATIENCE_MILLIS).unref();
  process.once('exit', check);
  return cancel;
}

function isAnythingPreloaded(): boolean {
  return PRELOADED.test([...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' '));
}

/** By CommonJS, which loads nothing before its turn. What is imported has been loaded with all else that is imported there. */
function isRequired(): boolean {
  const { cache } = ownRequire();
  return ENTRIES.some((path) => {
    const url = ownFile(path);
    return url === undefined || fileURLToPath(url) in cache;
  });
}

/** Of a worker it is not known before it runs. */
export function mainFile(): MainFile | undefined {
  const [, entry] = process.argv;
  if (!isMainThread || entry === undefined) return undefined;
  try {
    const path = ownRequire().resolve(entry);
    return { path, url: pathToFileURL(path).href };
  } catch {
    return undefined;
  }
}
