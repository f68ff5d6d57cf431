// SPDX-License-Identifier: Apache-2.0
// The other libraries in the matrix: a golden application on each, with the library and ours as a package manager installs them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../child.js';
import { type Format, formats } from '../formats.js';
import * as apps from '../library-apps.js';
import { nodesOfLibraries, openTelemetry } from './design.js';

export interface LibraryRow {
  readonly library: apps.AppLibrary;
  /** Of which the spans, measurements and log records are recorded. */
  readonly app: string;
  readonly serve?: () => Promise<apps.Served>;
}

export const libraryRows: Readonly<Record<string, LibraryRow>> = {
  'Nest CQRS 10': { library: apps.nestCqrs(10), app: 'orders' },
  'Nest CQRS 11': { library: apps.nestCqrs(11), app: 'orders' },
  'Nest CQRS 12': { library: apps.nestCqrs(12), app: 'orders' },
  Emmett: { library: apps.emmett, app: 'carts' },
  Castore: { library: apps.castore, app: 'carts' },
  'node-eventstore': { library: apps.nodeEventstore, app: 'users' },
  KurrentDB: { library: apps.kurrent, app: 'orders', serve: apps.serveKurrent },
  EventStoreDB: { library: apps.eventStoreDB, app: 'orders', serve: apps.serveKurrent },
};

export interface LibraryCell {
  readonly name: string;
  readonly node: (typeof nodesOfLibraries)[number];
  readonly format: Format;
}

export const libraryCells: readonly LibraryCell[] = Object.keys(libraryRows).flatMap((name) =>
  nodesOfLibraries.flatMap((node) => formats.map((format) => ({ name, node, format }))),
);

/** Packages with their versions, which an application on this library has beside ours. */
export function dependenciesOf({ library: { packages, installedIn = '.' } }: LibraryRow): Record<string, string> {
  const versions = { ...dependenciesIn('.'), ...dependenciesIn(installedIn) };
  const names = Object.values(packages).map((module) => /^(?:@[^/]+\/)?[^/]+/.exec(module)?.[0] ?? module);
  const needed = [...new Set(names)].map((name) => [name, versions[name] ?? '*']);
  return { ...Object.fromEntries(needed), ...openTelemetry['2.x'] };
}

function dependenciesIn(folder: string): Record<string, string> {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  return { ...devDependencies, ...dependencies };
}

/** Says in which way the application gives other spans, measurements or log records, or sees anything, than recorded and bare. */
export async function faultOfLibrary(
  { name, format }: LibraryCell,
  { node, folder, limitMillis }: { node: string; folder: string; limitMillis: number },
): Promise<string | undefined> {
  const row = libraryRows[name];
  if (row === undefined) return `there is no ${name}`;
  const { library, app, serve } = row;
  try {
    await apps.assertForest(library, {
      app,
      format,
      node,
      installed: folder,
      timeoutMillis: limitMillis,
      ...(serve === undefined ? {} : { serve }),
    });
    return undefined;
  } catch (error) {
    return String(error instanceof Error ? error.message : error);
  }
}
