// SPDX-License-Identifier: Apache-2.0
// The public types and the decorators, with the compilers that people use, in an application of its own.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applicationWith, root, runNode, usePackages } from '../../testkit/child.js';
import { installOurs } from '../../testkit/installed.js';
import { tracedApplication } from '../preload/traced-application.js';

/** Package that the compiler is installed as → its major version and minor version, where that says more. */
const compilers = { 'typescript-5-9': '5.9', 'typescript-6': '6.', typescript: '7.' };
const sources = ['components.ts', 'standard.ts', 'types.ts'] as const;

const printed = {
  'components.ts': {
    results: ['loaded aa', 'derived loaded bb', [1], 'c', 6, 'load', 1, 2],
    spans:
      'component.make,component.read,component.load,component.read,component.load,derived.load,component.pages,' +
      'component.save,add,plain.double,component.stream',
  },
  'standard.ts': { results: [43], spans: 'vault.open,vault.twice,vault.count' },
};

for (const [compiler, version] of Object.entries(compilers)) {
  describe(`components compiled with TypeScript ${version.replace(/\.$/, '')}`, function () {
    this.timeout(120_000);
    let folder: string;
    let remove: () => void;

    before(() => {
      const texts = sources.map((name) => [name, readFileSync(join(root, 'test/custom/compiled', name), 'utf8')]);
      ({ folder, remove } = applicationWith({
        'package.json': '{ "type": "module" }',
        ...Object.fromEntries(texts),
        'provider.js': tracedApplication['provider.mjs'],
      }));
      installOurs(folder, '@opentelemetry/api', '@opentelemetry/context-async-hooks', '@opentelemetry/sdk-trace-base');
      usePackages(folder, compiler);
    });
    after(() => remove());

    it('is that version', () => {
      const { version: installed } = JSON.parse(
        readFileSync(join(folder, 'node_modules', compiler, 'package.json'), 'utf8'),
      );
      assert.ok(installed.startsWith(version), installed);
    });

    for (const legacy of [false, true]) {
      it(`have the types and the spans that they should ${legacy ? 'with' : 'without'} experimentalDecorators`, async () => {
        const files = sources.filter((name) => !legacy || name !== 'standard.ts');
        const out = legacy ? 'legacy' : 'standard';
        const options = [
          ...[
            '--strict',
            '--exactOptionalPropertyTypes',
            '--noImplicitOverride',
            '--declaration',
            '--skipLibCheck',
            'false',
          ],
          ...['--target', 'es2022', '--lib', 'es2022,dom', '--module', 'nodenext', '--rootDir', '.', '--outDir', out],
          ...(legacy ? ['--experimentalDecorators'] : []),
        ];
        const tsc = join(folder, 'node_modules', compiler, 'bin/tsc');
        const { stdout, status } = spawnSync(process.execPath, [tsc, ...files, ...options], {
          cwd: folder,
          encoding: 'utf8',
        });
        assert.deepEqual({ stdout, status }, { stdout: '', status: 0 });
        const emitted = readFileSync(join(folder, out, 'components.js'), 'utf8');
        assert.equal(emitted.includes('__esDecorate('), !legacy);
        assert.equal(emitted.includes('__decorate('), legacy);
        for (const [name, { results, spans }] of Object.entries(printed)) {
          if (!(files as readonly string[]).includes(name)) continue;
          const args = ['--import', './provider.js', join(out, name.replace('.ts', '.js'))];
          const run = await runNode({ args, cwd: folder });
          assert.deepEqual([run.stderr, run.code], ['', 0]);
          const [first = '', second] = run.stdout.split('\n');
          assert.deepEqual(JSON.parse(first), results);
          assert.equal(second, spans);
        }
      });
    }
  });
}
