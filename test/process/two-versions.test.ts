// SPDX-License-Identifier: Apache-2.0
// Our package twice in one process, as npm packs it, the second time in another version that a dependency brings: preloaded, woven by
// hand, imported and required in whatever mixture, a library of each kind gives one set of spans.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { preloadFile, type RecordedSpan } from '../../testkit/bare-and-woven.js';
import { addFiles, applicationWith, nodeBinary, root, runNode, usePackages } from '../../testkit/child.js';
import { forestOf, sorted, type Tree } from '../../testkit/forests.js';
import { ourDependencies, packageName } from '../../testkit/installed.js';
import { emmett, eventsource, nestCqrs, runApp, usePackagesOf } from '../../testkit/library-apps.js';
import { pack, unpack } from '../../testkit/packed.js';

/** Classes in place and such as applications derive from, functions that are replaced, classes of a framework. */
const applications = [
  { library: eventsource, app: 'accounts' },
  { library: emmett, app: 'carts' },
  { library: nestCqrs(11), app: 'orders' },
] as const;

/** What a dependency brings: a module that is imported and one that is required, both of its own copy of ours. */
const KIT = 'node_modules/kit';
const OTHER_VERSION = '0.0.1';

const kit = {
  [`${KIT}/package.json`]: '{ "name": "kit", "type": "module" }',
  [`${KIT}/import.js`]: `export * from '${packageName}';`,
  [`${KIT}/require.cjs`]: `module.exports = require('${packageName}');`,
  [`${KIT}/preload.js`]: `import '${packageName}/register';`,
} as const;

const main = `
  import * as api from '@opentelemetry/api';
  import { createRequire } from 'node:module';
  const require = createRequire(import.meta.url);
  const weavers = [];
  for (const by of (process.env.BY_HAND ?? '').split(' ').filter(Boolean)) {
    const [how, name] = by.split(':');
    weavers.push(how === 'import' ? await import(name) : require(name));
  }
  const used = (module) => weavers.reduce((module, { woven }) => woven(module), module);
  const request = (name, work) => api.trace.getTracer('application').startActiveSpan(name, async (span) => {
    try {
      return await work();
    } finally {
      span.end();
    }
  });
  ${applications.map(running).join('')}
`;

function running({ library, app }: (typeof applications)[number]): string {
  const loads = Object.entries(library.packages).map(([name, from]) => `${name}: used(await import('${from}'))`);
  const file = JSON.stringify(join(root, 'test/libraries', library.key, 'apps', `${app}.mjs`));
  return `
    console.log(JSON.stringify(await (await import(${file})).${app}({ ${loads.join()}, api, request })));
  `;
}

/** What is preloaded, and what weaves by hand, one after the other; the version of Node.js in turn. */
const mixtures = {
  'preloaded, and woven by hand by the other': {
    node: 20,
    preloads: [`${packageName}/register`],
    byHand: ['import:kit/import.js'],
  },
  'the other preloaded, woven by hand by this one, imported and required': {
    node: 24,
    preloads: ['kit/preload.js'],
    byHand: [`import:${packageName}`, `require:${packageName}`],
  },
  'woven by hand by both, each imported and required, without a preload': {
    node: 20,
    preloads: [],
    byHand: ['require:kit/require.cjs', `import:${packageName}`, 'import:kit/import.js', `require:${packageName}`],
  },
  'both preloaded, this one imported, the other required': {
    node: 24,
    preloads: [`${packageName}/register`, 'kit/preload.js'],
    byHand: [`import:${packageName}`, 'require:kit/require.cjs'],
  },
} as const;

describe('two versions of this package in one process', function () {
  this.timeout(120_000);
  let folder: string;
  let remove: () => void;
  let expected: readonly Tree[];

  before(async () => {
    ({ folder, remove } = applicationWith({ 'package.json': '{}', 'main.mjs': main, ...kit }));
    const tarball = pack(root, folder);
    for (const [place, version] of [
      [folder, undefined],
      [join(folder, KIT), OTHER_VERSION],
    ] as const) {
      unpack(tarball, place, packageName);
      const manifest = join(place, 'node_modules', packageName, 'package.json');
      if (version === undefined) continue;
      addFiles(folder, {
        [manifest.slice(folder.length)]: JSON.stringify({ ...JSON.parse(readFileSync(manifest, 'utf8')), version }),
      });
    }
    usePackages(folder, ...Object.keys(ourDependencies()), '@opentelemetry/api', '@opentelemetry/core', 'libsql');
    for (const { library } of applications) usePackagesOf(library, folder);
    const forests = applications.map(async ({ library, app }): Promise<readonly Tree[]> => {
      if (library === eventsource) return forestOf((await runApp(library, { format: 'mjs', app })).spans);
      return JSON.parse(readFileSync(join(root, 'test/libraries', library.key, 'expected', `${app}.json`), 'utf8'));
    });
    expected = sorted((await Promise.all(forests)).flat());
  });
  after(() => remove());

  for (const [title, { node: major, preloads, byHand }] of Object.entries(mixtures)) {
    it(`give one set of spans: ${title} (Node ${major})`, async function () {
      const node = nodeBinary(this, major);
      const file = join(folder, 'spans.jsonl');
      writeFileSync(file, '');
      const { stderr, code } = await runNode({
        node,
        args: [
          '--no-warnings',
          ...[...preloads, preloadFile('record-spans')].flatMap((path) => ['--import', path]),
          'main.mjs',
        ],
        cwd: folder,
        env: { SPANS_FILE: file, BY_HAND: byHand.join(' ') },
      });
      assert.deepEqual([stderr, code], ['', 0]);
      const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
      assert.deepEqual(forestOf(lines.map((line): RecordedSpan => JSON.parse(line))), expected);
    });
  }
});
