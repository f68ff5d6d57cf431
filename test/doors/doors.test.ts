// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { addFiles, applicationWith, onEachNode, root, runNode } from '../../testkit/child.js';
import { below, commonjsTarget, esmTarget, openDoors, viaIndex, viaStores } from '../../testkit/small-target.js';

const library = JSON.stringify(join(root, 'dist/src/doors/index.js'));

const applications = {
  'import.mjs': "import { Store } from 'target/stores'; new Store();",
  'import-dynamic.mjs': "await import('target/stores');",
  'import-all.mjs': "import { Aggregate } from 'target'; import { Store } from 'target/stores'; new Store();",
  'require.cjs': "new (require('target/stores').Store)();",
  'require-all.cjs': "require('target'); require('target/stores'); require('target');",
  'import-requiring.mjs': "import './require.cjs';",
  'both.mjs': `
    import { createRequire } from 'node:module';
    import * as imported from 'target';
    const required = createRequire(import.meta.url)('target');
    if (imported.Store !== required.Store) throw new Error('two classes');
  `,
  'worker.mjs': "import { Worker } from 'node:worker_threads'; new Worker(new URL('import.mjs', import.meta.url));",
  'none.mjs': '',
};

describe('openDoors', () => {
  let folder: string;
  let remove: () => void;

  before(() => {
    ({ folder, remove } = applicationWith({
      'preload.mjs': openDoors,
      ...applications,
      ...below('node_modules/target', esmTarget),
      ...below('node_modules/other', { ...esmTarget, 'package.json': '{ "name": "other", "type": "module" }' }),
    }));
    addFiles(folder, { 'other.mjs': "import 'other/dist/index.js';" });
  });
  after(() => remove());

  async function seenBy(node: string, ...args: string[]): Promise<string[]> {
    const { stdout, stderr, code } = await runNode({ node, args, cwd: folder });
    assert.deepEqual({ stderr, code }, { stderr: '', code: 0 });
    return stdout.trim().split('\n');
  }

  const expected = {
    'import.mjs': viaStores,
    'import-dynamic.mjs': viaStores,
    'import-all.mjs': viaIndex,
    'require.cjs': viaStores,
    'require-all.cjs': viaIndex,
    'import-requiring.mjs': viaStores,
    'both.mjs': viaIndex,
    'other.mjs': [''],
    'none.mjs': [''],
  };
  for (const [application, modules] of Object.entries(expected)) {
    onEachNode(`hands over every file that ${application} loads, once`, async (node) => {
      assert.deepEqual(await seenBy(node, '--import', './preload.mjs', application), modules);
    });
  }

  onEachNode('opens in a preload by --require', async (node) => {
    assert.deepEqual(await seenBy(node, '--require', './preload.mjs', 'require.cjs'), viaStores);
    assert.deepEqual(await seenBy(node, '--require', './preload.mjs', 'import.mjs'), viaStores);
  });

  onEachNode('opens again in a worker', async (node) => {
    const seen = await seenBy(node, '--import', './preload.mjs', 'worker.mjs');
    assert.deepEqual(
      seen.filter((line) => line !== ''),
      viaStores,
    );
  });

  onEachNode('hands over what was required before, and once more nothing', async (node) => {
    addFiles(folder, { 'late.cjs': "require('target/stores'); require('./preload.mjs'); require('target/stores');" });
    assert.deepEqual(await seenBy(node, 'late.cjs'), viaStores);
  });

  onEachNode('hands over the files of a CommonJS package', async (node) => {
    const commonjs = applicationWith({
      'preload.mjs': openDoors,
      ...applications,
      ...below('node_modules/target', commonjsTarget),
    });
    try {
      for (const [application, modules] of [
        ['require.cjs', viaStores],
        ['require-all.cjs', viaIndex],
      ] as const) {
        const { stdout } = await runNode({
          node,
          args: ['--import', './preload.mjs', application],
          cwd: commonjs.folder,
        });
        assert.deepEqual(stdout.trim().split('\n'), modules);
      }
    } finally {
      commonjs.remove();
    }
  });

  onEachNode('finds a package that is linked from outside node_modules', async (node) => {
    const workspace = applicationWith({
      ...below('packages/target', esmTarget),
      'application/package.json': '{ "name": "application" }',
      'application/preload.mjs': openDoors,
      ...below('application', applications),
      'application/node_modules/.keep': '',
    });
    try {
      symlinkSync('../../packages/target', join(workspace.folder, 'application/node_modules/target'));
      for (const application of ['import.mjs', 'require.cjs']) {
        const cwd = join(workspace.folder, 'application');
        const { stdout } = await runNode({ node, args: ['--import', './preload.mjs', application], cwd });
        assert.deepEqual(stdout.trim().split('\n'), viaStores, application);
      }
    } finally {
      workspace.remove();
    }
  });

  onEachNode('keeps what the callback throws to itself, and says so once through diag', async (node) => {
    addFiles(folder, {
      'throwing.mjs': `
        import { watchPackages } from ${library};
        import { createRequire } from 'node:module';
        const { diag } = createRequire(${library})('@opentelemetry/api');
        const said = [];
        diag.setLogger({ error: (text) => said.push(text), warn() {}, info() {}, debug() {}, verbose() {} });
        watchPackages([{ name: 'target' }], ({ url }) => { if (url.endsWith('hidden.js')) throw new Error('ours'); });
        process.on('exit', () => console.log(said.length, said[0].includes('hidden.js')));
      `,
    });
    for (const application of ['import.mjs', 'require.cjs']) {
      assert.deepEqual(await seenBy(node, '--import', './throwing.mjs', application), ['1 true']);
    }
  });

  onEachNode('hands over the true module where another hook of `require` puts something in its place', async (node) => {
    addFiles(folder, {
      'replacing.cjs': `
        const { Hook } = require(${JSON.stringify(join(root, 'node_modules/require-in-the-middle'))});
        new Hook(['target'], { internals: true }, (exports) => ({ ...exports, replaced: true }));
      `,
      'replaced.cjs': "if (!require('target/stores').replaced) throw new Error('not replaced');",
    });
    for (const preloads of [
      ['--require', './replacing.cjs', '--require', './preload.mjs'],
      ['--require', './preload.mjs', '--require', './replacing.cjs'],
    ]) {
      assert.deepEqual(await seenBy(node, ...preloads, 'replaced.cjs'), viaStores);
    }
  });

  onEachNode('hands over nothing after the last watcher has gone', async (node) => {
    addFiles(folder, { 'close.mjs': 'closeDoors();' });
    for (const application of ['import.mjs', 'require.cjs']) {
      const seen = await seenBy(node, '--import', './preload.mjs', '--import', './close.mjs', application);
      assert.deepEqual(seen, [''], application);
    }
  });

  onEachNode('stands beside the doors of a second copy', async (node) => {
    addFiles(folder, { 'second.mjs': openDoors.replace('doors/index.js', 'doors/index.js?second') });
    for (const application of ['import-all.mjs', 'require-all.cjs']) {
      const seen = await seenBy(node, '--import', './preload.mjs', '--import', './second.mjs', application);
      assert.deepEqual(seen, [...viaIndex, ...viaIndex], application);
    }
  });

  for (const [when, options, shown] of [
    ['through diag, whose logger was set meanwhile', { logger: true }, 'stdout'],
    ['on stderr', {}, 'stderr'],
  ] as const) {
    onEachNode(`says ${when} that an application opened it too late to see anything`, async (node) => {
      const setLogger =
        'logger' in options
          ? 'diag.setLogger({ warn: (text) => console.log(text), error() {}, info() {}, debug() {}, verbose() {} });'
          : '';
      addFiles(folder, {
        'late.mjs': `
          import { Store } from 'target/stores';
          import { watchPackages } from ${library};
          import { createRequire } from 'node:module';
          const { diag } = createRequire(${library})('@opentelemetry/api');
          watchPackages([{ name: 'target' }], () => {});
          ${setLogger}
        `,
      });
      const { stdout, stderr, code } = await runNode({ node, args: ['late.mjs'], cwd: folder });
      const said = { stdout, stderr };
      assert.match(
        said[shown],
        /^opentelemetry\S+: file:\S+\/target\/dist\/\S+ was imported before .*--import opentelemetry\S+\/register, or call weave\(module\)\.\n$/,
      );
      assert.equal(stdout + stderr, said[shown]);
      assert.equal(code, 0);
      assert.deepEqual(await seenBy(node, '--import', './late.mjs', 'none.mjs'), ['']);
    });
  }

  onEachNode('says nothing to an application that imports after opening it, or nothing', async (node) => {
    addFiles(folder, {
      'in-time.mjs': "import './preload.mjs'; await import('target/stores');",
      'without.mjs': "import './preload.mjs';",
    });
    assert.deepEqual(await seenBy(node, 'without.mjs'), ['']);
    assert.deepEqual(await seenBy(node, 'in-time.mjs'), viaStores);
  });

  onEachNode('tells a later watcher of the same package what has been loaded', async (node) => {
    addFiles(folder, {
      'later.mjs': `
        import { watchPackages } from ${library};
        await import('target');
        const files = [];
        watchPackages([{ name: 'target' }], ({ url }) => files.push(url.split('/dist/').at(-1)));
        console.log(files.sort().join());
      `,
    });
    const [files] = await seenBy(node, '--import', './preload.mjs', 'later.mjs');
    assert.equal(files, 'index.js,internal/hidden.js,stores/index.js');
  });
});
