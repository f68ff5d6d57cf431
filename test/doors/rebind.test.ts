// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { addFiles, applicationWith, onEachNode, root, runNode } from '../../testkit/child.js';
import { below } from '../../testkit/small-target.js';

const esm = {
  'package.json': '{ "name": "functions", "type": "module", "exports": { ".": "./index.js", "./impl": "./impl.js" } }',
  'index.js': `
    export { greet, Tool, answer } from './impl.js';
    export function here() { return 'here'; }
    export default function main() { return 'main'; }
  `,
  // Declarations, and what a bundler makes of classes.
  'impl.js': `
    export function greet(name) { return 'hello ' + name; }
    var Tool = class { static use() { return 'used'; } };
    export { Tool };
    export const answer = () => 42;
  `,
};

const commonjs = {
  'package.json': '{ "name": "functions" }',
  'index.js': `
    const impl = require('./impl.js');
    Object.defineProperty(exports, 'greet', { enumerable: true, get: function () { return impl.greet; } });
    exports.here = function here() { return 'here'; };
    Object.defineProperty(exports, 'main', { enumerable: true, get: () => function main() { return 'main'; } });
  `,
  'impl.js': "exports.greet = function greet(name) { return 'hello ' + name; };",
};

/** Replaces the named exports, and says of each file and name whether that was possible. */
const preload = `
import { watchPackages } from ${JSON.stringify(join(root, 'dist/src/doors/index.js'))};
const twins = new Map();
const twinOf = (original) => {
  if ([...twins.values()].includes(original)) return original;
  if (!twins.has(original)) {
    twins.set(original, original.name === 'Tool' ? class extends original { static use() { return 'woven ' + super.use(); } }
      : (...args) => 'woven ' + original(...args));
  }
  return twins.get(original);
};
globalThis.rebound = {};
watchPackages([{ name: 'functions' }], ({ exports, url, rebind }) => {
  if (process.env.UNTOUCHED) return;
  if (typeof exports === 'function') rebound.function = rebind('default', twinOf(exports));
  else for (const name of Object.keys(exports)) {
    rebound[url.split('/').at(-1) + ' ' + name] = rebind(name, twinOf(exports[name]));
  }
  rebound.absent = rebind('absent', 1);
});
`;

describe('a module that is handed over lets its exports be replaced', () => {
  let folder: string;
  let remove: () => void;

  before(() => {
    ({ folder, remove } = applicationWith({
      'preload.mjs': preload,
      'import.mjs': `
        import main, { answer, greet, here, Tool } from 'functions';
        import { greet as again } from 'functions/impl';
        console.log([greet('you'), again('too'), here(), Tool.use(), answer(), main(), rebound['impl.js answer']].join('; '));
      `,
      'require.cjs': `
        const { isModuleNamespaceObject } = require('node:util/types');
        const first = require('functions'); const second = require('functions');
        const { default: main, greet, here, Tool } = first;
        console.log([greet('you'), here(), Tool.use(), main(), first === second].join('; '));
        console.log(Object.keys(first).join(), 'greet' in first, { ...first }.greet === greet, first[Symbol.toStringTag]);
        console.log(Object.getOwnPropertyDescriptor(first, 'greet').value === greet, rebound.absent);
        if (process.env.UNTOUCHED) console.log(isModuleNamespaceObject(first));
      `,
      ...below('node_modules/functions', esm),
      ...below('commonjs/node_modules/functions', commonjs),
      'commonjs/import.mjs': `
        import { greet, here } from 'functions'; import functions from 'functions';
        console.log([greet('you'), here(), functions.greet === greet, functions.main()].join('; '));
      `,
      'commonjs/require.cjs': `
        const functions = require('functions');
        console.log([functions.greet('you'), functions.here(), functions === require('functions'), functions.main()].join('; '));
      `,
      ...below('frozen/node_modules/functions', {
        'package.json': commonjs['package.json'],
        'index.js': "exports.greet = () => 'hello'; Object.freeze(exports);",
      }),
      'frozen/require.cjs': "console.log(require('functions').greet(), rebound['index.js greet']);",
      ...below('function/node_modules/functions', {
        'package.json': commonjs['package.json'],
        'index.js': "module.exports = function greet() { return 'hello'; };",
      }),
      'function/require.cjs': "console.log(require('functions')(), rebound.function);",
      'function/import.mjs': "import greet from 'functions'; console.log(greet(), rebound.function);",
    }));
  });
  after(() => remove());

  const run = async (node: string, main: string, env: Record<string, string> = {}) => {
    const args = ['--import', './preload.mjs', main];
    const { stdout, stderr, code } = await runNode({ node, args, cwd: folder, env });
    assert.deepEqual({ stderr, code }, { stderr: '', code: 0 });
    return stdout.trim().split('\n');
  };

  onEachNode('for all who import it, by whatever name and path; a constant stays', async (node) => {
    assert.deepEqual(await run(node, 'import.mjs'), [
      'woven hello you; woven hello too; woven here; woven used; 42; woven main; false',
    ]);
  });

  onEachNode('for all who require an ES module, with one and the same object', async (node) => {
    assert.deepEqual(await run(node, 'require.cjs'), [
      'woven hello you; woven here; woven used; woven main; true',
      'Tool,__esModule,answer,default,greet,here true true Module',
      'true false',
    ]);
  });

  onEachNode('or `require` gives what it gives without ours', async (node) => {
    const [first, ...rest] = await run(node, 'require.cjs', { UNTOUCHED: '1' });
    assert.equal(first, 'hello you; here; used; main; true');
    assert.equal(rest.at(-1), 'true');
  });

  onEachNode('for all who use a CommonJS module, however its compiler fixes the exports', async (node) => {
    assert.deepEqual(await run(node, 'commonjs/require.cjs'), ['woven hello you; woven here; true; woven main']);
    assert.deepEqual(await run(node, 'commonjs/import.mjs'), ['woven hello you; woven here; true; woven main']);
  });

  onEachNode('but not frozen exports', async (node) => {
    assert.deepEqual(await run(node, 'frozen/require.cjs'), ['hello false']);
  });

  onEachNode('also where the module is a function', async (node) => {
    for (const main of ['function/require.cjs', 'function/import.mjs']) {
      assert.deepEqual(await run(node, main), ['woven hello true'], main);
    }
  });
});

describe('doors beside others who change how modules load', () => {
  let folder: string;
  let remove: () => void;

  before(() => {
    ({ folder, remove } = applicationWith({
      'preload.mjs': preload,
      ...below('node_modules/functions', commonjs),
      'depth.cjs': "Error.stackTraceLimit = Infinity; module.exports = new Error().stack.split('\\n').length;",
    }));
  });
  after(() => remove());

  const outputs = async (node: string, main: string, env: Record<string, string> = {}) => {
    const outcome = async (...preloads: string[]) => {
      const { stdout, stderr, code } = await runNode({ node, args: [...preloads, main], cwd: folder, env });
      return { stdout, stderr, code };
    };
    return [await outcome(), await outcome('--import', './preload.mjs')] as const;
  };

  onEachNode('leave a test double in the place where the application has put it', async (node) => {
    addFiles(folder, {
      'doubles.cjs': `
        const Module = require('node:module');
        const path = require.resolve('functions');
        const seen = [];
        const put = (kind) => { require.cache[path] = { id: path, filename: path, loaded: true, exports: { kind } }; };
        const look = () => seen.push(require('functions').kind ?? 'real');
        put('first'); look(); require.cache[path].exports = { kind: 'second' }; look();
        delete require.cache[path]; look(); look();
        require.cache[path].exports = { kind: 'third' }; look();
        const load = Module._load;
        Module._load = (id, ...rest) => (id === 'functions' ? { kind: 'fourth' } : load(id, ...rest)); look();
        Module._load = load; look();
        console.log(seen.join());
      `,
    });
    const [bare, watched] = await outputs(node, 'doubles.cjs', { UNTOUCHED: '1' });
    assert.equal(bare.stdout, 'first,second,real,real,third,fourth,third\n');
    assert.deepEqual(watched, bare);
  });

  onEachNode('let a resolve hook change the query each time', async (node) => {
    addFiles(folder, {
      ...below('node_modules/functions', esm),
      'queries.mjs': "import { register } from 'node:module'; register('./query-hooks.mjs', import.meta.url);",
      'query-hooks.mjs': `
        let count = 0;
        export async function resolve(specifier, context, next) {
          const resolved = await next(specifier, context);
          return resolved.url.startsWith('file:') ? { ...resolved, url: resolved.url + '?' + ++count } : resolved;
        }
      `,
      'import.mjs': "import { greet } from 'functions'; console.log(greet('you'));",
    });
    const args = ['--import', './preload.mjs', '--no-warnings', '--import', './queries.mjs', 'import.mjs'];
    const { stdout, stderr, code } = await runNode({ node, args, cwd: folder });
    assert.deepEqual({ stdout, stderr, code }, { stdout: 'woven hello you\n', stderr: '', code: 0 });
  });

  onEachNode('are opened once, however many watch', async (node) => {
    addFiles(folder, {
      'many.mjs': `
        import { createRequire, syncBuiltinESMExports } from 'node:module';
        const require = createRequire(import.meta.url);
        const depth = () => { delete require.cache[require.resolve('./depth.cjs')]; return require('./depth.cjs'); };
        const nodeModule = require('node:module');
        let registered = 0;
        for (const name of ['register', 'registerHooks']) {
          const original = nodeModule[name];
          nodeModule[name] = (...args) => { registered++; return original(...args); };
        }
        syncBuiltinESMExports();
        const { watchPackages } = await import(${JSON.stringify(join(root, 'dist/src/doors/index.js'))});
        const depths = [];
        for (let i = 0; i < 60; i++) {
          const undo = watchPackages([{ name: 'functions' }], () => {});
          if (i % 2) undo();
          depths.push(depth());
        }
        console.log(registered, depths[0] === depths.at(-1));
      `,
    });
    const { stdout } = await runNode({ node, args: ['--import', './many.mjs', 'depth.cjs'], cwd: folder });
    assert.equal(stdout, '1 true\n');
  });

  onEachNode('say on stderr that hooks are not allowed, and let the application run', async (node) => {
    const { stdout: version } = await runNode({ node, args: ['--version'] });
    const [permission, said] = version.startsWith('v20.')
      ? ['--experimental-permission', /^opentelemetry-\S+: modules that are imported are not traced: .*restricted.*\n$/]
      : ['--permission', /^$/];
    addFiles(folder, { 'plain.mjs': "console.log('ran');" });
    const args = ['--no-warnings', permission, '--allow-fs-read=*', '--import', './preload.mjs', 'plain.mjs'];
    const { stdout, stderr, code } = await runNode({ node, args, cwd: folder });
    assert.deepEqual({ stdout, code }, { stdout: 'ran\n', code: 0 });
    assert.match(stderr, said);
  });
});
