// SPDX-License-Identifier: Apache-2.0
// Libraries that are used and never come through a door: parts of a bundle, modules of a test runner that loads them by itself. Says
// so, with good evidence only, since in most processes where nothing is seen nothing is used.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { isWovenByHand } from '../by-hand.js';
import { warnOnce } from '../warn.js';
import { loadedScripts } from './loaded-scripts.js';

const PATIENCE_MILLIS = 1000;
/** How often a runner that goes on loading is looked at, once it has loaded a library. */
const MOST_LOOKS = 30;
const RUNNER = /(?:^|[\\/])(jest|vitest)(?:\.[cm]?js)?$/;
const CHUNK = /["'](\.\/[^"'\n]+\.[cm]?js)["']/g;
const MOST_CHUNKS = 20;
const MORE = 'docs/bundles.md';

/** A library that could be found unseen. */
export interface Sought {
  readonly key: string;
  readonly mark?: RegExp | undefined;
}

export interface Seeing {
  readonly libraries: readonly Sought[];
  /** Whether modules of a library have come through a door. */
  isSeen(key: string): boolean;
  /** Whether a file is of any of the libraries. */
  isWatched(url: string): boolean;
}

/**
 * Warns once if a library is used past the doors and not woven by hand. In an ordinary process it reads the main file, and nothing
 * is kept.
 */
export function warnOfUnseen(seeing: Seeing, env: NodeJS.ProcessEnv, main: string | undefined): void {
  const runner = runnerOf(env, main);
  if (runner !== undefined) {
    untilDone(lookAtRunner(runner, seeing));
    return;
  }
  // A worker has the main file of its process.
  const held = isMainThread && main !== undefined ? librariesIn(main, seeing.libraries) : [];
  if (held.length > 0) later(() => warnOfBundle(main ?? '', held, seeing));
}

function runnerOf(env: NodeJS.ProcessEnv, main = ''): string | undefined {
  if (env.JEST_WORKER_ID !== undefined) return 'Jest';
  if (env.VITEST !== undefined) return 'Vitest';
  const name = RUNNER.exec(main)?.[1];
  return name === undefined ? undefined : name === 'jest' ? 'Jest' : 'Vitest';
}

/** By when the application has loaded what it loads, or at its end. */
function later(check: () => void): void {
  const once = () => {
    clearTimeout(timer);
    process.removeListener('exit', once);
    check();
  };
  const timer = setTimeout(once, PATIENCE_MILLIS).unref();
  process.once('exit', once);
}

type Look = 'done' | 'look again soon' | 'look again later';

/** Again and again, since workers are ended by force; less and less often, since each look takes some ms. */
function untilDone(look: (atEnd: boolean) => Look): void {
  let millis = PATIENCE_MILLIS;
  let timer: NodeJS.Timeout | undefined;
  const again = (atEnd: boolean) => {
    clearTimeout(timer);
    const seen = look(atEnd);
    if (seen === 'done') process.removeListener('exit', onExit);
    else timer = setTimeout(again, seen === 'look again soon' ? PATIENCE_MILLIS : millis, false).unref();
    millis *= 2;
  };
  const onExit = () => again(true);
  timer = setTimeout(again, millis, false).unref();
  process.once('exit', onExit);
}

function warnOfBundle(main: string, held: readonly Sought[], { isSeen }: Seeing): void {
  const missed = held.filter(({ key }) => !isSeen(key)).map(({ key }) => key);
  if (missed.length === 0 || isWovenByHand()) return;
  warnOnce(
    `${main} is a bundle that holds ${missed.join(', ')}, where nothing can be hooked: nothing of it is traced. ` +
      `Leave it out of the bundle, or weave it by hand (${MORE})`,
  );
}

/** A library is loaded before anybody can weave it by hand, so what is found counts once the runner has loaded the rest, too. */
function lookAtRunner(runner: string, { libraries, isSeen, isWatched }: Seeing): (atEnd: boolean) => Look {
  let [looks, loaded] = [0, -1];
  return (atEnd) => {
    if (isWovenByHand() || libraries.some(({ key }) => isSeen(key))) return 'done';
    const scripts = loadedScripts();
    const missed = scripts.find(isWatched);
    if (missed === undefined) return 'look again later';
    looks += 1;
    const isLoading = scripts.length !== loaded && looks < MOST_LOOKS;
    loaded = scripts.length;
    if (isLoading && !atEnd) return 'look again soon';
    warnOnce(`${runner} loads modules by itself, past all hooks: ${missed} is not traced. Weave it by hand (${MORE})`);
    return 'done';
  };
}

/** Those whose code stands in a file, or in one that lies beside it and that it names: a bundler may split what it makes. */
function librariesIn(main: string, libraries: readonly Sought[]): readonly Sought[] {
  // What is installed is a tool, and a library is none of its own bundles.
  if (/[\\/]node_modules[\\/]/.test(main)) return [];
  const text = textOf(main) ?? textOf(`${main}.js`);
  if (text === undefined) return [];
  const found = marked(text, libraries);
  if (found.length > 0) return found;
  const chunks = [...text.matchAll(CHUNK)].slice(0, MOST_CHUNKS).map(([, path = '']) => join(dirname(main), path));
  return [...new Set(chunks)].flatMap((path) => marked(textOf(path) ?? '', libraries));
}

function marked(text: string, libraries: readonly Sought[]): Sought[] {
  return libraries.filter(({ mark }) => mark?.test(text) === true);
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
