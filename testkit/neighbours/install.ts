// SPDX-License-Identifier: Apache-2.0
// A vendor's packages as npm installs them beside ours: once, into `.cache/neighbours`.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../child.js';
import { copyOurs, ourDependencies } from '../installed.js';
import type { Vendor } from './vendors.js';

/**
 * Makes an application of a folder: the vendor's packages, a copy of ours, the target and the driver of PostgreSQL.
 *
 * @throws where npm cannot install them
 */
export function installBeside(vendor: Vendor, folder: string): void {
  const installed = join(installedFolder(vendor), 'node_modules');
  for (const name of packagesIn(installed)) link(join(installed, name), join(folder, 'node_modules', name));
  copyOurs(folder);
  link(join(root, 'node_modules/eventsource'), join(folder, 'node_modules/eventsource'));
}

function installedFolder({ key, packages }: Vendor): string {
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules/pg/package.json'), 'utf8'));
  const dependencies = { '@opentelemetry/api': '^1.9.0', pg: version, ...ourDependencies(), ...packages };
  const manifest = JSON.stringify({ private: true, dependencies });
  const folder = join(root, '.cache/neighbours', key);
  const done = join(folder, 'installed.json');
  if (existsSync(done) && readFileSync(done, 'utf8') === manifest) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), manifest);
  // Scripts of packages download binaries that nothing here needs.
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  writeFileSync(done, manifest);
  return folder;
}

function packagesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) =>
      name.startsWith('@') ? readdirSync(join(folder, name)).map((each) => `${name}/${each}`) : [name],
    );
}

function link(target: string, place: string): void {
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(target, place);
}
