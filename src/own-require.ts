// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
// Not by name: what many put at the head of a bundle of ES modules, `import { createRequire } …`, would be there twice.
import nodeModule from 'node:module';
import { join } from 'node:path';

/**
 * `require` as of a file of this package. Asked for when it is needed and not at module scope: in a bundle in CommonJS
 * `import.meta.url` is empty, and `createRequire` would end the application; there it resolves from the working directory.
 */
export function ownRequire(): NodeJS.Require {
  return nodeModule.createRequire(import.meta.url || join(process.cwd(), 'package.json'));
}

/**
 * The URL of a file of this package; `undefined` in a bundle, which has none.
 *
 * @param path relative to the folder of this file
 */
export function ownFile(path: string): URL | undefined {
  if (!import.meta.url) return undefined;
  const url = new URL(path, import.meta.url);
  return existsSync(url) ? url : undefined;
}
