// SPDX-License-Identifier: Apache-2.0
// What of the libraries is loaded, as V8 tells of the scripts that it has compiled: an application pays for those that it uses.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue } from '../../src/libraries/index.js';
import { applicationWith, onEachNode, register, runNode, usePackages } from '../../testkit/child.js';
import { castore, emmett, nestCqrs, nodeEventstore, usePackagesOf } from '../../testkit/library-apps.js';

const all = [emmett, castore, nodeEventstore, nestCqrs(11)];

/** Files below `src/libraries` that an application has loaded, each as often as it was. */
async function loadedBy(main: string, node: string): Promise<string[]> {
  const { folder, remove } = applicationWith({ 'package.json': '{}', 'main.mjs': main });
  try {
    usePackages(folder, '@opentelemetry');
    for (const library of all) usePackagesOf(library, folder);
    const { stderr, code } = await runNode({
      args: ['--no-warnings', '--import', register, 'main.mjs'],
      cwd: folder,
      env: { NODE_V8_COVERAGE: join(folder, 'coverage') },
      node,
    });
    assert.deepEqual([code, stderr], [0, '']);
    const reports = readdirSync(join(folder, 'coverage')).map((file) =>
      JSON.parse(readFileSync(join(folder, 'coverage', file), 'utf8')),
    );
    const urls = reports.flatMap(({ result }: { result: { url: string }[] }) => result.map(({ url }) => url));
    return urls.flatMap((url) => /\/dist\/src\/libraries\/(.*)$/.exec(url)?.[1] ?? []).sort();
  } finally {
    remove();
  }
}

/** The tables; names of families are known beforehand, to the configuration. */
const isTable = (file: string) => file.includes('/') && !/\/families\.js$/.test(file);
/** What libraries share, such as their instruments, belongs to none of them. */
const otherLibraries = catalogue.map(({ key }) => key).filter((key) => key !== 'nestjs-cqrs');
const tableFiles = (files: readonly string[]) => files.filter((file) => /^[^/]+\/index\.js$/.test(file));

describe('the tables of the libraries', () => {
  onEachNode('are not loaded by the preload, nor by an application that uses none of them', async (node) => {
    const files = await loadedBy(`import 'node:fs'; import 'rxjs';`, node);
    assert.ok(files.includes('index.js'), String(files));
    assert.deepEqual(files.filter(isTable), []);
  });

  onEachNode('are loaded once, and those of no other library, by an application that uses one', async (node) => {
    const files = await loadedBy(
      `import 'reflect-metadata';
      import { createRequire } from 'node:module';
      import '@nestjs/core';
      import '@nestjs/cqrs';
      createRequire(import.meta.url)('@nestjs/cqrs');`,
      node,
    );
    assert.deepEqual(tableFiles(files), ['nestjs-cqrs/index.js']);
    assert.deepEqual(
      files.filter((file) => isTable(file) && otherLibraries.some((key) => file.startsWith(`${key}/`))),
      [],
    );
  });
});
