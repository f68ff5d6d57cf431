// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import type { LoadFnOutput } from 'node:module';
import { pathToFileURL } from 'node:url';
import { appendHandOver, type Told } from '../../src/doors/load-hook.js';
import { hasImports, ownBindings, relativeImports } from '../../src/doors/module-text.js';
import { watchedPackageOf } from '../../src/doors/package-of.js';
import { hasSoundSyncHooks } from '../../src/doors/sync-hooks.js';
import { addFiles, applicationWith } from '../../testkit/child.js';

const url = 'file:///application/node_modules/target/dist/index.js';
const data = { packages: [{ name: 'target' }], receiver: 'receiver.1' };
const handOver = (loaded: LoadFnOutput, from = url) => appendHandOver(data, from, loaded);

describe('load hook', () => {
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
      assert.equal(
        second,
        `;globalThis[Symbol.for("receiver.1")]?.("${url}",{get "a"(){return a},set "a"(receiver_1){a=receiver_1}});`,
      );
      assert.deepEqual(more, []);
    });
  }

  it('appends to CommonJS where the chain gives its source', () => {
    assert.match(
      String(handOver({ format: 'commonjs', source: 'exports.a = 1' }).source),
      /\n;globalThis.*\.js",0,module\);$/,
    );
  });

  it('tells of a source that it cannot read', () => {
    const told: Told[] = [];
    const port = { postMessage: (each: Told) => told.push(each) };
    appendHandOver({ ...data, port }, url, { format: 'module', source: 'export const a = "' });
    assert.deepEqual([told.length, told[0]?.url], [1, url]);
    assert.match(told[0]?.reason ?? '', /Parse error/);
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
    [
      'a file with a path of the package in its query',
      { format: 'module', source: text },
      'file:///application/test.js?mock=/node_modules/target/index.js',
    ],
    [
      'a file with a path of the package in its hash',
      { format: 'module', source: text },
      'file:///application/test.js#/node_modules/target/index.js',
    ],
    ['a source that is no JavaScript', { format: 'module', source: 'export const a = "' }, url],
    ['JSON', { format: 'json', source: '{}' }, url],
    ['a built-in module', { format: 'builtin', source: null }, 'node:fs'],
    ['a data URL', { format: 'module', source: text }, 'data:text/javascript,node_modules/target/a.js'],
    ['an unknown format', { format: undefined, source: text }, url],
    ['a source of no known kind', { format: 'module', source: 42 }, url],
  ] as const) {
    it(`leaves ${what} alone`, () => {
      const loaded_ = loaded as unknown as LoadFnOutput;
      assert.equal(handOver(loaded_, from), loaded_);
    });
  }
});

describe('the watched package of a file', () => {
  const named = (...names: string[]) => names.map((name) => ({ name }));
  for (const [path, name] of [
    ['/a/node_modules/target/dist/index.js', 'target'],
    ['/a/node_modules/target/dist/index.js?iitm=true', 'target'],
    ['/a/node_modules/target/dist/index.js?mock=/node_modules/other/index.js', 'target'],
    ['/a/node_modules/@scope/target/index.js', '@scope/target'],
    ['/a/node_modules/.pnpm/target@1.0.0/node_modules/target/index.js', 'target'],
    ['/a/node_modules/target/node_modules/inner/index.js', 'inner'],
  ] as const) {
    it(`is ${name} for ${path}`, () => {
      const watched = named('target', '@scope/target', 'inner', 'other');
      assert.equal(watchedPackageOf(`file://${path}`, watched)?.name, name);
      assert.equal(
        watchedPackageOf(
          `file://${path}`,
          watched.filter((each) => each.name !== name),
        ),
        undefined,
      );
    });
  }

  it('is the nearest package.json with a name outside node_modules', () => {
    const { folder, remove } = applicationWith({ 'package.json': '{ "name": "workspace" }' });
    try {
      addFiles(folder, {
        'packages/a/package.json': '{ "name": "a", "version": "1.2.3" }',
        'packages/a/dist/package.json': '{ "type": "module" }',
        'packages/b/package.json': 'not JSON',
      });
      const watched = named('a', 'workspace');
      const of = (path: string) => watchedPackageOf(pathToFileURL(`${folder}/packages/${path}`).href, watched);
      const { name, version } = of('a/dist/x.js') ?? {};
      assert.deepEqual([name, version], ['a', '1.2.3']);
      assert.deepEqual(of('b/x.js')?.name, 'workspace');
    } finally {
      remove();
    }
  });

  it('has the name of its package.json where that is watched as well as its folder', () => {
    const { folder, remove } = applicationWith({
      'node_modules/alias/package.json': '{ "name": "target", "version": "1.0.0" }',
    });
    try {
      const url = pathToFileURL(`${folder}/node_modules/alias/index.js`).href;
      assert.equal(watchedPackageOf(url, named('target')), undefined);
      assert.equal(watchedPackageOf(url, named('alias', 'target'))?.name, 'target');
      assert.equal(watchedPackageOf(url, named('alias'))?.name, 'alias');
    } finally {
      remove();
    }
  });

  it('is another where the package.json exports none of the sub-paths that tell it from another of its name', () => {
    const { folder, remove } = applicationWith({
      'sse/node_modules/eventsource/package.json': '{ "name": "eventsource", "exports": { ".": "./dist/index.js" } }',
      'old/node_modules/eventsource/package.json': '{ "name": "eventsource", "main": "index.js" }',
      'own/node_modules/eventsource/package.json':
        '{ "name": "eventsource", "exports": { "./stores": "./stores.js" } }',
    });
    try {
      const watched = [{ name: 'eventsource', subPaths: ['./stores', './bus'] }];
      const of = (path: string) =>
        watchedPackageOf(pathToFileURL(`${folder}/${path}/node_modules/eventsource/dist/index.js`).href, watched);
      assert.deepEqual(
        ['sse', 'old', 'own', 'no-manifest'].map((path) => of(path)?.isAnother),
        [true, true, false, false],
      );
    } finally {
      remove();
    }
  });
});

describe('the text of an ES module', () => {
  it('has relative imports, each once, and nothing that only looks like one', () => {
    const source = [
      "import { a } from './a.js';",
      'import b, {\n  c,\n} from "../b.js";',
      "import './side-effect.js';",
      "export * from './star.js';",
      "export { d as e } from './d.js';",
      'import{f}from"./f.js";import*as g from"./g.js";',
      "import { again } from './a.js';",
      "import fs from 'node:fs'; import pkg from 'pkg/sub';",
      "const lazy = () => import('./lazy.js');",
      "const text = 'from ./text.js'; const url = import.meta.url;",
      "/* import { x } from './comment.js'; */ // import './line.js'",
      "const template = `\nimport './template.js';\n`;",
      "const { groups } = /import '(?<a>.)'/.exec('');",
      "export const required = require('./required.js');",
      "export function from() { return './function.js'; }",
    ].join('\n');
    assert.deepEqual(relativeImports(source), [
      './a.js',
      '../b.js',
      './side-effect.js',
      './star.js',
      './d.js',
      './f.js',
      './g.js',
    ]);
  });

  it('defines what it does not pass on', () => {
    const source = `
      import { passed, other as renamed } from './a.js'; import * as all from 'b'; import fallback from 'c';
      export { passed, renamed, all, fallback }; export * from './star.js'; export * as star from './star.js';
      export { e as f } from './e.js'; const text = 'export const g = 1';
      export class A {} export function b() {} export async function* c() {} export const d = 1, [h, { i }] = [];
      var j = class {}; export { j as Store, b as 'two words' }; export default class K {}
    `;
    assert.deepEqual(ownBindings(source), [
      ['A', 'A'],
      ['b', 'b'],
      ['c', 'c'],
      ['d', 'd'],
      ['h', 'h'],
      ['i', 'i'],
      ['Store', 'j'],
      ['two words', 'b'],
      ['default', 'K'],
    ]);
    assert.deepEqual(ownBindings('export default class {}'), []);
    assert.deepEqual(ownBindings('export interface A {} export type B = 1; export class C<T> { d?: T }'), [['C', 'C']]);
  });

  it('imports something or does not', () => {
    const importing = ["import 'a';", "export * from 'a';", "export { b } from 'a';", "import a from 'a';"];
    const others = ['export const a = 1;', "const a = import('a');", 'const { url } = import.meta;'];
    assert.deepEqual([...importing, ...others].filter(hasImports), importing);
  });
});

describe('sound synchronous hooks', () => {
  const sound = ['22.22.3', '22.23.0', '24.11.1', '24.21.0', '25.1.0', '26.0.0', '30.1.0'];
  const unsound = ['20.20.2', '22.12.0', '22.22.2', '23.11.0', '24.11.0', '24.0.0', '25.0.9'];
  it('are those of', () =>
    assert.deepEqual(
      [...sound, ...unsound].filter((version) => hasSoundSyncHooks(version)),
      sound,
    ));
});
