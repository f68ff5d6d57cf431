// SPDX-License-Identifier: Apache-2.0
// Our package as a user has it: a real copy below an application's node_modules, with what it depends on.
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, usePackages } from './child.js';

export const packageName = 'opentelemetry-instrumentation-eventsource';

/**
 * Installs a copy of ours with its dependencies, the target and, of the peers, those named.
 *
 * @param folder the application
 */
export function installOurs(folder: string, ...peers: readonly string[]): void {
  copyOurs(folder);
  usePackages(folder, 'eventsource', ...Object.keys(ourDependencies()), ...peers);
}

/** The same without anything that it needs. */
export function copyOurs(folder: string): void {
  const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const path of ['package.json', ...files] as string[]) {
    if (/^dist|^register$|\.mjs$|^package/.test(path)) {
      cpSync(join(root, path), join(folder, 'node_modules', packageName, path), { recursive: true });
    }
  }
}

/** With their ranges. */
export function ourDependencies(): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dependencies;
}
