// SPDX-License-Identifier: Apache-2.0
// Which files the process has loaded, and which packages they are of.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { loadedScripts } from '../../doors/loaded-scripts.js';
import { withoutQuery } from '../../doors/package-of.js';
import { ownRequire } from '../../own-require.js';
import type { Copy } from '../report.js';

/** URLs of all files, of modules of either kind: V8 has them, but for what is no script. */
export function loadedFiles(): string[] {
  const required = Object.keys(ownRequire().cache).map((filename) => pathToFileURL(filename).href);
  return [...new Set([...loadedScripts().map(withoutQuery), ...required.map(withoutQuery)])].sort();
}

const INSTALLED = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\/)/;

/** The package that a file is installed with. */
export function installedWith(url: string): { readonly name: string; readonly folder: string } | undefined {
  const [, folder, name] = INSTALLED.exec(url) ?? [];
  return folder === undefined || name === undefined ? undefined : { name, folder };
}

/** @param folder its URL */
export function copyIn(name: string, folder: string): Copy {
  return { name, version: versionIn(folder), folder: shownFile(folder) };
}

function versionIn(folder: string): string | undefined {
  try {
    const { version } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'));
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}

/** As a person at the terminal would write it. */
export function shownFile(url: string): string {
  try {
    const path = fileURLToPath(url);
    const below = relative(process.cwd(), path);
    return below.startsWith('..') ? path : below || '.';
  } catch {
    return url;
  }
}

const WANTED = [
  '@opentelemetry/api',
  '@opentelemetry/instrumentation',
  'import-in-the-middle',
  '@opentelemetry/sdk-node',
];

/** Copies of the packages that should be there once. */
export function copiesOf(files: readonly string[], wanted: readonly string[] = WANTED): Copy[] {
  const found = new Map<string, string>();
  for (const url of files) {
    const { name, folder } = installedWith(url) ?? {};
    if (name !== undefined && folder !== undefined && wanted.includes(name)) found.set(folder, name);
  }
  return [...found].map(([folder, name]) => copyIn(name, folder)).sort((a, b) => (a.name < b.name ? -1 : 1));
}
