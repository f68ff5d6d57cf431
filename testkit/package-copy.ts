// SPDX-License-Identifier: Apache-2.0
// Another copy of this package, as a dependency of a dependency brings one.
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './child.js';

export interface PackageCopy {
  readonly folder: string;
  /** Its preload. */
  readonly register: string;
  readonly remove: () => void;
}

/** @param version what it says it is; default: what this one is */
export function copyOfThisPackage(version?: string): PackageCopy {
  const folder = mkdtempSync(join(tmpdir(), 'eventsource-copy-'));
  for (const part of ['package.json', 'dist/src', 'dist/register.js']) {
    cpSync(join(root, part), join(folder, part), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  if (version !== undefined) {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, version }));
  }
  return {
    folder,
    register: join(folder, 'dist/register.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
