// SPDX-License-Identifier: Apache-2.0
// An instrumentation that is imported by the application misses what stands beside it, and says so; whoever else preloads what.
import assert from 'node:assert/strict';
import { applicationWith, onEachNode, register, runNode, usePackages } from '../../testkit/child.js';

const LATE = /eventsource\/dist\/index\.js was imported before the instrumentation was there/;
const ours = JSON.stringify(register);
const looked = "process.on('exit', () => console.log(process.moduleLoadList.includes('NativeModule inspector')));";

const { folder, remove } = applicationWith({
  'first.mjs': `import ${ours}; import 'eventsource';`,
  'later.mjs': "await import('./first.mjs');",
  'later.cjs': "import('./first.mjs');",
  'own.mjs': `
    import { EventSourceInstrumentation } from ${JSON.stringify(register.replace('register.js', 'src/index.js'))};
    new EventSourceInstrumentation();
  `,
  'first-own.mjs': "import './own.mjs'; import 'eventsource';",
  'indirect.mjs': `import ${ours};`,
  'empty.cjs': '',
  'empty.mjs': '',
  'library.mjs': "import 'eventsource';",
  'library.cjs': "require('eventsource');",
  'worker.mjs': "new (await import('node:worker_threads')).Worker(new URL('./library.mjs', import.meta.url));",
  'nothing.mjs': looked,
  'nothing.cjs': looked,
});

describe('an instrumentation that the application imports', () => {
  before(() => usePackages(folder, 'eventsource'));
  after(remove);

  for (const [title, args, options] of [
    ['without any preload', ['first.mjs']],
    ['beside a preload with --import', ['--import', './empty.mjs', 'first.mjs']],
    ['beside a preload with --require', ['-r', './empty.cjs', 'first.mjs']],
    ['beside a preload in NODE_OPTIONS', ['first.mjs'], '--import ./empty.mjs'],
    ['in a module that is imported later', ['--import', './empty.mjs', 'later.mjs']],
    ['in an ES module of a CommonJS application', ['--import', './empty.mjs', 'later.cjs']],
    ['as a file of its own that constructs it', ['--import', './empty.mjs', 'first-own.mjs']],
  ] as const) {
    onEachNode(`says that it is too late: ${title}`, async (node) => {
      const env = options === undefined ? {} : { NODE_OPTIONS: options };
      const { stderr, code } = await runNode({ node, args: ['--no-warnings', ...args], cwd: folder, env });
      assert.match(stderr, LATE);
      assert.equal(code, 0);
    });
  }

  for (const [title, args] of [
    ['in a preload', ['--import', register, 'library.mjs']],
    ['in a preload with --require', ['--require', register, 'library.cjs']],
    ['behind a preload', ['--import', './indirect.mjs', 'library.mjs']],
    [
      'before and behind those of others',
      ['--import', './empty.mjs', '--import', './own.mjs', '-r', './empty.cjs', 'library.mjs'],
    ],
    ['in a preload of a worker', ['--import', './indirect.mjs', 'worker.mjs']],
    [
      'in a preload of a program without a file',
      ['--import', register, '--input-type=module', '-e', "import 'eventsource'"],
    ],
  ] as const) {
    onEachNode(`says nothing where it is in time: ${title}`, async (node) => {
      const { stderr, code } = await runNode({ node, args: ['--no-warnings', ...args], cwd: folder });
      assert.deepEqual([stderr, code], ['', 0]);
    });
  }

  for (const main of ['nothing.mjs', 'nothing.cjs']) {
    onEachNode(`asks V8 for nothing where a preload was in time and no library is used: ${main}`, async (node) => {
      const { stdout, stderr } = await runNode({ node, args: ['--import', './indirect.mjs', main], cwd: folder });
      assert.deepEqual([stdout.trim(), stderr], ['false', '']);
    });
  }
});
