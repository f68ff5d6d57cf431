// SPDX-License-Identifier: Apache-2.0
// The public types, as compilers that people use see them in the packed package: with no library of event sourcing beside it, and
// declarations checked, too.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applicationWith, root, runNode } from '../../testkit/child.js';
import { packageName } from '../../testkit/installed.js';
import { copyPackages, pack, unpack } from '../../testkit/packed.js';

const sources = ['module.mts', 'commonjs.cts'];

describe('the types of the packed package', function () {
  this.timeout(120_000);
  let folder: string;
  let remove: () => void;

  before(() => {
    const texts = sources.map((name) => [name, readFileSync(join(root, 'test/package/compiled', name), 'utf8')]);
    ({ folder, remove } = applicationWith({
      'package.json': '{ "name": "application" }',
      ...Object.fromEntries(texts),
    }));
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    unpack(pack(root, folder), folder, packageName);
    copyPackages(folder, [...Object.keys(dependencies), '@opentelemetry/api', '@types/node']);
  });
  after(() => remove());

  for (const compiler of ['typescript-5-9', 'typescript-6', 'typescript']) {
    // To `node16` no ES module can be required, which it says of our declarations unless it skips them.
    for (const [module, skipLibCheck] of [
      ['node16', 'true'],
      ['nodenext', 'false'],
    ] as const) {
      it(`are what they should be to ${compiler} with --module ${module}`, async () => {
        const out = `${compiler}-${module}`;
        const options = ['--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', skipLibCheck];
        const target = [
          '--target',
          'es2022',
          '--lib',
          'es2023',
          '--types',
          'node',
          '--module',
          module,
          '--outDir',
          out,
        ];
        const tsc = join(root, 'node_modules', compiler, 'bin/tsc');
        const args = [tsc, ...sources, ...options, ...target];
        const { stdout, status } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
        assert.deepEqual({ stdout, status }, { stdout: '', status: 0 });
        const run = await runNode({ args: [join(out, 'commonjs.cjs')], cwd: folder });
        assert.deepEqual([run.stderr, run.code], ['', 0]);
        assert.equal(run.stdout, '0 eventsource.aggregate.id  true object object\n');
      });
    }
  }
});
