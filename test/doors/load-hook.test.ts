// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import type { LoadFnOutput } from 'node:module';
import { pathToFileURL } from 'node:url';
import { appendHandOver } from '../../src/doors/load-hook.js';
import { packageOf } from '../../src/doors/package-of.js';
import { staticImports } from '../../src/doors/static-imports.js';
import { hasSoundSyncHooks } from '../../src/doors/sync-hooks.js';
import { addFiles, applicationWith } from '../../testkit/child.js';

const url = 'file:///application/node_modules/target/dist/index.js';
const data = { moduleNames: ['target'], receiver: 'receiver.1' };
const handOver = (loaded: LoadFnOutput, from = url) => appendHandOver(data, from, loaded);

describe('the load hook', () => {
  const text = 'export const a = 1; // the end';

  for (const [kind, source] of [
    ['a string', text],
    ['a Buffer', Buffer.from(text)],
    ['a Uint8Array', new TextEncoder().encode(text)],
    ['an ArrayBuffer', new TextEncoder().encode(text).buffer as ArrayBuffer],
  ] as const) {
    it(`appends one line to ${kind}`, () => {
      const loaded: LoadFnOutput = Object.freeze({ format: 'module', source, shortCircuit: true });
      const { source: result, ...rest } = handOver(loaded);
      assert.deepEqual(rest, { format: 'module', shortCircuit: true });
      const [first, second, ...more] = String(result).split('\n');
      assert.equal(first, text);
      assert.match(
        second ?? '',
        /^import \* as receiver_1 from "file:.*globalThis\[Symbol\.for\("receiver\.1"\)\]\?\.\(/,
      );
      assert.deepEqual(more, []);
    });
  }

  it('appends to CommonJS where the chain gives its source', () => {
    assert.match(
      String(handOver({ format: 'commonjs', source: 'exports.a = 1' }).source),
      /\n;globalThis.*module\.exports/,
    );
  });

  it('appends the same line once', () => {
    const once = handOver({ format: 'module', source: text });
    assert.equal(handOver(once), once);
  });

  for (const [what, loaded, from] of [
    ['no source', { format: 'commonjs', source: null }, url],
    ['an undefined source', { format: 'module', source: undefined }, url],
    ['another package', { format: 'module', source: text }, 'file:///application/node_modules/other/index.js'],
    [
      'a package inside the target',
      { format: 'module', source: text },
      'file:///a/node_modules/target/node_modules/b/c.js',
    ],
    ['JSON', { format: 'json', source: '{}' }, url],
    ['a built-in module', { format: 'builtin', source: null }, 'node:fs'],
    ['a data URL', { format: 'module', source: text }, 'data:text/javascript,node_modules/target/a.js'],
    ['an unknown format', { format: undefined, source: text }, url],
    ['a source of no known kind', { format: 'module', source: 42 }, url],
  ] as const) {
    it(`changes nothing about ${what}`, () => {
      const loaded_ = loaded as unknown as LoadFnOutput;
      assert.equal(handOver(loaded_, from), loaded_);
    });
  }
});

describe('packageOf, the package of a file,', () => {
  for (const [path, name] of [
    ['/a/node_modules/target/dist/index.js', 'target'],
    ['/a/node_modules/target/dist/index.js?iitm=true', 'target'],
    ['/a/node_modules/@scope/target/index.js', '@scope/target'],
    ['/a/node_modules/.pnpm/target@1.0.0/node_modules/target/index.js', 'target'],
    ['/a/node_modules/target/node_modules/inner/index.js', 'inner'],
  ] as const) {
    it(`is ${name} for ${path}`, () => assert.equal(packageOf(`file://${path}`), name));
  }

  it('is the nearest package.json with a name outside node_modules', () => {
    const { folder, remove } = applicationWith({ 'package.json': '{ "name": "workspace" }' });
    try {
      addFiles(folder, {
        'packages/a/package.json': '{ "name": "a" }',
        'packages/a/dist/package.json': '{ "type": "module" }',
        'packages/b/package.json': 'not JSON',
      });
      assert.equal(packageOf(pathToFileURL(`${folder}/packages/a/dist/x.js`).href), 'a');
      assert.equal(packageOf(pathToFileURL(`${folder}/packages/b/x.js`).href), 'workspace');
    } finally {
      remove();
    }
  });
});

describe('staticImports', () => {
  it('finds relative imports and nothing else', () => {
    const source = [
      "import { a } from './a.js';",
      'import b, {\n  c,\n} from "../b.js";',
      "import './side-effect.js';",
      "export * from './star.js';",
      "export { d as e } from './d.js';",
      'import{f}from"./f.js";import*as g from"./g.js";',
      "import fs from 'node:fs'; import pkg from 'pkg/sub';",
      "const lazy = () => import('./lazy.js');",
      "const text = 'from ./text.js';",
      " * import { x } from './comment.js';",
      "export const required = require('./required.js');",
      "export function from() { return './function.js'; }",
    ].join('\n');
    assert.deepEqual(staticImports(source), [
      './a.js',
      '../b.js',
      './side-effect.js',
      './star.js',
      './d.js',
      './f.js',
      './g.js',
    ]);
  });
});

describe('hasSoundSyncHooks', () => {
  const sound = ['22.22.3', '22.23.0', '24.11.1', '24.21.0', '25.1.0', '26.0.0', '30.1.0'];
  const unsound = ['20.20.2', '22.12.0', '22.22.2', '23.11.0', '24.11.0', '24.0.0', '25.0.9'];
  it('is true from the versions on whose module.registerHooks can be relied on', () =>
    assert.deepEqual(
      [...sound, ...unsound].filter((version) => hasSoundSyncHooks(version)),
      sound,
    ));
});
