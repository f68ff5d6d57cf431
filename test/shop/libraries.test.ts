// SPDX-License-Identifier: Apache-2.0
// The shops on other libraries: they do the same with the preload as without, and show what was recorded of them, by hand-checked
// files. RECORD=1 writes them anew; look at each difference.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { preloadFile, type RecordedSpan } from '../../testkit/bare-and-woven.js';
import { addFiles, applicationWith, onEachNode, root, runNode } from '../../testkit/child.js';
import { forestOf, type Tree } from '../../testkit/forests.js';
import { leaveOut } from '../../testkit/leave-out.js';
import { startOtlpReceiver } from '../../testkit/otlp-receiver.js';
import { type SpanTree, treesOf } from '../../testkit/span-trees.js';
import { exportTo } from './shop-run.js';

/** Each with the number of its requests, and what is below one in which somebody else was faster. */
const shops = {
  'nest-shop': {
    requests: 12,
    raced: 'command.handle(repository.load repository.load repository.save(event_bus.publish(event_bus.handle)))',
  },
  'emmett-shop': {
    requests: 10,
    raced:
      'command.handle(command.handle(repository.load append_events!(projection.handle) repository.load append_events(projection.handle)) event_bus.publish) repository.load',
  },
} as const;

for (const [shop, { requests, raced }] of Object.entries(shops)) {
  const main = join(root, 'fixtures', shop, 'dist/app.js');

  describe(shop, () => {
    before(function () {
      if (!existsSync(main))
        leaveOut(this, `${shop} could not be built: npm ci, with a C++ compiler, and npm run build`);
    });

    onEachNode('does the same with the preload as without, and gives the spans that were recorded', async (node) => {
      const [bare, woven] = [await run(node, []), await run(node, ['./dist/register.js'])];
      assert.deepEqual(bare.seen, { ...bare.seen, code: 0, stderr: '' });
      assert.match(bare.seen.stdout, /^Day 1: Anna's order is shipped, at version 7$/m);
      assert.deepEqual(woven.seen, bare.seen);
      assert.deepEqual(bare.spans, []);
      const forest = forestOf(woven.spans);
      const file = join(root, 'test/shop/expected', `${shop}.json`);
      if (process.env.RECORD === '1') writeFileSync(file, `${JSON.stringify(forest, null, 2)}\n`);
      assert.deepEqual(forest, JSON.parse(readFileSync(file, 'utf8')) as Tree[]);
    });

    it('has its spans in the traces of HTTP requests', async function () {
      this.timeout(120_000);
      const receiver = await startOtlpReceiver();
      const { code, stderr } = await runNode({
        cwd: root,
        args: ['--import', './register', '--import', './scripts/demo-http.mjs', main],
        env: exportTo(receiver.endpoint),
      });
      await receiver.close();
      assert.deepEqual([code, stderr], [0, '']);
      const trees = treesOf(receiver.spans);
      const below = trees
        .filter(({ span }) => span.kind === 'CLIENT')
        .map(({ children }) => {
          assert.deepEqual(
            children.map(({ span }) => span.kind),
            ['SERVER'],
          );
          return children.flatMap(({ children }) => children.map(outline)).join(' ');
        });
      assert.equal(below.length, requests);
      assert.ok(below.includes(raced), below.join('\n'));
      const elsewhere = trees.filter(({ span }) => span.kind !== 'CLIENT');
      // The saga calls the courier after a while, for whatever was shipped.
      assert.deepEqual(
        elsewhere.map(({ span }) => [span.attributes['eventsource.command.type'], span.links.length]),
        shop === 'nest-shop' ? [['CallCourier', 1]] : [],
      );
    });

    /** On a new file of its data. */
    async function run(node: string, preloads: readonly string[]) {
      const { folder, remove } = applicationWith({});
      try {
        const spansFile = join(folder, 'spans.jsonl');
        addFiles(folder, { 'spans.jsonl': '' });
        const imported = [...preloads, preloadFile('record-spans')];
        const { stdout, stderr, code } = await runNode({
          cwd: root,
          args: [...imported.flatMap((path) => ['--import', path]), main, join(folder, 'data')],
          env: { SPANS_FILE: spansFile },
          node,
        });
        const lines = readFileSync(spansFile, 'utf8').split('\n').filter(Boolean);
        return {
          seen: { stdout: stdout.replaceAll(folder, '.'), stderr, code },
          spans: lines.map((line) => JSON.parse(line) as RecordedSpan),
        };
      } finally {
        remove();
      }
    }
  });
}

/** Names in a tree in order of start, those that failed marked. */
function outline({ span, children }: SpanTree): string {
  const name = `${span.name.replace(/^(?:eventsource|sqlite_event_store)\./, '')}${span.status === 'ERROR' ? '!' : ''}`;
  return children.length === 0 ? name : `${name}(${children.map(outline).join(' ')})`;
}
