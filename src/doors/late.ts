// SPDX-License-Identifier: Apache-2.0
import { ownRequire } from '../own-require.js';
import { PACKAGE_NAME } from '../version.js';
import { warnOnce } from '../warn.js';
import { loadedScripts } from './loaded-scripts.js';

const PRELOADED = /(?:^|\s)(?:-r|--(?:require|import|loader|experimental-loader))\b/;
const PATIENCE_MILLIS = 1000;

/**
 * Opened by the application instead of a preload, the doors miss what its entry point imports, since all of that is loaded
 * before any of it runs. Says so, by when an SDK has set the logger of `diag`, if nothing has come by and a file that is wanted
 * has been loaded.
 */
export function warnIfLate(isWatched: (url: string) => boolean, anySeen: () => boolean): void {
  const flags = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' ');
  if (anySeen() || PRELOADED.test(flags) || ownRequire().main !== undefined) return;
  const check = () => {
    clearTimeout(timer);
    process.removeListener('exit', check);
    const missed = anySeen() ? undefined : loadedScripts().find(isWatched);
    if (missed === undefined) return;
    warnOnce(
      `${missed} was imported before the instrumentation was there and is not traced. ` +
        `Start the application with --import ${PACKAGE_NAME}/register, or call weave(module).`,
    );
  };
  const timer = setTimeout(check, PATIENCE_MILLIS).unref();
  process.once('exit', check);
}
