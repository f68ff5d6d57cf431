// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';

const INSTALLED = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//;
const nameByFolder = new Map<string, string | undefined>();

/**
 * The name of the package that a file belongs to: the folder below the innermost `node_modules`, else (a linked workspace,
 * a monorepo) the name in the nearest package.json that has one.
 *
 * @param url a `file:` URL
 */
export function packageOf(url: string): string | undefined {
  return INSTALLED.exec(url)?.[1] ?? nearestName(new URL('.', url).href);
}

function nearestName(folder: string): string | undefined {
  if (nameByFolder.has(folder)) return nameByFolder.get(folder);
  const parent = new URL('..', folder).href;
  const name = nameIn(folder) ?? (parent === folder ? undefined : nearestName(parent));
  nameByFolder.set(folder, name);
  return name;
}

function nameIn(folder: string): string | undefined {
  try {
    const { name } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'));
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined;
  }
}
