// SPDX-License-Identifier: Apache-2.0
// However the target is loaded, what the application gets is what it gets without us, and every class is woven once.
import assert from 'node:assert/strict';
import { observe, type Preload, treeOf } from '../../testkit/bare-and-woven.js';
import { onEachNode } from '../../testkit/child.js';
import { programFile } from './programs/files.js';
import { spansOfSave } from './programs/saves.js';

const saves = JSON.stringify(programFile('saves'));

/** One save with the library that the rest of the line loads. */
const files = {
  'imported.mjs': `
    import * as library from 'eventsource';
    import { bankOf } from ${saves};
    const bank = bankOf(library);
    await bank.save(1);
    console.log(bank.handled);
  `,
  'required.cjs': `
    const library = require('eventsource');
    const bank = require(${saves}).bankOf(library);
    bank.save(1).then(() => console.log(bank.handled));
  `,
  'classes.mjs': `
    import { createRequire } from 'node:module';
    import { InMemoryEventStore } from 'eventsource/stores';
    export const require = createRequire(import.meta.url);
    export async function same(...libraries) {
      console.log(libraries.map((library) => library.InMemoryEventStore === InMemoryEventStore));
      const stores = new Set(libraries.map((library) => library.InMemoryEventStore));
      for (const Store of stores) await new Store().getGlobalPosition();
      for (const Store of stores) await new Store().getEvents('x');
    }
  `,
  'second.mjs': `
    import { bankOf } from ${saves};
    const library = await import('eventsource');
    const second = await import(import.meta.resolve('eventsource') + '?second');
    const banks = [bankOf(library)];
    console.log(second === library, second.InMemoryEventStore === library.InMemoryEventStore);
    await banks[0].save(1);
    console.log(banks[0].handled);
  `,
} as const;

interface Loading {
  readonly files: Readonly<Record<string, string>>;
  /** As a tree. */
  readonly spans: string;
}

const read = 'in_memory_event_store.get_events';

const loadings: Readonly<Record<string, Loading>> = {
  import: { files: { 'main.mjs': "import './imported.mjs';" }, spans: spansOfSave },
  'a late import': { files: { 'main.cjs': "setTimeout(() => import('./imported.mjs'), 20);" }, spans: spansOfSave },
  require: { files: { 'main.cjs': "require('./required.cjs');" }, spans: spansOfSave },
  'a late require': { files: { 'main.cjs': "setTimeout(() => require('./required.cjs'), 20);" }, spans: spansOfSave },
  'import, then require': {
    files: {
      'main.mjs': `
        import { require, same } from './classes.mjs';
        import * as library from 'eventsource';
        await same(library, require('eventsource'), require('eventsource/stores'), require('eventsource'));
      `,
    },
    spans: read,
  },
  'require, then import': {
    files: {
      'main.cjs': `
        const libraries = [require('eventsource/stores'), require('eventsource')];
        (async () => {
          const { same } = await import('./classes.mjs');
          await same(...libraries, await import('eventsource'), await import('eventsource/stores'), await import('eventsource'));
        })();
      `,
    },
    spans: read,
  },
  'a second instance of the entry point': {
    files: { 'main.mjs': "import './second.mjs';" },
    spans: spansOfSave,
  },
  'a worker from an ES module': {
    files: { 'main.mjs': workerOf('imported.mjs') },
    spans: spansOfSave,
  },
  'a worker from a CommonJS file': { files: { 'main.mjs': workerOf('required.cjs') }, spans: spansOfSave },
  'workers one after another, and the main thread': {
    files: {
      'main.mjs': `
        import { once } from 'node:events';
        import { Worker } from 'node:worker_threads';
        for (const file of ['imported.mjs', 'required.cjs']) await once(new Worker(new URL(file, import.meta.url)), 'exit');
        await import('./imported.mjs');
      `,
    },
    spans: `${spansOfSave} ${spansOfSave} ${spansOfSave}`,
  },
  'a worker in a worker': {
    files: { 'main.mjs': workerOf('middle.mjs'), 'middle.mjs': workerOf('imported.mjs') },
    spans: spansOfSave,
  },
  fork: { files: { 'main.mjs': forkOf('imported.mjs') }, spans: spansOfSave },
  'fork without arguments for Node, which are in the environment': {
    files: {
      'main.mjs': forkOf(
        'imported.mjs',
        "{ execArgv: [], env: { ...process.env, NODE_OPTIONS: process.execArgv.join(' ') } }",
      ),
    },
    spans: spansOfSave,
  },
  'a worker of a cluster, and its first process': {
    files: {
      'main.mjs': `
        import cluster from 'node:cluster';
        import { once } from 'node:events';
        if (cluster.isPrimary) await once(cluster.fork(), 'exit');
        await import('./imported.mjs');
        cluster.worker?.disconnect();
      `,
    },
    spans: `${spansOfSave} ${spansOfSave}`,
  },
  'fork of a CommonJS file': { files: { 'main.mjs': forkOf('required.cjs') }, spans: spansOfSave },
};

/** Where Node runs no preload there is nothing to weave with; the application works all the same. */
const withoutPreload: typeof loadings = {
  'a worker from text': {
    files: {
      'main.cjs': `
        const { Worker } = require('node:worker_threads');
        new Worker("const bank = require(" + JSON.stringify(${saves}) + ").bankOf(require('eventsource'));" +
          "bank.save(1).then(() => console.log(bank.handled));", { eval: true });
      `,
    },
    spans: '',
  },
  'a worker from text that imports': {
    files: {
      'main.cjs': `
        const { Worker } = require('node:worker_threads');
        new Worker("import(" + JSON.stringify(require('node:path').resolve('imported.mjs')) + ")", { eval: true });
      `,
    },
    spans: '',
  },
  'fork without arguments for Node': { files: { 'main.mjs': forkOf('imported.mjs', '{ execArgv: [] }') }, spans: '' },
  'a worker without arguments for Node': {
    files: { 'main.mjs': workerOf('imported.mjs', '{ execArgv: [] }') },
    spans: '',
  },
};

describe('an application prints what it prints without us', () => {
  for (const [title, loading] of Object.entries({ ...loadings, ...withoutPreload })) {
    onEachNode(
      `${loading.spans === '' ? 'and has no spans' : 'and has its spans'}, loading the library by ${title}`,
      async (node) => {
        const main = Object.keys(loading.files).find((name) => name.startsWith('main.')) ?? '';
        const run = { node, files: { ...files, ...loading.files }, main };
        const [bare, woven] = await Promise.all([
          observe({ ...run, preload: 'bare' }),
          observe({ ...run, preload: 'recording' }),
        ]);
        assert.deepEqual([bare.stderr, bare.code], ['', 0]);
        assert.notEqual(bare.stdout, '');
        assert.deepEqual({ ...woven, spans: [] }, bare);
        assert.equal(treeOf(woven.spans), loading.spans);
      },
    );
  }
});

describe('an application under --watch', () => {
  onEachNode('prints what it prints without us, and has its spans', async (node) => {
    const run = (preload: Preload) =>
      observe({
        node,
        files,
        main: 'imported.mjs',
        preload,
        flags: ['--watch', '--no-warnings'],
        onOutput: (child, stdout) => {
          if (stdout.includes('Completed running')) child.kill('SIGTERM');
        },
      });
    const [bare, woven] = await Promise.all([run('bare'), run('recording')]);
    assert.match(bare.stdout, /Completed running/);
    assert.deepEqual({ ...woven, spans: [] }, bare);
    assert.equal(treeOf(woven.spans), spansOfSave);
  });
});

function workerOf(file: string, options = '{}'): string {
  return `import { Worker } from 'node:worker_threads'; new Worker(new URL('${file}', import.meta.url), ${options});`;
}

function forkOf(file: string, options = '{}'): string {
  return `
    import { fork } from 'node:child_process';
    import { fileURLToPath } from 'node:url';
    fork(fileURLToPath(new URL('${file}', import.meta.url)), [], ${options});
  `;
}
