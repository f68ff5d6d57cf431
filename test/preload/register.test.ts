// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installOfSdk } from '../../src/sdk/install.js';
import { addFiles, applicationWith, type ChildRun, onEachNode, register, root, runNode } from '../../testkit/child.js';
import { installOurs, packageName } from '../../testkit/installed.js';
import { oneSpan, tracedApplication } from './traced-application.js';

const PACKAGES = ['@opentelemetry/api', '@opentelemetry/context-async-hooks', '@opentelemetry/sdk-trace-base'];

describe('register', () => {
  let folder: string;
  let remove: () => void;

  before(() => {
    ({ folder, remove } = applicationWith({ 'package.json': '{ "name": "application" }', ...tracedApplication }));
    installOurs(folder, ...PACKAGES);
  });
  after(() => remove());

  const run = async (node: string, args: readonly string[], more: Partial<ChildRun> = {}) => {
    const { stdout, stderr, code } = await runNode({ node, args, cwd: folder, ...more });
    assert.deepEqual({ stderr, code }, { stderr: '', code: 0 });
    return stdout;
  };

  for (const main of ['esm.mjs', 'commonjs.cjs', 'worker.mjs', 'fork.mjs']) {
    onEachNode(`weaves before the first import of ${main}`, async (node) => {
      assert.equal((await run(node, ['--import', `${packageName}/register`, main])).trimStart(), oneSpan);
    });
  }

  onEachNode('weaves what is imported and required once', async (node) => {
    const twoSpans = `${oneSpan.trim()},${oneSpan}`;
    assert.equal(await run(node, ['--import', `${packageName}/register`, 'both.mjs']), twoSpans);
  });

  onEachNode('can be preloaded by --import, --require and NODE_OPTIONS, by package name and by path', async (node) => {
    const spellings = [
      ['--require', `${packageName}/register`],
      ['--import', `./node_modules/${packageName}/register`],
      ['--require', `./node_modules/${packageName}/register`],
      ['--import', register],
    ];
    for (const spelling of spellings) {
      for (const main of ['esm.mjs', 'commonjs.cjs']) assert.equal(await run(node, [...spelling, main]), oneSpan);
    }
    const env = { NODE_OPTIONS: `--import ${packageName}/register` };
    assert.equal(await run(node, ['esm.mjs'], { env }), oneSpan);
  });

  onEachNode('is the literal ./register in the repository', async (node) => {
    const args = ['--import', './register', join(folder, 'esm.mjs')];
    assert.equal(await run(node, args, { cwd: root }), oneSpan);
  });

  onEachNode('waits for its own modules where an ES module cannot be required', async (node) => {
    const flag = '--no-experimental-require-module';
    assert.equal(await run(node, [flag, '--import', `${packageName}/register`, 'esm.mjs']), oneSpan);
    for (const preload of [
      ['--require', `${packageName}/register`],
      ['--import', `./node_modules/${packageName}/register`],
    ]) {
      const args = [flag, ...preload, 'esm.mjs'];
      const { stdout, stderr, code } = await runNode({ node, args, cwd: folder });
      assert.deepEqual({ stdout, code }, { stdout: '\n', code: 0 });
      assert.match(stderr, /^opentelemetry-\S+: nothing is instrumented, .* use --import \S+\/register .*\n$/);
    }
  });

  onEachNode('does its work once, however often and in however many copies it is preloaded', async (node) => {
    const preloads = [
      '--import',
      `${packageName}/register`,
      '--import',
      register,
      '--import',
      `${packageName}/register`,
    ];
    for (const main of ['esm.mjs', 'commonjs.cjs']) assert.equal(await run(node, [...preloads, main]), oneSpan);
    const both = ['--require', `${packageName}/register`, '--import', `${packageName}/register`];
    assert.equal(await run(node, [...both, 'esm.mjs']), oneSpan);
  });

  onEachNode('stands beside an instance of the instrumentation that the application makes', async (node) => {
    addFiles(folder, {
      'instance.mjs': `
        import { EventSourceInstrumentation } from '${packageName}';
        new EventSourceInstrumentation();
        await import('./esm.mjs');
      `,
    });
    assert.equal(await run(node, ['--import', `${packageName}/register`, 'instance.mjs']), oneSpan);
    assert.equal(await run(node, ['--import', register, 'instance.mjs']), oneSpan);
    assert.equal(await run(node, ['instance.mjs']), oneSpan);
  });

  onEachNode('loads beside the documented loader', async (node) => {
    const { stdout, code } = await runNode({
      node,
      args: [`--experimental-loader=${packageName}/hook.mjs`, '--import', `${packageName}/register`, 'esm.mjs'],
      cwd: folder,
    });
    assert.deepEqual([stdout, code], [oneSpan, 0]);
  });

  for (const [what, lines] of [
    ['nothing', ''],
    ['output', "console.log('out'); console.error('err');"],
    ['an exit code', 'process.exitCode = 3;'],
    [
      'an uncaught error',
      "console.log('out'); process.on('exit', (code) => console.log(code)); throw new TypeError('theirs');",
    ],
    ['an unhandled rejection', "console.log('out'); Promise.reject(undefined);"],
    ['an unsettled top-level await', 'await new Promise(() => {});'],
    ['beforeExit', "process.once('beforeExit', () => setImmediate(() => console.log('later')));"],
    ['a signal', "process.kill(process.pid, 'SIGTERM');"],
  ] as const) {
    onEachNode(`changes nothing about an application with ${what} and without an SDK`, async (node) => {
      addFiles(folder, { 'plain.mjs': `import { read } from './store.mjs'; await read(); ${lines}` });
      const outcome = async (...preloads: string[]) => {
        const { millis: _, ...rest } = await runNode({ node, args: [...preloads, 'plain.mjs'], cwd: folder });
        return rest;
      };
      assert.deepEqual(await outcome('--import', `${packageName}/register`), await outcome());
    });
  }
});

describe('register where a package is missing', () => {
  const bare = {
    'main.mjs': "import { read } from './store.mjs'; await read(); console.log('done'); process.exitCode = 3;",
  };
  const lines = (text: string) => text.split('\n').filter((line) => line !== '');

  async function runWith(node: string, peers: readonly string[], files: Record<string, string>, env = {}) {
    const { folder, remove } = applicationWith({ ...tracedApplication, ...bare, ...files });
    try {
      installOurs(folder, ...peers);
      const result = await runNode({
        node,
        args: ['--import', `${packageName}/register`, 'main.mjs'],
        cwd: folder,
        env,
      });
      assert.deepEqual([result.stdout, result.code], ['done\n', 3]);
      return lines(result.stderr);
    } finally {
      remove();
    }
  }

  onEachNode('names the install command of the API in one line and lets the application run', async (node) => {
    const [line, ...more] = await runWith(node, [], {});
    assert.match(line ?? '', new RegExp(`^${packageName}: .*npm install @opentelemetry/api$`));
    assert.deepEqual(more, []);
  });

  onEachNode('names the version of an API that is too old', async (node) => {
    const [line, ...more] = await runWith(node, [], {
      'node_modules/@opentelemetry/api/package.json':
        '{ "name": "@opentelemetry/api", "version": "1.8.0", "main": "index.js" }',
      'node_modules/@opentelemetry/api/index.js': '',
    });
    assert.match(line ?? '', /1\.8\.0 is not \^1\.9\.0: npm install @opentelemetry\/api@\^1\.9\.0$/);
    assert.deepEqual(more, []);
  });

  onEachNode('says what failed when the API cannot be used', async (node) => {
    const [line, ...more] = await runWith(node, [], {
      'node_modules/@opentelemetry/api/package.json':
        '{ "name": "@opentelemetry/api", "version": "1.9.0", "main": "index.js" }',
      'node_modules/@opentelemetry/api/index.js': "throw new Error('broken');",
    });
    assert.match(line ?? '', /nothing is instrumented: \S/);
    assert.deepEqual(more, []);
  });

  it('says that an SDK has an older API, through which the application would see nothing', async () => {
    const line = await runWith(
      process.execPath,
      ['@opentelemetry/api'],
      {
        'node_modules/@opentelemetry/sdk-node/package.json':
          '{ "name": "@opentelemetry/sdk-node", "version": "0.55.0" }',
        'node_modules/@opentelemetry/sdk-node/index.js': "throw new Error('must not be loaded');",
        'node_modules/@opentelemetry/sdk-node/node_modules/@opentelemetry/api/package.json':
          '{ "name": "@opentelemetry/api", "version": "1.8.0", "main": "index.js" }',
        'node_modules/@opentelemetry/sdk-node/node_modules/@opentelemetry/api/index.js': '',
      },
      { OTEL_TRACES_EXPORTER: 'otlp' },
    );
    const { version } = JSON.parse(readFileSync(join(root, 'node_modules/@opentelemetry/api/package.json'), 'utf8'));
    assert.deepEqual(line, [
      `${packageName}: the SDK cannot be registered: the SDK uses @opentelemetry/api 1.8.0, others here ${version}. ` +
        `Install one for all, and an SDK for it: npm install @opentelemetry/api@${version}`,
    ]);
  }).timeout(120_000);

  onEachNode(
    'names the install command of the SDK that the environment asks for, once a span wants it',
    async (node) => {
      const env = { OTEL_TRACES_EXPORTER: 'otlp' };
      const [line, ...more] = await runWith(node, ['@opentelemetry/api'], {}, env);
      assert.match(line ?? '', new RegExp(`^${packageName}: .*: npm install (?:\\S+ )?@opentelemetry/sdk-node$`));
      const { stdout } = await runNode({ args: ['--version'], node });
      const { version } = JSON.parse(readFileSync(join(root, 'node_modules/@opentelemetry/api/package.json'), 'utf8'));
      assert.ok(line?.endsWith(installOfSdk(version, stdout.trim().slice(1))), line);
      assert.deepEqual(more, []);
      const idle = { 'main.mjs': "console.log('done'); process.exitCode = 3;" };
      assert.deepEqual(await runWith(node, ['@opentelemetry/api'], idle, env), []);
    },
  );
});
