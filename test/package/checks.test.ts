// SPDX-License-Identifier: Apache-2.0
// What `npm run check:package` asks of tarballs: it finds what it is there to find, in packages that have it.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { addFiles, applicationWith, root } from '../../testkit/child.js';

interface Tarball {
  readonly file: string;
  readonly paths: readonly string[];
  readonly size: number;
  readonly unpackedSize: number;
}
interface Checks {
  readonly folder: string;
  readonly limits: Readonly<Record<string, number>>;
  readonly types: object;
}

const script = (name: string) => import(join(root, 'scripts/package', name));

describe('the checks of a package', function () {
  this.timeout(120_000);
  let findingsOf: (tarball: Tarball, checks: Omit<Checks, 'folder'>) => Promise<Record<string, string[]>>;
  let startUpFindings: (files: readonly string[]) => string[];
  let packages: readonly Checks[];
  let pack: (folder: string, into: string) => Tarball;
  let filesLoadedBy: (args: readonly string[], cwd: string) => string[];
  let folder: string;
  let remove: () => void;

  before(async () => {
    ({ findingsOf, startUpFindings, packages } = await script('checks.mjs'));
    ({ pack } = await script('tarball.mjs'));
    ({ filesLoadedBy } = await script('start-up.mjs'));
    ({ folder, remove } = applicationWith({
      'good/package.json': JSON.stringify({
        name: 'good',
        version: '1.0.0',
        license: 'MIT',
        type: 'module',
        exports: { types: './a.d.ts', default: './a.js' },
      }),
      'good/a.js': 'export const a = 1;\n',
      'good/a.d.ts': 'export declare const a: number;\n',
    }));
  });
  after(() => remove());

  const limits = { files: 3, 'bytes packed': 1000, 'bytes unpacked': 1000 };
  const types = { resolutions: ['node10', 'node16-cjs'] };
  const findings = async (name: string, more: Partial<Checks> = {}) =>
    findingsOf(pack(join(folder, name), folder), { limits, types, ...more });

  it('find nothing in a good one', async () => {
    assert.deepEqual(Object.values(await findings('good')).flat(), []);
  });

  it('find an export without a file, and one without types', async () => {
    addFiles(folder, {
      'bad/package.json': JSON.stringify({
        name: 'bad',
        version: '1.0.0',
        type: 'module',
        exports: { '.': { default: './a.js', types: './a.d.ts' }, './b': './b.js', './c': './c.js' },
      }),
      'bad/a.js': 'export const a = 1;\n',
      'bad/a.d.ts': 'export declare const a: number;\n',
      'bad/b.js': 'export const b = 1;\n',
    });
    const found = await findings('bad', { limits: {} });
    assert.match(
      found['publint, strict']?.join('\n') ?? '',
      /\.types should be the first[\s\S]*\.\/c\.js but the file does not exist/,
    );
    assert.match(found['are the types wrong?']?.join('\n') ?? '', /^\.\/b node16-esm: /m);
  });

  it('find CommonJS types over an ES module, unless that resolution is left out', async () => {
    assert.deepEqual((await findings('good', { types: {} }))['are the types wrong?'], [
      '. node10: Resolution failed',
      '. node16-cjs: Entrypoint is ESM-only',
    ]);
  });

  it('find a package that has grown beyond a limit', async () => {
    const found = await findings('good', { limits: { files: 2, 'bytes packed': 1, 'bytes unpacked': 1000 } });
    assert.match(
      found['no larger than it may be']?.join() ?? '',
      /^files: 3 is more than 2,bytes packed: \d+ is more than 1$/,
    );
  });

  it('find what a preload loads too early', () => {
    assert.deepEqual(
      startUpFindings([
        '/a/src/libraries/emmett/index.js',
        '/a/src/sdk/start.js',
        '/node_modules/@opentelemetry/api/b.js',
      ]),
      ['loaded at start: /a/src/libraries/emmett/index.js', 'loaded at start: /a/src/sdk/start.js'],
    );
    assert.equal(startUpFindings(new Array(1000).fill('/a.js')).length, 1);
  });

  it('see every file that a process loads', () => {
    addFiles(folder, { 'one.mjs': "import './two.mjs';", 'two.mjs': 'export const two = 2;', 'three.mjs': '' });
    assert.deepEqual(filesLoadedBy(['--import', './one.mjs'], folder), [
      join(folder, 'one.mjs'),
      join(folder, 'two.mjs'),
    ]);
  });

  it('have nothing to say of the preload of this package', () => {
    assert.deepEqual(startUpFindings(filesLoadedBy(['--import', './register'], root)), []);
  });

  for (const name of ['.', 'fixtures/eventsource']) {
    it(`have nothing to say of the package in ${name}`, async () => {
      const checks = packages.find((each) => each.folder === name);
      assert.ok(checks);
      assert.deepEqual(Object.values(await findingsOf(pack(join(root, name), folder), checks)).flat(), []);
    });
  }
});
