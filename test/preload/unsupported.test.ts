// SPDX-License-Identifier: Apache-2.0
// What is not supported is said in one line, in workers not again, and the application is as it is without us.
import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import satisfies from 'semver/functions/satisfies.js';
import node from '../../src/supported-node.cjs';
import { applicationWith, nodeBinary, root, runNode } from '../../testkit/child.js';
import { installOurs, packageName } from '../../testkit/installed.js';

const UNSUPPORTED = '18.20.8';

const use = (how: 'import' | 'require') => `
  const store = new InMemoryEventStore();
  const { appendEvents, getEvents } = InMemoryEventStore.prototype;
  store.getEvents('a').then((events) => {
    console.log('${how}', events.length, String(appendEvents).slice(0, 20), Object.keys(getEvents).join());
    process.exitCode = 3;
  });
`;
const files = {
  'package.json': '{ "name": "application" }',
  'main.mjs': `import { InMemoryEventStore } from 'eventsource/stores'; ${use('import')}`,
  'main.cjs': `
    const { Worker, isMainThread } = require('node:worker_threads');
    if (isMainThread) new Worker(__filename);
    // Node.js 18 requires no ES modules.
    console.log('main', isMainThread);
    process.exitCode = 3;
  `,
  'worker.mjs': `
    import { Worker, isMainThread } from 'node:worker_threads';
    if (isMainThread) new Worker(new URL(import.meta.url)).on('exit', () => { process.exitCode = 3; });
    else { const { InMemoryEventStore } = await import('eventsource/stores'); ${use('import')} }
  `,
  'in-code.mjs': `
    import { EventSourceInstrumentation } from '${packageName}';
    new EventSourceInstrumentation();
    new EventSourceInstrumentation().enable();
    await import('./main.mjs');
  `,
  'nothing.mjs': '',
} as const;

describe('what is not supported', () => {
  let folder: string;
  let remove: () => void;
  beforeEach(() => {
    ({ folder, remove } = applicationWith(files));
  });
  afterEach(() => remove());

  const run = async (binary: string, args: readonly string[]) => {
    const { stdout, stderr, code } = await runNode({ node: binary, args, cwd: folder });
    return { stdout: stdout.split('\n').sort().join('\n'), stderr, code };
  };

  /** @param said of the one line, behind the name of the package */
  async function assertRefused(
    binary: string,
    preloads: readonly (readonly string[])[],
    mains: readonly string[],
    said: string,
  ) {
    for (const main of mains) {
      const bare = await run(binary, ['--import', './nothing.mjs', main]);
      assert.deepEqual({ code: bare.code, stderr: bare.stderr }, { code: 3, stderr: '' });
      for (const preload of preloads) {
        const what = [...preload, main];
        assert.deepEqual(await run(binary, what), { ...bare, stderr: `${packageName}: ${said}\n` }, what.join(' '));
      }
    }
  }
  const both = [
    ['--import', `${packageName}/register`],
    ['--require', `${packageName}/register`],
    ['--require', `${packageName}/register`, '--import', `./node_modules/${packageName}/register`],
  ];

  it(`is Node.js ${UNSUPPORTED}, by any preload and in code`, async function () {
    this.timeout(120_000);
    installOurs(folder, '@opentelemetry/api');
    const binary = nodeBinary(this, UNSUPPORTED);
    const said = `nothing is instrumented, Node.js ${UNSUPPORTED} is not supported: use ^20.19.0 || >=22.12.0`;
    await assertRefused(binary, both, ['main.mjs', 'main.cjs', 'worker.mjs'], said);
    assert.equal((await run(binary, ['in-code.mjs'])).stderr, `${packageName}: ${said}\n`);
  });

  it('is an API below ours', async function () {
    this.timeout(120_000);
    installOurs(folder);
    const api = join(folder, 'node_modules/@opentelemetry/api');
    cpSync(join(root, 'node_modules/@opentelemetry/api'), api, { recursive: true });
    const manifest = join(api, 'package.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(/"version": "[^"]+"/, '"version": "1.8.0"'));
    const remedy = 'npm install @opentelemetry/api@^1.9.0';
    const said = `nothing is instrumented, @opentelemetry/api 1.8.0 is not ^1.9.0: ${remedy}`;
    await assertRefused(process.execPath, both.slice(0, 2), ['main.mjs', 'worker.mjs'], said);
  });

  it('is no API at all', async function () {
    this.timeout(120_000);
    installOurs(folder);
    const said = 'nothing is instrumented, the API is not installed: npm install @opentelemetry/api';
    await assertRefused(process.execPath, both.slice(0, 2), ['main.mjs', 'worker.mjs'], said);
  });

  it('is every version of Node.js that package.json excludes, and no other', () => {
    const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    assert.equal(node.SUPPORTED, engines.node);
    const versions = [16, 18, 20, 21, 22, 23, 24, 25, 26, 30].flatMap((major) =>
      [0, 1, 11, 12, 13, 18, 19, 20, 25].map((minor) => `${major}.${minor}.${minor % 3}`),
    );
    for (const version of versions) {
      assert.equal(node.unsupportedNode(version) === undefined, satisfies(version, engines.node), version);
    }
    assert.equal(node.unsupportedNode('26.0.0-nightly20260101'), undefined);
  });
});
