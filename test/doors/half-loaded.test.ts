// SPDX-License-Identifier: Apache-2.0
// With a thread for loader hooks Node.js has a module half loaded while an `import()` asks the thread for it, and `require` of an ES
// module that uses it too fails with an error of its own. It must not come to that for what the libraries use of Node.js.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applicationWith, nodeBinary, register, root, runNode, usePackages } from '../../testkit/child.js';

const target = join(root, 'node_modules/eventsource/dist');
/** What the target imports of Node.js, but for what takes long to load. */
const builtins = new Set(
  readdirSync(target, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.js'))
    .flatMap((path) => [...readFileSync(join(target, path), 'utf8').matchAll(/ from '(node:[\w/]+)';/g)])
    .flatMap(([, name = '']) => (name === 'node:tls' ? [] : [name])),
);

/** A loader that takes its time for the modules of Node.js, and says when it begins. */
const files = {
  'slow.mjs': `
    import { register } from 'node:module';
    const begun = (globalThis.begun = new Int32Array(new SharedArrayBuffer(4)));
    register('./hook.mjs', import.meta.url, { data: begun });
  `,
  'hook.mjs': `
    let begun;
    export function initialize(data) { begun = data; }
    export async function load(url, context, next) {
      if (url.startsWith('node:')) {
        Atomics.store(begun, 0, 1);
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
      return next(url, context);
    }
  `,
  'page.mjs': [...builtins].map((name) => `import '${name}';`).join('\n'),
  'main.cjs': `
    let imported = false;
    import('./page.mjs').then(() => { imported = true; });
    const timer = setInterval(() => {
      if (!imported && Atomics.load(globalThis.begun, 0) === 0) return;
      clearInterval(timer);
      const { InMemoryEventStore } = require('eventsource');
      new InMemoryEventStore().getEvents('a').then(() => console.log('ran'));
    }, 1);
  `,
};

describe('a loader that was there before ours', () => {
  // Older ones do not ask loaders for what a required ES module imports.
  it('is not asked for what others trace from the first import on (Node 24.11.0)', async function () {
    this.timeout(60_000);
    const node = nodeBinary(this, '24.11.0');
    const { folder, remove } = applicationWith({
      'loader.mjs': "import { register } from 'node:module'; register('./hook.mjs', import.meta.url);",
      'hook.mjs': `
        import { writeSync } from 'node:fs';
        export const resolve = (specifier, context, next) => { writeSync(1, specifier + '\\n'); return next(specifier, context); };
      `,
      'main.mjs': '',
    });
    try {
      const args = ['--no-warnings', '--import', './loader.mjs', '--import', register, 'main.mjs'];
      const { stdout } = await runNode({ node, args, cwd: folder });
      assert.match(stdout, /node:crypto/);
      assert.doesNotMatch(stdout, /node:(?:net|tls|https?|dns|child_process)$/m);
    } finally {
      remove();
    }
  });
});

describe('a required ES module that shares modules of Node.js with an import under way', () => {
  for (const version of ['20.19.0', '20', '22.12.0', '24.11.0']) {
    it(`is loaded (Node ${version})`, async function () {
      this.timeout(60_000);
      const node = nodeBinary(this, version);
      const { folder, remove } = applicationWith(files);
      try {
        usePackages(folder, 'eventsource');
        const args = ['--no-warnings', '--import', register, '--import', './slow.mjs', 'main.cjs'];
        const { stdout, stderr, code } = await runNode({ node, args, cwd: folder });
        assert.deepEqual([stdout.trim(), stderr, code], ['ran', '', 0]);
      } finally {
        remove();
      }
    });
  }
});
