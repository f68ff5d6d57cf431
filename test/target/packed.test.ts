// SPDX-License-Identifier: Apache-2.0
// The target as a package of its own: packed, in an empty folder with its drivers and a test runner, nothing of OpenTelemetry.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root, runNode } from '../../testkit/child.js';
import { copyPackages, pack, unpack } from '../../testkit/packed.js';

const target = join(root, 'fixtures/eventsource');
const { peerDependencies: drivers } = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8'));
/** What its own tests need. */
const tools = [...Object.keys(drivers), 'mocha', 'sinon', 'fast-check'];

describe('the target, packed alone', function () {
  this.timeout(180_000);
  let folder: string;

  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'eventsource-packed-')));
    unpack(pack(target, folder), folder, 'eventsource');
    copyPackages(folder, tools);
    const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
    const project = join(target, 'tsconfig.test.json');
    execFileSync(process.execPath, [tsc, '-p', project, '--outDir', join(folder, 'test')], { stdio: ['ignore', 2, 2] });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('has nothing of OpenTelemetry around it', () => {
    assert.ok(!existsSync(join(folder, 'node_modules/@opentelemetry')));
    assert.throws(() => createRequire(join(folder, 'test/x.js')).resolve('@opentelemetry/api'), /Cannot find module/);
  });

  it('passes its own tests', async () => {
    const mocha = join(folder, 'node_modules/mocha/bin/mocha.js');
    const args = [mocha, '--reporter', 'json', '--ignore', 'test/services/**', 'test/**/*.test.js'];
    const { stdout, stderr, code } = await runNode({
      args,
      cwd: folder,
      timeoutMillis: 150_000,
      env: { REQUIRE_ALL: '' },
    });
    const { stats, failures } = JSON.parse(stdout.slice(stdout.indexOf('{\n  "stats"')));
    assert.deepEqual(failures, [], stderr);
    assert.ok(stats.passes > 500, `${stats.passes} tests`);
    assert.equal(code, 0);
  });

  it('is made of its code and nothing else', () => {
    const files = filesBelow(join(folder, 'node_modules/eventsource'));
    assert.deepEqual(
      files.filter((file) => !/^package\.json$|^README\.md$|^dist\/.*\.(?:js|d\.ts|js\.map)$/.test(file)),
      [],
    );
    const { dependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(
      readFileSync(join(folder, 'node_modules/eventsource/package.json'), 'utf8'),
    );
    assert.equal(dependencies, undefined);
    assert.deepEqual(Object.keys(peerDependenciesMeta), Object.keys(peerDependencies));
  });
});

function filesBelow(folder: string, path = ''): string[] {
  return readdirSync(join(folder, path), { withFileTypes: true }).flatMap((entry) => {
    const below = path === '' ? entry.name : `${path}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(folder, below) : [below];
  });
}
