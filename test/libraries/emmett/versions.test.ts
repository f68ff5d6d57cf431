// SPDX-License-Identifier: Apache-2.0
// Which versions of Emmett are traced, on packages that are nothing but their version and one function.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { preloadFile } from '../../../testkit/bare-and-woven.js';
import { applicationWith, onEachNode, register, runNode, usePackages } from '../../../testkit/child.js';

describe('Emmett is traced', () => {
  onEachNode('up to 0.42; later versions, which trace themselves, are left alone with one line', async (node) => {
    assert.deepEqual(await run('0.38.5', node), { spans: 2, lines: 0 });
    assert.deepEqual(await run('0.42.9', node), { spans: 2, lines: 0 });
    for (const version of ['0.43.0-alpha.1', '0.43.0', '0.50.1', '1.0.0']) {
      assert.deepEqual(await run(version, node), { spans: 0, lines: 1 }, version);
    }
  });
});

/** How many spans an application gives that handles a command as ES module and one as CommonJS; how many lines are said of the version. */
async function run(version: string, node: string): Promise<{ readonly spans: number; readonly lines: number }> {
  const exports = { '.': { import: './index.js', require: './index.cjs' } };
  const { folder, remove } = applicationWith({
    'package.json': '{}',
    'main.mjs': `
      import { createRequire } from 'node:module';
      import { CommandHandler } from '@event-driven-io/emmett';
      await CommandHandler({})({}, 'a', () => []);
      await createRequire(import.meta.url)('@event-driven-io/emmett').CommandHandler({})({}, 'b', () => []);
    `,
    'node_modules/@event-driven-io/emmett/package.json': JSON.stringify({
      name: '@event-driven-io/emmett',
      version,
      type: 'module',
      exports,
    }),
    'node_modules/@event-driven-io/emmett/index.js': `
      import { handled } from './chunk.js';
      var CommandHandler = (options) => async (store, id, handle) => handled;
      export { CommandHandler };
    `,
    'node_modules/@event-driven-io/emmett/chunk.js': 'var handled = { newEvents: [] }; export { handled };',
    'node_modules/@event-driven-io/emmett/index.cjs': `
      exports.CommandHandler = (options) => async (store, id, handle) => ({ newEvents: [] });
    `,
  });
  try {
    usePackages(folder, '@opentelemetry');
    const files = { SPANS_FILE: join(folder, 'spans.jsonl'), DIAG_FILE: join(folder, 'diag.jsonl') };
    const imported = [preloadFile('record-diag'), register, preloadFile('record-spans')];
    const { code, stderr } = await runNode({
      args: ['--no-warnings', ...imported.flatMap((path) => ['--import', path]), 'main.mjs'],
      cwd: folder,
      env: files,
      node,
    });
    assert.deepEqual([stderr, code], ['', 0]);
    return {
      spans: linesOf(files.SPANS_FILE).length,
      lines: linesOf(files.DIAG_FILE).filter((line) => line.includes('is not of')).length,
    };
  } finally {
    remove();
  }
}

function linesOf(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
}
