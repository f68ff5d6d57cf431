// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { addFiles, applicationWith, nodeBinary, onEachNode, root, runNode, usePackages } from '../../testkit/child.js';
import { below } from '../../testkit/small-target.js';

const functions = {
  'package.json': JSON.stringify({
    name: 'functions',
    type: 'module',
    exports: { '.': './index.js', './sub': './sub.js' },
  }),
  'index.js': "export { shout } from './sub.js';\nexport function greet(name) { return 'hello ' + name; }\n",
  'sub.js': "export const shout = (text) => text + '!';\n",
};

const preload = `
import { createRequire } from 'node:module';
const library = ${JSON.stringify(join(root, 'dist/src/doors/index.js'))};
const { diag } = createRequire(library)('@opentelemetry/api');
diag.setLogger({ warn: (text) => console.log(text), error: (text) => console.log(text), info() {}, debug() {}, verbose() {} });
const { watchPackages } = await import(library);
watchPackages([{ name: 'functions', constants: true }], ({ exports, package: name, door, rebind }) => {
  if (name !== 'functions' || door !== 'import') throw new Error(name + door);
  for (const [key, original] of Object.entries(exports)) {
    if (!original.woven) rebind(key, Object.assign((...args) => 'woven ' + original(...args), { woven: true }));
  }
});
`;

/** Another vendor's hook: the shared instance of import-in-the-middle, with an include list. */
const vendor = `
import { register } from 'node:module';
import { Hook } from 'import-in-the-middle';
import { register as registerSync, supportsSyncHooks } from 'import-in-the-middle/register-hooks.mjs';
const include = ['theirs'];
if (supportsSyncHooks()) registerSync({ include });
else register('@opentelemetry/instrumentation/hook.mjs', import.meta.url, { data: { include } });
new Hook(['theirs'], (exports) => { const { greet } = exports; exports.greet = (name) => 'theirs ' + greet(name); });
`;

describe('the export door', () => {
  let folder: string;
  let remove: () => void;

  before(() => {
    ({ folder, remove } = applicationWith({
      'preload.mjs': preload,
      'vendor.mjs': vendor,
      'application.mjs': `
        import { greet, shout } from 'functions';
        import { shout as shoutOfSub } from 'functions/sub';
        import { greet as bare } from 'theirs';
        console.log([greet('you'), shout('hey'), shoutOfSub('ho'), bare('them')].join('; '));
      `,
      ...below('node_modules/functions', functions),
      ...below('node_modules/theirs', {
        ...functions,
        'package.json': functions['package.json'].replace('functions', 'theirs'),
      }),
    }));
    usePackages(folder, 'import-in-the-middle', '@opentelemetry/instrumentation');
    const copy = join(folder, 'vendor/node_modules/import-in-the-middle');
    cpSync(join(root, 'node_modules/import-in-the-middle'), copy, { recursive: true });
    addFiles(folder, { 'vendor/preload.mjs': "import 'import-in-the-middle';" });
    usePackages(join(folder, 'vendor'), 'module-details-from-path', 'cjs-module-lexer', 'es-module-lexer');
  });
  after(() => remove());

  const run = async (node: string, ...preloads: string[]) => {
    const args = [...preloads.flatMap((file) => ['--import', file]), 'application.mjs'];
    const { stdout, stderr, code } = await runNode({ node, args, cwd: folder });
    assert.deepEqual({ stderr, code }, { stderr: '', code: 0 });
    return stdout.trim();
  };

  onEachNode('gives exports of ES modules that can be assigned to', async (node) => {
    assert.match(await run(node, './preload.mjs'), /^woven hello you; woven .*hey!; woven ho!; hello them$/);
  });

  it('opens where the thread for hooks cannot require an ES module (Node 22.18.0)', async function () {
    this.timeout(120_000);
    assert.match(await run(nodeBinary(this, '22.18.0'), './preload.mjs'), /^woven hello you; woven .*hey!; woven ho!/);
  });

  for (const order of [
    ['./vendor.mjs', './preload.mjs'],
    ['./preload.mjs', './vendor.mjs'],
  ]) {
    onEachNode(`leaves another include list as it is: ${order.join(', ')}`, async (node) => {
      assert.match(await run(node, ...order), /^woven hello you; woven .*hey!; woven ho!; theirs hello them$/);
    });
  }

  onEachNode('warns of a second copy of import-in-the-middle', async (node) => {
    const [warning, ...rest] = (await run(node, './vendor/preload.mjs', './preload.mjs')).split('\n');
    assert.match(warning ?? '', /import-in-the-middle is installed more than once/);
    assert.equal(rest.length, 1);
  });
});
