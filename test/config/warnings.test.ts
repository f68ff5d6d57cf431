// SPDX-License-Identifier: Apache-2.0
// A malformed variable under the preload: one line on stderr, or one `diag` warning where somebody listens, and the
// application runs as it does without it.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { observe, type Preload, preloadFile, treeOf } from '../../testkit/bare-and-woven.js';
import { root } from '../../testkit/child.js';
import { programFiles } from '../process/programs/files.js';
import { spansOfSave } from '../process/programs/saves.js';

const PREFIX = 'OTEL_INSTRUMENTATION_EVENTSOURCE_';
const ours = 'opentelemetry-instrumentation-eventsource';

/** Variable → a malformed value and what its warning must list. */
const malformed = {
  ENABLED: ['ja', 'true or false'],
  MODULE_NAMES: [',', 'a list of package names'],
  FAMILIES: ['stores', 'stores, buses, aggregates, snapshots'],
  LIBRARIES: ['emett', 'eventsource, nestjs-cqrs, emmett'],
  TABLES: ['./none.mjs', 'Cannot find module'],
  IN_MEMORY_PUBLISH_SPAN: ['always', 'true or false'],
  REQUIRE_PARENT_SPAN: ['please', 'true or false'],
  CAPTURE_TENANT: ['no', 'true or false'],
  CAPTURE_ACTOR: ['0', 'true or false'],
  SEMCONV_STABILITY_OPT_IN: ['databse', 'database, database/dup, messaging, messaging/dup'],
  LOG_LEVEL: ['loud', 'trace, debug, info, warn, error, fatal, off'],
  LOG_SINK: ['stdout', 'none, text, json'],
  QUERY_STORES: ['no', 'true or false'],
  STALLED_AFTER: ['1m', 'a whole number of milliseconds, 1 or more'],
  SDK: ['please', 'true or false'],
} as const satisfies Record<string, readonly [value: string, accepted: string]>;

describe('the preload', function () {
  this.timeout(120_000);
  const all = Object.fromEntries(Object.entries(malformed).map(([name, [value]]) => [PREFIX + name, value]));
  const run = (env: Readonly<Record<string, string>>, preload: Preload, before: readonly string[] = []) =>
    observe({ ...programFiles('three-saves', 'esm'), env, preload, before });

  for (const [name, [value, accepted]] of Object.entries(malformed)) {
    it(`names a malformed variable ${name} in one line on stderr, and its default holds`, async () => {
      const { stdout, stderr, code, spans } = await run({ [PREFIX + name]: value }, 'recording');
      assert.deepEqual([stdout, code], ['[1,2,3]\n', 0]);
      const [line = '', ...more] = stderr.trimEnd().split('\n');
      assert.deepEqual(more, []);
      assert.ok(line.startsWith(`${ours}: ${PREFIX}${name}: `), line);
      assert.ok(line.includes(value) && line.includes(accepted), line);
      assert.equal(treeOf(spans), Array(3).fill(spansOfSave).join(' '));
    });
  }

  it('names each misspelt variable in one line on stderr, with the nearest, and in workers not again', async () => {
    const misspelt = {
      [`${PREFIX}FAMILY`]: 'stores=off',
      OTEL_INSTRUMENTATION_EVENT_SOURCE_ENABLED: 'false',
    };
    const files = {
      'main.mjs': `
        import { Worker, isMainThread } from 'node:worker_threads';
        if (isMainThread) new Worker(new URL(import.meta.url));
      `,
    };
    const { stderr, code } = await observe({ preload: 'idle', main: 'main.mjs', files, env: misspelt });
    const noSuch = (name: string, nearest: string) =>
      `${ours}: ${name}: there is no such variable; the nearest is ${PREFIX}${nearest}. It is left out.`;
    assert.deepEqual(
      [stderr.trimEnd().split('\n').sort(), code],
      [[noSuch(`${PREFIX}FAMILY`, 'FAMILIES'), noSuch('OTEL_INSTRUMENTATION_EVENT_SOURCE_ENABLED', 'ENABLED')], 0],
    );
  });

  it('names malformed variables through diag where a logger is set, and then not on stderr', async () => {
    const { stdout, stderr, diag } = await run(all, 'recording', [preloadFile('record-diag')]);
    assert.deepEqual([stdout, stderr], ['[1,2,3]\n', '']);
    const warnings = diag.filter((line) => line.startsWith('warn '));
    for (const name of Object.keys(malformed)) {
      assert.equal(warnings.filter((line) => line.includes(`${PREFIX}${name}: `)).length, 1, name);
    }
    assert.equal(warnings.length, Object.keys(malformed).length);
  });

  it('names each malformed variable once, whatever instances the application makes, and in its workers too', async () => {
    const again = `
      import { Worker, isMainThread } from 'node:worker_threads';
      import { EventSourceInstrumentation } from ${JSON.stringify(join(root, 'dist/src/index.js'))};
      new EventSourceInstrumentation().setConfig({});
      if (isMainThread) for (let i = 0; i < 2; i++) new Worker(new URL(import.meta.url));
    `;
    const { stderr, code } = await observe({
      preload: 'idle',
      main: 'main.mjs',
      files: { 'main.mjs': again },
      env: all,
    });
    assert.equal(code, 0);
    const lines = stderr.trimEnd().split('\n');
    assert.deepEqual(lines.length, new Set(lines).size, stderr);
    assert.equal(lines.length, Object.keys(malformed).length, stderr);
  });

  it('says nothing when every variable is well-formed', async () => {
    const env = {
      [`${PREFIX}ENABLED`]: 'TRUE',
      [`${PREFIX}MODULE_NAMES`]: 'eventsource, @shop/eventsource',
      [`${PREFIX}FAMILIES`]: 'stores=on, buses=auto',
      [`${PREFIX}IN_MEMORY_PUBLISH_SPAN`]: '',
      [`${PREFIX}CAPTURE_TENANT`]: 'false',
      [`${PREFIX}LOG_LEVEL`]: 'warn, eventsource=error',
      [`${PREFIX}LOG_SINK`]: 'JSON',
      [`${PREFIX}SDK`]: 'false',
    };
    const { stdout, stderr, diag } = await run(env, 'recording', [preloadFile('record-diag')]);
    assert.deepEqual([stdout, stderr], ['[1,2,3]\n', '']);
    assert.deepEqual(
      diag.filter((line) => !line.startsWith('debug ')),
      [],
    );
  });

  it('weaves nothing when a variable switches it off', async () => {
    const { spans, stderr } = await run({ [`${PREFIX}ENABLED`]: 'false' }, 'recording');
    assert.deepEqual([spans, stderr], [[], '']);
  });
});
