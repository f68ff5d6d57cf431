// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { applicationWith, nodeBinary, onEachNode, register, runNode, usePackages } from '../../testkit/child.js';
import { neighbourhood, ourSpan, theirSpans } from './neighbour.js';

const ours = ['--import', register];

describe('other instrumentations in the process', () => {
  let folder: string;
  let remove: () => void;

  before(() => {
    ({ folder, remove } = applicationWith(neighbourhood));
    usePackages(folder, '@opentelemetry', 'eventsource', 'import-in-the-middle');
  });
  after(() => remove());

  const spans = async (node: string, ...args: string[]) => {
    const { stdout, stderr, code } = await runNode({ node, args, cwd: folder });
    assert.deepEqual({ stderr, code }, { stderr: '', code: 0 }, args.join(' '));
    return stdout.trim().split('\n');
  };
  const all = [...theirSpans, ourSpan].sort();

  /** Both orders give their spans as they are without us, and ours. */
  async function standBeside(node: string, theirs: readonly string[], application: string) {
    assert.deepEqual(await spans(node, ...theirs, application), theirSpans, 'without us');
    assert.deepEqual(await spans(node, ...theirs, ...ours, application), all, 'before us');
    assert.deepEqual(await spans(node, ...ours, ...theirs, application), all, 'after us');
  }

  onEachNode('keep their spans when the application makes them on its first lines', async (node) => {
    assert.deepEqual(await spans(node, 'vendor-first.cjs'), theirSpans);
    assert.deepEqual(await spans(node, ...ours, 'vendor-first.cjs'), all);
    assert.deepEqual(await spans(node, '--require', register, 'vendor-first.cjs'), all);
  });

  onEachNode('would lose spans to a preload that constructs an InstrumentationBase', async (node) => {
    const left = await spans(node, '--require', './base.cjs', 'vendor-first.cjs');
    assert.ok(left.length < theirSpans.length, left.join());
  });

  for (const [how, theirs] of [
    ['--require', ['--require', './vendor.cjs']],
    ['--import', ['--import', './vendor.cjs']],
  ] as const) {
    onEachNode(`keep their spans in a CommonJS application, preloaded with ${how}`, (node) =>
      standBeside(node, theirs, 'application.cjs'),
    );
  }

  onEachNode('keep their spans when all is preloaded with --require', async (node) => {
    const theirs = ['--require', './vendor.cjs'];
    assert.deepEqual(await spans(node, ...theirs, '--require', register, 'application.cjs'), all);
    assert.deepEqual(await spans(node, '--require', register, ...theirs, 'application.cjs'), all);
  });

  for (const hook of ['vendor-hook.mjs', 'vendor-list.mjs', 'vendor-all.mjs']) {
    onEachNode(`keep their spans in an ES module application with ${hook}`, (node) =>
      standBeside(node, ['--import', `./${hook}`], 'application.mjs'),
    );
  }

  it('keep their spans in an ES module application with synchronous hooks (Node 24)', async function () {
    this.timeout(120_000);
    await standBeside(nodeBinary(this, 24), ['--import', './vendor-sync.mjs'], 'application.mjs');
  });
});
