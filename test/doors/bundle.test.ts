// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { build } from 'esbuild';
import { applicationWith, onEachNode, register, root, runNode } from '../../testkit/child.js';

/** What many put at the head of an ES module, for CommonJS packages in it. */
const REQUIRE = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

const formats = {
  'commonjs.cjs': { format: 'cjs' },
  'minified.cjs': { format: 'cjs', minify: true },
  'esm.mjs': { format: 'esm' },
  'with-require.mjs': { format: 'esm', banner: { js: REQUIRE } },
} as const;

describe('a bundle that holds ours', function () {
  this.timeout(120_000);
  let folder: string;
  let remove: () => void;

  before(async () => {
    ({ folder, remove } = applicationWith({
      'main.mjs': `
        import { EventSourceInstrumentation, weave } from ${JSON.stringify(join(root, 'dist/src/index.js'))};
        import { InMemoryEventStore } from ${JSON.stringify(join(root, 'node_modules/eventsource/dist/index.js'))};
        console.log(Object.keys(weave({ InMemoryEventStore }))[0]);
        new InMemoryEventStore().getEvents('order-1');
        const instrumentation = new EventSourceInstrumentation();
        if (process.argv[2] !== 'on') instrumentation.disable();
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

  for (const bundle of Object.keys(formats)) {
    onEachNode(`with the API in it, finds the SDK that the preload holds ready: ${bundle}`, async (node) => {
      const { stdout, stderr, code } = await runNode({
        node,
        args: ['--no-warnings', '--import', register, bundle, 'on'],
        cwd: folder,
        env: { OTEL_TRACES_EXPORTER: 'console', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' },
      });
      assert.deepEqual([stderr, code], ['', 0]);
      assert.match(stdout, /name: 'in_memory_event_store\.get_events'/);
    });
  }
});
