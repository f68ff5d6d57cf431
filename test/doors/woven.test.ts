// SPDX-License-Identifier: Apache-2.0
// Libraries woven by hand, where no loader hook sees them: imported or required without a preload (bundles are in test/bundles).
// Their applications show what they show under the preload.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { preloadFile, type RecordedSpan } from '../../testkit/bare-and-woven.js';
import { applicationWith, onEachNode, root, runNode, usePackages } from '../../testkit/child.js';
import { forestOf } from '../../testkit/forests.js';
import { type AppLibrary, castore, emmett } from '../../testkit/library-apps.js';

const OURS = JSON.stringify(join(root, 'dist/src/index.js'));

const forms = ['imported.mjs', 'required.cjs'] as const;
type Form = (typeof forms)[number];

/** The application of a library, which is given its exports as they are to be used. */
function program({ key, packages }: AppLibrary, app: string, form: Form): string {
  const isRequired = form === 'required.cjs';
  const load = Object.entries(packages).map(([name, specifier]) => {
    const from = JSON.stringify(specifier);
    return `const ${name} = woven(${isRequired ? `require(${from})` : `await import(${from})`});`;
  });
  const head = isRequired
    ? `const api = require('@opentelemetry/api'); const { woven } = require(${OURS});`
    : `import * as api from '@opentelemetry/api'; import { woven } from ${OURS};`;
  return `
    ${head}
    const request = (name, work) => api.trace.getTracer('application').startActiveSpan(name, async (span) => {
      try {
        return await work();
      } finally {
        span.end();
      }
    });
    const run = async () => {
      ${load.join('\n')}
      const { ${app} } = await import(${JSON.stringify(join(root, 'test/libraries', key, 'apps', `${app}.mjs`))});
      console.log(JSON.stringify(await ${app}({ ${Object.keys(packages)}, api, request })));
    };
    run();
  `;
}

function make(library: AppLibrary, app: string, form: Form) {
  const made = applicationWith({ 'package.json': '{}', [form]: program(library, app, form) });
  usePackages(made.folder, ...Object.values(library.packages), '@opentelemetry');
  return made;
}

async function forestFrom(folder: string, node: string, form: Form) {
  const file = join(folder, `spans-${node.length}.jsonl`);
  writeFileSync(file, '');
  const { stdout, stderr, code } = await runNode({
    node,
    args: ['--no-warnings', '--import', preloadFile('record-spans'), form],
    cwd: folder,
    env: { SPANS_FILE: file },
  });
  assert.deepEqual([stderr, code], ['', 0]);
  assert.notEqual(stdout, '');
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return forestOf(lines.map((line): RecordedSpan => JSON.parse(line)));
}

/** Of whatever shape modules are: namespaces, getters, frozen, functions; each exports a factory and a class. */
const modules = {
  'esm.mjs': `
    export class Ledger { append() { return 'appended'; } static open() { return new Ledger(); } }
    export let openLedger = () => new Ledger();
    export let balance = 0;
    export const deposit = () => { balance += 1; };
    export default function main() { return 'main'; }
  `,
  'getters.cjs': `
    class Ledger { append() { return 'appended'; } static open() { return new Ledger(); } }
    let balance = 0;
    const all = { Ledger, openLedger: () => new Ledger(), deposit: () => { balance += 1; }, main: function main() { return 'main'; } };
    Object.defineProperty(exports, '__esModule', { value: true });
    for (const name of Object.keys(all)) Object.defineProperty(exports, name, { enumerable: true, get: () => all[name] });
    Object.defineProperty(exports, 'balance', { enumerable: true, get: () => balance });
  `,
  'frozen.cjs': `
    class Ledger { append() { return 'appended'; } static open() { return new Ledger(); } }
    module.exports = Object.freeze({ Ledger, openLedger: () => new Ledger(), balance: 0, deposit() {}, main: function main() { return 'main'; } });
  `,
  'function.cjs': `
    module.exports = function main() { return 'main'; };
    module.exports.other = 1;
  `,
};

const shapes = `
  import { trace } from '@opentelemetry/api';
  import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
  import { createRequire } from 'node:module';
  import { woven } from ${OURS};
  const exporter = new InMemorySpanExporter();
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  const library = {
    key: 'ledgers',
    packages: [{ name: 'ledgers' }],
    families: { all: 'auto' },
    aspects: [
      { target: 'Ledger', family: 'all', methods: { append: { span: 'append' } }, statics: { open: { span: 'open' } } },
      { target: 'openLedger', family: 'all', call: { span: 'openLedger' } },
      { target: 'main', family: 'all', call: { span: 'main' } },
    ],
  };
  const file = process.argv[2];
  const given = file.endsWith('.cjs') ? createRequire(import.meta.url)(file) : await import(file);
  const used = woven(given, library);
  const said = { spans: [], keys: Reflect.ownKeys(used).map(String).join() === Reflect.ownKeys(given).map(String).join() };
  const main = typeof used === 'function' ? used : (used.main ?? used.default);
  said.main = main();
  said.name = main.name;
  said.other = used.other;
  if (used.Ledger) {
    said.appended = [used.openLedger().append(), used.Ledger.open().append(), new given.Ledger().append()];
    said.same = used.Ledger === given.Ledger && new used.Ledger() instanceof given.Ledger;
    used.deposit();
    said.live = used.balance === given.balance;
  }
  said.again = woven(given, library).main === used.main && woven(used, library) === used;
  said.spans = exporter.getFinishedSpans().map(({ name }) => name).sort();
  console.log(JSON.stringify(said));
`;

const choosing = `
  import { fittingLibrary } from ${JSON.stringify(join(root, 'dist/src/libraries/fitting.js'))};
  import { allLibraries } from ${JSON.stringify(join(root, 'dist/src/libraries/all.js'))};
  import { woven } from ${OURS};
  for (const name of process.argv.slice(2)) console.log(name, fittingLibrary(await import(name), allLibraries)?.key);
  const fs = await import('node:fs');
  if (woven(fs) !== fs) throw new Error('woven');
  if (woven(fs, 'emmet') !== fs) throw new Error('woven');
  woven(fs, { key: 'mine', spam: 1 });
`;

describe('a library that is woven by hand', function () {
  this.timeout(120_000);

  for (const [library, app] of [
    [castore, 'carts'],
    [emmett, 'carts'],
  ] as const) {
    for (const form of forms) {
      let folder: string;
      let remove: () => void;
      before(() => {
        ({ folder, remove } = make(library, app, form));
      });
      after(() => remove());
      onEachNode(`shows what it shows under the preload: ${library.key}, ${app}, ${form}`, async (node) => {
        const expected = readFileSync(join(root, 'test/libraries', library.key, 'expected', `${app}.json`), 'utf8');
        assert.deepEqual(await forestFrom(folder, node, form), JSON.parse(expected));
      });
    }
  }

  for (const file of Object.keys(modules)) {
    onEachNode(
      `has the exports of the module, live and of the same identity where they can be: ${file}`,
      async (node) => {
        const { folder, remove } = applicationWith({ ...modules, 'shapes.mjs': shapes });
        usePackages(folder, '@opentelemetry');
        const { stdout, stderr } = await runNode({ node, args: ['shapes.mjs', `./${file}`], cwd: folder });
        remove();
        assert.equal(stderr, '');
        const common = { main: 'main', name: 'main', again: true };
        const ofFunction = { ...common, spans: ['main'], keys: true, other: 1 };
        const appended = ['appended', 'appended', 'appended'];
        const ofObject = { ...common, keys: true, appended, same: true, live: true };
        const spans = ['append', 'append', 'append', 'main', 'open', 'openLedger'];
        assert.deepEqual(JSON.parse(stdout), file === 'function.cjs' ? ofFunction : { ...ofObject, spans });
      },
    );
  }

  onEachNode(
    'has all exports of a CommonJS module in the same form under each name that Node gives them',
    async (node) => {
      const names = `
      import { woven } from ${OURS};
      const given = await import('./ledgers.cjs');
      const used = woven(given, {
        key: 'ledgers',
        packages: [{ name: 'ledgers' }],
        families: { all: 'auto' },
        aspects: [{ target: 'openLedger', family: 'all', call: { span: 'openLedger' } }],
      });
      const forms = Object.keys(used).filter((name) => typeof used[name] === 'object').map((name) => used[name].openLedger);
      console.log(forms.length, new Set([used.openLedger, ...forms]).size, used.openLedger !== given.openLedger);
    `;
      const files = { 'names.mjs': names, 'ledgers.cjs': 'exports.openLedger = function openLedger() {};' };
      const { folder, remove } = applicationWith(files);
      usePackages(folder, '@opentelemetry');
      const { stdout, stderr } = await runNode({ node, args: ['names.mjs'], cwd: folder });
      remove();
      // The namespace, the default export, and `module.exports` since Node 23.
      assert.match(stdout, /^[12] 1 true\n$/, stderr);
    },
  );

  it('gives what is no module as it is, and says so', async () => {
    const hostile = `
      import { woven } from ${OURS};
      import { hostileNames, hostileValues } from ${JSON.stringify(join(root, 'dist/testkit/hostile.js'))};
      for (const name of hostileNames) {
        const value = hostileValues[name]();
        if (!Object.is(woven(value), value)) throw new Error(name);
        if (!Object.is(woven(value, value), value)) throw new Error(name);
      }
    `;
    const { folder, remove } = applicationWith({ 'hostile.mjs': hostile });
    const { stderr, code } = await runNode({ args: ['hostile.mjs'], cwd: folder });
    remove();
    assert.equal(code, 0, stderr.slice(-1000));
    assert.ok(stderr.split('\n').every((line) => line === '' || line.startsWith('opentelemetry-instrumentation-')));
  });

  it('is found by what its module exports, and else nothing is woven; a key or table that cannot be used is told', async () => {
    const { folder, remove } = applicationWith({ 'choosing.mjs': choosing });
    const ofPackage = {
      '@castore/core': 'castore',
      '@event-driven-io/emmett': 'emmett',
      '@event-driven-io/emmett-postgresql': 'emmett',
      '@kurrent/kurrentdb-client': 'kurrent',
      '@nestjs/cqrs': 'nestjs-cqrs',
      // Its entry point has a function that makes one of a class, which it does not have.
      'eventstore/lib/eventstore.js': 'node-eventstore',
      eventsource: 'eventsource',
      'eventsource/stores': 'eventsource',
      '@opentelemetry/api': 'undefined',
    };
    usePackages(
      folder,
      '@castore',
      '@event-driven-io',
      '@kurrent',
      '@nestjs',
      'reflect-metadata',
      'rxjs',
      'eventstore',
      'eventsource',
      '@opentelemetry',
    );
    const { stdout, stderr } = await runNode({
      args: ['--no-warnings', 'choosing.mjs', ...Object.keys(ofPackage)],
      cwd: folder,
    });
    remove();
    const lines = Object.entries(ofPackage).map((words) => words.join(' '));
    assert.deepEqual(stdout.trim().split('\n'), lines);
    const told = stderr.trim().split('\n');
    assert.match(
      told[0] ?? '',
      /woven: "emmet" is the key of no library; accepted: eventsource, nestjs-cqrs, emmett, /,
    );
    assert.deepEqual(
      told.slice(1).every((line) => / mine: .*The library is left out\.$/.test(line)),
      true,
      stderr,
    );
  });
});
