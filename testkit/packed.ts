// SPDX-License-Identifier: Apache-2.0
// Packages as npm packs them, in an application that has copies of all it needs and nothing of the repository above it.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './child.js';

/**
 * Packs a package; the target builds itself for that, ours must have been built.
 *
 * @param folder the package
 * @param into where the tarball is written
 * @returns the tarball
 */
export function pack(folder: string, into: string): string {
  const scripts = folder === root ? ['--ignore-scripts'] : [];
  const packed = execFileSync('npm', ['pack', '--silent', ...scripts, '--pack-destination', into], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return join(into, packed.trim());
}

/** @param name that it is installed under in the application */
export function unpack(tarball: string, application: string, name: string): void {
  const installed = join(application, 'node_modules', name);
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
}

/** Copies packages with all that they need from the repository's `node_modules`; peers only where they are named. */
export function copyPackages(application: string, names: Iterable<string>): void {
  for (const name of withDependencies(names)) {
    const place = join(application, 'node_modules', name);
    if (!existsSync(place)) cpSync(join(root, 'node_modules', name), place, { recursive: true });
  }
}

/** Names below the repository's `node_modules`, with all that they need there. */
export function withDependencies(names: Iterable<string>, found = new Set<string>()): ReadonlySet<string> {
  for (const name of names) {
    const manifest = join(root, 'node_modules', name, 'package.json');
    // An optional binary of another platform is not installed.
    if (found.has(name) || !existsSync(manifest)) continue;
    found.add(name);
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8'));
    withDependencies([...Object.keys(dependencies), ...Object.keys(optionalDependencies)], found);
  }
  return found;
}
