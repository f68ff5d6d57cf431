// SPDX-License-Identifier: Apache-2.0
// Which clients are traced, on packages that are nothing but their version and one class.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { preloadFile } from '../../../testkit/bare-and-woven.js';
import { applicationWith, onEachNode, register, runNode, usePackages } from '../../../testkit/child.js';

const clients = {
  '@kurrent/kurrentdb-client': { Client: 'KurrentDBClient', known: ['1.0.4', '1.99.0'], unknown: ['0.9.0', '2.0.0'] },
  '@eventstore/db-client': { Client: 'EventStoreDBClient', known: ['6.0.0', '6.9.9'], unknown: ['5.0.0', '7.0.0'] },
} as const;

describe('clients of KurrentDB and EventStoreDB are traced', () => {
  for (const [name, { Client, known, unknown }] of Object.entries(clients)) {
    onEachNode(`in the versions that are known; others are left alone with one line: ${name}`, async (node) => {
      for (const version of known)
        assert.deepEqual(await run({ name, Client, version, node }), { spans: 2, lines: [] });
      for (const version of unknown) {
        const { spans, lines } = await run({ name, Client, version, node });
        assert.equal(spans, 0);
        assert.equal(lines.length, 1);
        assert.match(lines[0] ?? '', /is not of \^/);
      }
    });

    it(`unless their vendor traces them, whichever is loaded first: ${name}`, async () => {
      const [version] = known;
      for (const tracedBy of ['@kurrent/opentelemetry', '@eventstore/opentelemetry']) {
        for (const order of ['before', 'behind'] as const) {
          const { spans, lines } = await run({ name, Client, version, tracedBy: { name: tracedBy, order } });
          assert.equal(spans, 0);
          assert.deepEqual(
            lines.map((line) => line.includes(`kurrent is left alone: traced by ${tracedBy}`)),
            [true],
          );
        }
      }
    });

    it(`but where the class is of another shape, with one line: ${name}`, async () => {
      const [version] = known;
      const { spans, lines } = await run({ name, Client, version, methods: ['appendToStream'] });
      assert.equal(spans, 0);
      assert.equal(lines.length, 1);
      assert.match(lines[0] ?? '', /of another shape/);
    });
  }
});

const METHODS = [
  'appendToStream',
  'readStream',
  'readAll',
  'subscribeToStream',
  'subscribeToAll',
  'subscribeToPersistentSubscriptionToStream',
  'subscribeToPersistentSubscriptionToAll',
];

interface FakeRun {
  readonly name: string;
  readonly Client: string;
  readonly version: string;
  readonly methods?: readonly string[];
  readonly tracedBy?: { readonly name: string; readonly order: 'before' | 'behind' };
  readonly node?: string;
}

/** How many spans two appends give, and what is said of the library. */
async function run({ name, Client, version, methods = METHODS, tracedBy, node }: FakeRun) {
  const tracing = tracedBy === undefined ? '' : `import '${tracedBy.name}';`;
  const packageOf = (of: string, its: string) => JSON.stringify({ name: of, version: its, main: './index.js' });
  const { folder, remove } = applicationWith({
    'package.json': '{}',
    'main.mjs': `
      ${tracedBy?.order === 'before' ? tracing : ''}
      import { createRequire } from 'node:module';
      import { ${Client} } from '${name}';
      ${tracedBy?.order === 'behind' ? tracing : ''}
      await new ${Client}().appendToStream('s', []);
      await new (createRequire(import.meta.url)('${name}').${Client})().appendToStream('s', []);
    `,
    [`node_modules/${name}/package.json`]: packageOf(name, version),
    [`node_modules/${name}/index.js`]: `
      exports.${Client} = class {};
      for (const name of ${JSON.stringify(methods)}) exports.${Client}.prototype[name] = async () => ({});
    `,
    ...(tracedBy === undefined
      ? {}
      : {
          [`node_modules/${tracedBy.name}/package.json`]: packageOf(tracedBy.name, '1.0.0'),
          [`node_modules/${tracedBy.name}/index.js`]: 'exports.traced = true;',
        }),
  });
  try {
    usePackages(folder, '@opentelemetry');
    const files = { SPANS_FILE: join(folder, 'spans.jsonl'), DIAG_FILE: join(folder, 'diag.jsonl') };
    const imported = [preloadFile('record-diag'), register, preloadFile('record-spans')];
    const { code, stderr } = await runNode({
      args: ['--no-warnings', ...imported.flatMap((path) => ['--import', path]), 'main.mjs'],
      cwd: folder,
      env: files,
      ...(node === undefined ? {} : { node }),
    });
    assert.deepEqual([stderr, code], ['', 0]);
    const said = linesOf(files.DIAG_FILE).filter((line) => /is not of|left alone/.test(line));
    return { spans: linesOf(files.SPANS_FILE).length, lines: said.filter((line) => !line.includes('exports nothing')) };
  } finally {
    remove();
  }
}

function linesOf(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
}
