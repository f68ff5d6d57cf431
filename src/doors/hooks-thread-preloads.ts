// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isModuleNamespaceObject } from 'node:util/types';
import { hasImports } from './module-text.js';

/**
 * The ES module, if there is one, on which a thread for loader hooks would fail, and with it the process: from 22.15 to 24.11
 * Node.js runs the files of `--require` in that thread again, where it cannot require an ES module that imports anything. Files
 * of ours know that.
 */
export function hooksThreadWouldFailOn(): string | undefined {
  if (!('registerHooks' in nodeModule)) return undefined;
  const { _preload_modules: preloads = [] } = process as { readonly _preload_modules?: readonly string[] };
  const require = nodeModule.createRequire(join(process.cwd(), 'package.json'));
  const ours = fileURLToPath(new URL('../../', import.meta.url));
  const seen = new Set<string>();

  function find(module: NodeJS.Module | undefined): string | undefined {
    if (module?.filename == null || seen.has(module.filename)) return undefined;
    const { filename, children } = module;
    seen.add(filename);
    if (filename.startsWith(ours)) return undefined;
    if (isEsm(module)) return hasImports(readFileSync(filename, 'utf8')) ? filename : undefined;
    return firstOf(children, find);
  }

  return firstOf(preloads, (specifier) => {
    try {
      return find(require.cache[require.resolve(specifier)]);
    } catch {
      return undefined;
    }
  });
}

function isEsm({ exports, loaded, filename }: NodeJS.Module): boolean {
  if (loaded) return isModuleNamespaceObject(exports);
  if (/\.[cm][jt]s$/.test(filename)) return extname(filename).startsWith('.m');
  return nearestType(dirname(filename)) === 'module';
}

function nearestType(folder: string): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).type;
  } catch {
    return dirname(folder) === folder ? undefined : nearestType(dirname(folder));
  }
}

function firstOf<T>(items: readonly T[], find: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
