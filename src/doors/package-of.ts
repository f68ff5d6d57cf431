// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';

/** A package whose modules are handed over. Plain data, since it is sent to the thread for loader hooks. */
export interface WatchedPackage {
  /** Of its folder below `node_modules`; where it is linked from elsewhere, the name in its package.json. */
  readonly name: string;
  /** Its ES modules export `const` functions that are to be replaced: only import-in-the-middle can. */
  readonly constants?: boolean;
  /**
   * Sub-paths that it exports, like `./stores`. A package of this name whose package.json exports none of them is another
   * one. Without it the name is enough.
   */
  readonly subPaths?: readonly string[];
}

/** Which watched package a file belongs to. */
export interface Match {
  /** As it is watched. */
  readonly watched: string;
  /** The name in its package.json if that is watched, too; else `watched`. */
  readonly name: string;
  readonly version: string | undefined;
  /** URL of the folder, or of the file where its package.json has no name. */
  readonly folder: string;
  /** Whether only the name is the same, see {@link WatchedPackage.subPaths}. */
  readonly isAnother: boolean;
}

interface Manifest {
  readonly name?: unknown;
  readonly version?: unknown;
  readonly exports?: unknown;
}

const INSTALLED = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\/)/;
const manifests = new Map<string, Manifest | undefined>();

/**
 * The watched package of a file: by the folder below the innermost `node_modules`, else (a linked workspace, a monorepo) by the
 * name in the nearest package.json that has one. Only the path counts: others keep paths of their own in query and hash.
 *
 * @param url a `file:` URL
 */
export function watchedPackageOf(url: string, packages: readonly WatchedPackage[]): Match | undefined {
  const path = withoutQuery(url);
  const [, folder = new URL('.', path).href, installed] = INSTALLED.exec(path) ?? [];
  // Most files are of other packages, whose package.json nobody need read.
  if (installed !== undefined && !packages.some(({ name }) => name === installed)) return undefined;
  const manifest = installed === undefined ? nearestNamed(folder) : manifestIn(folder);
  const name = installed ?? manifest?.name;
  const candidates = packages.filter((each) => each.name === name);
  if (candidates.length === 0) return undefined;
  const watched = name as string;
  return {
    watched,
    name: packages.find((each) => each.name === manifest?.name)?.name ?? watched,
    version: typeof manifest?.version === 'string' ? manifest.version : undefined,
    folder,
    isAnother: !candidates.some((each) => isSame(each, manifest)),
  };
}

export function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '');
}

function isSame({ subPaths }: WatchedPackage, manifest: Manifest | undefined): boolean {
  if (subPaths === undefined || manifest === undefined) return true;
  const { exports } = manifest;
  return typeof exports === 'object' && exports !== null && subPaths.some((path) => path in exports);
}

function nearestNamed(folder: string): Manifest | undefined {
  const manifest = manifestIn(folder);
  const parent = new URL('..', folder).href;
  return typeof manifest?.name === 'string' || parent === folder ? manifest : nearestNamed(parent);
}

function manifestIn(folder: string): Manifest | undefined {
  if (!manifests.has(folder)) manifests.set(folder, readManifest(folder));
  return manifests.get(folder);
}

function readManifest(folder: string): Manifest | undefined {
  try {
    const manifest = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'));
    return typeof manifest === 'object' && manifest !== null ? manifest : undefined;
  } catch {
    return undefined;
  }
}
