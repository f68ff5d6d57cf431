// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { build } from 'esbuild';
import { applicationWith, onEachNode, root, runNode } from '../../testkit/child.js';

/** Makes what `import.meta` and `require` are where the bundle is. */
const REQUIRE = "import { createRequire as r } from 'node:module'; const require = r(import.meta.url);";

const formats = {
  'commonjs.cjs': { format: 'cjs' },
  'minified.cjs': { format: 'cjs', minify: true },
  'esm.mjs': { format: 'esm', banner: { js: REQUIRE } },
} as const;

describe('a bundle that holds ours', () => {
  let folder: string;
  let remove: () => void;

  before(async () => {
    ({ folder, remove } = applicationWith({
      'main.mjs': `
        import { EventSourceInstrumentation, weave } from ${JSON.stringify(join(root, 'dist/src/index.js'))};
        class InMemoryEventStore { getEvents() {} appendEvents() {} }
        console.log(Object.keys(weave({ InMemoryEventStore }))[0]);
        new EventSourceInstrumentation().disable();
        console.log('done');
      `,
    }));
    for (const [outfile, options] of Object.entries(formats)) {
      await build({
        ...options,
        entryPoints: [join(folder, 'main.mjs')],
        outfile: join(folder, outfile),
        bundle: true,
        platform: 'node',
        logLevel: 'error',
        logOverride: { 'empty-import-meta': 'silent' },
      });
    }
  });
  after(() => remove());

  for (const bundle of Object.keys(formats)) {
    onEachNode(`loads, weaves by hand and takes an instance: ${bundle}`, async (node) => {
      const { stdout, code } = await runNode({ node, args: [bundle], cwd: folder });
      assert.deepEqual({ stdout, code }, { stdout: 'methods\ndone\n', code: 0 });
    });
  }
});
