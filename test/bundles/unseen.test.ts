// SPDX-License-Identifier: Apache-2.0
// What the preload says where a library is used past all hooks, and that it says nothing anywhere else.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { bundlers } from '../../testkit/build-tools.js';
import { addFiles, applicationWith, onEachNode, register, root, runNode, usePackages } from '../../testkit/child.js';
import {
  type AppLibrary,
  castore,
  emmett,
  kurrent,
  nestCqrs,
  nodeEventstore,
  usePackagesOf,
} from '../../testkit/library-apps.js';

const OURS = JSON.stringify(join(root, 'dist/src/index.js'));
const eventsource: AppLibrary = { key: 'eventsource', packages: { eventsource: 'eventsource' } };

/** Each with what an application takes from it. */
const uses = {
  eventsource: [eventsource, "import { InMemoryEventStore as used } from 'eventsource';"],
  'nestjs-cqrs': [nestCqrs(11), "import 'reflect-metadata'; import { CommandHandler as used } from '@nestjs/cqrs';"],
  emmett: [emmett, "import { CommandHandler as used } from '@event-driven-io/emmett';"],
  castore: [castore, "import { Command as used } from '@castore/core';"],
  'node-eventstore': [nodeEventstore, "import used from 'eventstore';"],
  kurrent: [kurrent, "import { KurrentDBClient as used } from '@kurrent/kurrentdb-client';"],
} as const satisfies Readonly<Record<string, readonly [AppLibrary, string]>>;

const OUTSIDE = [
  '@kurrent/bridge',
  '@nestjs/microservices',
  '@nestjs/websockets',
  'class-transformer',
  'class-validator',
];

const said = (file: string, key: string) =>
  `opentelemetry-instrumentation-eventsource: ${file} is a bundle that holds ${key}, where nothing can be hooked: nothing ` +
  'of it is traced. Leave it out of the bundle, or weave it by hand (docs/bundles.md)\n';

const sources = {
  'woven.mjs': `
    import * as eventsource from 'eventsource';
    import { weave } from ${OURS};
    weave(eventsource);
    console.log('done');
  `,
  'ours-alone.mjs': `
    import { traced, weave, EventSourceInstrumentation } from ${OURS};
    console.log(typeof traced, typeof weave, typeof EventSourceInstrumentation);
  `,
  'constructing.mjs': `
    import { InMemoryEventStore } from 'eventsource';
    import { EventSourceInstrumentation } from ${OURS};
    new EventSourceInstrumentation();
    console.log(typeof InMemoryEventStore);
  `,
  'serving.mjs': `
    import { InMemoryEventStore } from 'eventsource';
    setTimeout(() => console.log(typeof InMemoryEventStore), 1500);
  `,
  'split.mjs': "import('./store.mjs').then(({ used }) => console.log(typeof used));",
  'store.mjs': "export { InMemoryEventStore as used } from 'eventsource';",
} as const;

describe('what the preload says of a bundle', function () {
  this.timeout(300_000);
  let folder: string;
  let remove: () => void;

  before(async () => {
    ({ folder, remove } = applicationWith({ 'package.json': '{}', ...sources }));
    usePackages(folder, '@kurrent', '@opentelemetry');
    for (const [key, [library, text]] of Object.entries(uses)) {
      addFiles(folder, { [`${key}.mjs`]: `${text} console.log(typeof used);` });
      if (key !== 'kurrent') usePackagesOf(library, folder);
    }
    const bundle = { folder, minify: true, external: OUTSIDE } as const;
    const files = [...Object.keys(uses).map((key) => `${key}.mjs`), ...Object.keys(sources)];
    for (const file of files.filter((file) => !['split.mjs', 'store.mjs'].includes(file))) {
      await bundlers.esbuild({ ...bundle, entries: [file], format: 'cjs' });
    }
    await bundlers.esbuild({ ...bundle, entries: ['split.mjs', 'store.mjs'], format: 'mjs' });
    addFiles(folder, {
      'node_modules/tool/main.cjs': `require(${JSON.stringify(join(folder, 'dist/eventsource.cjs'))});`,
    });
  });
  after(() => remove());

  const run = (node: string, file: string, env = {}) =>
    runNode({ node, args: ['--no-warnings', '--import', register, file], cwd: folder, env });

  onEachNode('names each library that is in it, minified or not, and what to do', async (node) => {
    for (const key of Object.keys(uses)) {
      const { stdout, stderr, code } = await run(node, `dist/${key}.cjs`);
      assert.deepEqual([stdout, stderr, code], ['function\n', said(join(folder, `dist/${key}.cjs`), key), 0]);
    }
  });

  onEachNode('is said while a server runs, and of what the bundler has split', async (node) => {
    for (const file of ['dist/serving.cjs', 'dist/split.mjs']) {
      const { stdout, stderr } = await run(node, file);
      assert.deepEqual([stdout, stderr], ['function\n', said(join(folder, file), 'eventsource')]);
    }
  });

  onEachNode('is said by an instance in a bundle, too', async (node) => {
    const { stdout, stderr } = await runNode({ node, args: ['--no-warnings', 'dist/constructing.cjs'], cwd: folder });
    assert.deepEqual([stdout, stderr], ['function\n', said(join(folder, 'dist/constructing.cjs'), 'eventsource')]);
  });

  onEachNode(
    'is nothing where the library is woven by hand, switched off, not in it, or not in a bundle',
    async (node) => {
      for (const [file, env] of [
        ['dist/woven.cjs', {}],
        ['dist/ours-alone.cjs', {}],
        ['dist/eventsource.cjs', { OTEL_INSTRUMENTATION_EVENTSOURCE_LIBRARIES: 'eventsource=false' }],
        ['dist/eventsource.cjs', { OTEL_INSTRUMENTATION_EVENTSOURCE_ENABLED: 'false' }],
        ['node_modules/tool/main.cjs', {}],
        ['eventsource.mjs', {}],
        ['castore.mjs', {}],
      ] as const) {
        const { stderr, code } = await run(node, file, env);
        assert.deepEqual([stderr, code], ['', 0], file);
      }
    },
  );

  onEachNode('leaves a process alone that uses nothing: no listener, no timer', async (node) => {
    addFiles(folder, {
      'nothing.cjs':
        "console.log(process.listenerCount('exit'), process.getActiveResourcesInfo().includes('Timeout'));",
    });
    // The thread for hooks that Node 20 starts brings a listener of its own.
    const hooks =
      "import{register}from'node:module';process.versions.node.startsWith('20.')&&register('data:text/javascript,')";
    const args = ['--import', `data:text/javascript,${hooks}`, 'nothing.cjs'];
    const { stdout: bare } = await runNode({ node, args, cwd: folder });
    const { stdout } = await run(node, 'nothing.cjs');
    assert.equal(stdout, bare);
  });
});
