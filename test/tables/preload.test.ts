// SPDX-License-Identifier: Apache-2.0
// Tables of the application's own, which a variable gives to the preload, or an option to the instrumentation.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { preloadFile } from '../../testkit/bare-and-woven.js';
import { addFiles, applicationWith, onEachNode, runNode } from '../../testkit/child.js';
import { installOurs, packageName } from '../../testkit/installed.js';

const VARIABLE = 'OTEL_INSTRUMENTATION_EVENTSOURCE_TABLES';

/** What a file of tables says, in either module format. */
const tableOf = (key: string, more = '') => `{
  key: '${key}',
  packages: [{ name: '${key}' }],
  families: { stores: 'auto', tools: 'auto' },
  aspects: [
    {
      target: 'OrderStore',
      family: 'stores',
      methods: {
        append: { span: '${key}.append', attributes: { stream: ({ args }) => args[0] } },
        read: { span: '${key}.read' ${more} },
      },
    },
    { target: 'openStore', family: 'tools', call: { span: '${key}.open' } },
  ],
}`;

const store = `
  export class OrderStore {
    async append(stream, events) { return events.length; }
    async read(stream) { return []; }
  }
  export function openStore() { return new OrderStore(); }
`;
const inCommonJs = store.replaceAll('export ', '').concat('module.exports = { OrderStore, openStore };');

const use = `
  const store = openStore();
  await store.append('o-1', [1]);
  await store.read('o-1');
`;

const files = {
  'package.json': '{ "name": "application" }',
  'node_modules/mine/package.json': '{ "name": "mine", "version": "1.0.0", "type": "module", "exports": "./index.js" }',
  'node_modules/mine/index.js': store,
  'node_modules/theirs/package.json': '{ "name": "theirs", "version": "1.0.0", "main": "./index.js" }',
  'node_modules/theirs/index.js': inCommonJs,
  'node_modules/@acme/tables/package.json': '{ "name": "@acme/tables", "type": "module", "exports": "./index.js" }',
  'node_modules/@acme/tables/index.js': `import { rows } from '${packageName}/tables';
    const library = ${tableOf('mine')};
    library.aspects[0].methods = rows(library.aspects[0].methods);
    export default [library];`,
  'tables/mine.mjs': `export const library = ${tableOf('mine')};`,
  'tables/mine.cjs': `module.exports = ${tableOf('mine')};`,
  'tables/named.cjs': `exports.library = ${tableOf('mine')};`,
  'tables/theirs.mjs': `export default ${tableOf('theirs')};`,
  'tables/mistaken.mjs': `export const library = ${tableOf('mine', ', spam: 1')};`,
  'tables/both.mjs': `export const library = [${tableOf('mine')}, ${tableOf('theirs')}];`,
  'tables/broken.mjs': `export const library = {\n  key: 'mine',\n  aspects: oops(),\n};`,
  'tables/unwritten.mjs': `export const library = {\n  key: 'mine' 'yours',\n};`,
  'tables/empty.mjs': 'export const tables = 1;',
  'tables/waiting.mjs': `export const library = await Promise.resolve(${tableOf('mine')});`,
  'tables/hanging.mjs': `export const library = ${tableOf('mine')}; await new Promise(() => {});`,
  'tables/nothing.mjs': 'export {};',
  'tables/nothing.cjs': '',
  'tables/null.cjs': 'module.exports = null;',
  'tables/text.cjs': "module.exports = 'a table';",
  'tables/undefined.cjs': 'throw undefined;',
  'tables/revoked.cjs': 'const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw proxy;',
  'tables/getter.cjs':
    "exports.__esModule = true; Object.defineProperty(exports, 'library', { get() { throw { message: 7n }; } });",
  'tables/proxy.cjs': 'const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); module.exports = [proxy];',
  'tables/typed.ts': `import type { Library } from '${packageName}/tables';
    export const library: Library = ${tableOf('mine').replace('({ args })', '({ args }: any)')};`,
  'tables/twice.mjs': `export const library = [${tableOf('mine')}, ${tableOf('mine')}];`,
  'tables/emmett.mjs': `export const library = ${tableOf('mine').replace("key: 'mine'", "key: 'emmett'")};`,
  'main.mjs': `import { openStore } from 'mine'; ${use}`,
  'main.cjs': `const { openStore } = require('mine'); (async () => { ${use} })();`,
  'theirs.mjs': `import { openStore } from 'theirs'; ${use}`,
  'theirs.cjs': `const { openStore } = require('theirs'); (async () => { ${use} })();`,
  'code.mjs': `
    import { EventSourceInstrumentation } from '${packageName}';
    import { library } from './tables/mine.mjs';
    const instrumentation = new EventSourceInstrumentation({ tables: library });
    const { openStore } = await import('mine');
    { ${use} }
    instrumentation.setConfig({ tables: [library], libraries: { mine: { families: { stores: 'off' } } } });
    { ${use} }
  `,
  'print.mjs': `
    import { trace } from '@opentelemetry/api';
    import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
    const exporter = new InMemorySpanExporter();
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
    process.once('exit', () => console.log(exporter.getFinishedSpans().map(({ name, instrumentationScope }) =>
      name + (instrumentationScope.name === '${packageName}/' + name.split('.')[0] ? '' : ' of ' + instrumentationScope.name)).join()));
  `,
};

describe('tables of the application', function () {
  this.timeout(120_000);
  let folder: string;
  let remove: () => void;
  before(() => {
    ({ folder, remove } = applicationWith(files));
    installOurs(folder, '@opentelemetry/api', '@opentelemetry/sdk-trace-base');
  });
  after(() => remove());

  interface Run {
    readonly node?: string;
    readonly tables: string;
    readonly main?: string;
    readonly flags?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
  }

  async function run({ node, tables, main = 'main.mjs', flags = [], env = {} }: Run) {
    const args = [...flags, '--import', './print.mjs', '--import', `${packageName}/register`, main];
    const { stdout, stderr, code } = await runNode({
      ...(node === undefined ? {} : { node }),
      args,
      cwd: folder,
      env: { ...env, [VARIABLE]: tables },
    });
    assert.equal(code, 0, stderr);
    return {
      spans: stdout.trim(),
      said: stderr
        .trim()
        .split('\n')
        .filter((line) => line !== ''),
    };
  }

  const ALL = 'mine.open,mine.append,mine.read';

  for (const tables of [
    './tables/mine.mjs',
    './tables/mine.cjs',
    './tables/named.cjs',
    './tables/both.mjs',
    '@acme/tables',
  ]) {
    onEachNode(`are those of ${tables}, for ES modules and CommonJS`, async (node) => {
      for (const main of ['main.mjs', 'main.cjs']) {
        assert.deepEqual(await run({ node, tables, main }), { spans: ALL, said: [] });
      }
    });
  }

  onEachNode('are several, and found by absolute paths and URLs', async (node) => {
    const tables = `${folder}/tables/mine.mjs , file://${folder}/tables/theirs.mjs,`;
    for (const main of ['main.cjs', 'theirs.mjs', 'theirs.cjs']) {
      const expected = main.startsWith('theirs') ? ALL.replaceAll('mine', 'theirs') : ALL;
      assert.deepEqual(await run({ node, tables, main }), { spans: expected, said: [] });
    }
  });

  onEachNode('are imported where ES modules cannot be required', async (node) => {
    const flags = ['--no-experimental-require-module'];
    for (const tables of ['./tables/mine.mjs', './tables/mine.cjs', './tables/waiting.mjs']) {
      assert.deepEqual(await run({ node, tables, flags }), { spans: ALL, said: [] });
    }
  });

  onEachNode(
    'are told of where they load badly in whatever way, each in one line, and the others hold',
    async (node) => {
      const expected = [
        /nothing\.mjs exports neither library nor a default\. It is left out\.$/,
        /nothing\.cjs exports neither library nor a default\. It is left out\.$/,
        /null\.cjs exports neither library nor a default\. It is left out\.$/,
        /text\.cjs exports neither library nor a default\. It is left out\.$/,
        /undefined\.cjs cannot be loaded: undefined\. It is left out\.$/,
        /revoked\.cjs cannot be loaded: what was thrown cannot be read\. It is left out\.$/,
        /getter\.cjs cannot be loaded: 7\. It is left out\.$/,
        /proxy\.cjs: it cannot be read: .*revoked\. The library is left out\.$/,
        /: mine: another library has this key\. Its tables are left out\.$/,
      ];
      const bad = ['nothing.mjs', 'nothing.cjs', 'null.cjs', 'text.cjs', 'undefined.cjs', 'revoked.cjs', 'getter.cjs'];
      const tables = [...bad, 'proxy.cjs', 'twice.mjs'].map((name) => `./tables/${name}`).join();
      const { spans, said } = await run({ node, tables });
      assert.equal(spans, ALL);
      assert.equal(said.length, expected.length, said.join('\n'));
      for (const [index, pattern] of expected.entries()) assert.match(said[index] ?? '', pattern);
    },
  );

  it('that wait for ever do not keep the application from starting', async () => {
    const flags = ['--no-experimental-require-module'];
    const { spans, said } = await run({ tables: './tables/hanging.mjs,./tables/mine.mjs', flags });
    assert.equal(spans, ALL);
    assert.equal(said.length, 1);
    assert.match(said[0] ?? '', /hanging\.mjs cannot be loaded: its top-level await has not ended within 3 s\. /);
  });

  onEachNode('are TypeScript where Node takes it, and are told of where it does not', async (node) => {
    const { spans, said } = await run({ node, tables: './tables/typed.ts,./tables/theirs.mjs' });
    // Node 20 has no types to strip.
    if (spans !== '') assert.deepEqual([spans, said], [ALL, []]);
    else {
      assert.equal(said.length, 1, said.join('\n'));
      assert.match(said[0] ?? '', /typed\.ts cannot be loaded: .* It is left out\.$/);
    }
  });

  it('are configured as any library is', async () => {
    const env = { OTEL_INSTRUMENTATION_EVENTSOURCE_LIBRARIES: 'mine.families.stores=off' };
    assert.deepEqual(await run({ tables: './tables/mine.mjs', env }), { spans: 'mine.open', said: [] });
    const off = { OTEL_INSTRUMENTATION_EVENTSOURCE_LIBRARIES: 'mine=false' };
    assert.deepEqual(await run({ tables: './tables/mine.mjs', env: off }), { spans: '', said: [] });
  });

  for (const [tables, spans, pattern] of [
    [
      './tables/mistaken.mjs',
      'mine.open,mine.append',
      /: mine: aspects\[0\] \(OrderStore\)\.methods\.read: unknown word "spam"; accepted: span, .*kind, .*\. The row is left out\.$/,
    ],
    [
      './tables/missing.mjs',
      '',
      /: \S+_TABLES: \.\/tables\/missing\.mjs cannot be loaded: Cannot find module .*left out\.$/,
    ],
    ['@acme/none', '', /: \S+_TABLES: @acme\/none cannot be loaded: Cannot find module '@acme\/none'.*left out\.$/],
    [
      './tables/broken.mjs',
      '',
      /broken\.mjs cannot be loaded: oops is not defined \(broken\.mjs:3:12\)\. It is left out\.$/,
    ],
    ['./tables/unwritten.mjs', '', /unwritten\.mjs cannot be loaded: Unexpected \S+\. It is left out\.$/],
    ['./tables/empty.mjs', '', /empty\.mjs exports neither library nor a default\. It is left out\.$/],
    ['./tables/waiting.mjs', '', /waiting\.mjs cannot be loaded: it has a top-level await\. It is left out\.$/],
    ['./tables/emmett.mjs', '', /: emmett: another library has this key\. Its tables are left out\.$/],
  ] as const) {
    onEachNode(
      `are told of once where they have a mistake, and the application is as ever: ${tables}`,
      async (node) => {
        const { spans: seen, said } = await run({ node, tables });
        assert.equal(seen, spans);
        assert.equal(said.length, 1, said.join('\n'));
        assert.match(said[0] ?? '', pattern);
        // What else there is has no part in it.
        const beside = await run({ node, tables: `${tables},./tables/theirs.mjs`, main: 'theirs.mjs' });
        assert.equal(beside.spans, ALL.replaceAll('mine', 'theirs'));
      },
    );
  }

  onEachNode('are an option in code, too, and stay under their configuration', async (node) => {
    const args = ['--import', './print.mjs', 'code.mjs'];
    const { stdout, stderr } = await runNode({ node, args, cwd: folder });
    assert.deepEqual([stdout.trim(), stderr], [`${ALL},mine.open`, '']);
  });

  it('cost their row only where an extractor of theirs throws, which is told once', async () => {
    const throwing = tableOf('mine').replace('args[0] }', "{ throw new Error('no') } }");
    addFiles(folder, { 'tables/throwing.mjs': `export const library = ${throwing};` });
    const flags = ['--import', preloadFile('record-diag')];
    const { spans } = await run({ tables: './tables/throwing.mjs', flags, env: { DIAG_FILE: `${folder}/diag.jsonl` } });
    assert.equal(spans.replace('mine.append,', ''), 'mine.open,mine.read');
    const lines = readFileSync(`${folder}/diag.jsonl`, 'utf8').split('\n');
    const told = lines.filter((line) => line.includes('error '));
    assert.equal(told.length, 1, told.join('\n'));
    assert.match(told[0] ?? '', /OrderStore\.append: switched off, its row failed: Error: no/);
  });
});
