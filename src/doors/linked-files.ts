// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { applicationFiles } from '../application-files.js';
import { packageOf } from './package-of.js';

const INSTALLED = /[\\/]node_modules[\\/]/;

/**
 * The entry points of a package that is linked into the application (`npm link`, a workspace): require-in-the-middle knows a
 * package by its `node_modules` folder, which the real path of such a file does not have, and takes absolute paths instead.
 */
export function linkedFiles(name: string): string[] {
  const main = resolveFromApplication(name);
  if (main === undefined || INSTALLED.test(main)) return [];
  const folder = packageFolder(dirname(main), name);
  return folder === undefined ? [main] : [main, ...entryPoints(folder)];
}

function resolveFromApplication(name: string): string | undefined {
  for (const file of applicationFiles()) {
    try {
      return createRequire(file).resolve(name);
    } catch {}
  }
  return undefined;
}

function packageFolder(folder: string, name: string): string | undefined {
  if (packageOf(pathToFileURL(join(folder, 'package.json')).href) !== name) return undefined;
  try {
    if (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).name === name) return folder;
  } catch {}
  return packageFolder(dirname(folder), name);
}

function entryPoints(folder: string): string[] {
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return targets(exports).map((target) => join(folder, target));
}

function targets(exports: unknown): string[] {
  if (typeof exports === 'string') return /^\.\/[^*]+\.[cm]?js$/.test(exports) ? [exports] : [];
  return typeof exports === 'object' && exports !== null ? Object.values(exports).flatMap(targets) : [];
}
