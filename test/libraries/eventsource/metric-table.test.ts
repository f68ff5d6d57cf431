// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applicationWith, root, runNode } from '../../../testkit/child.js';

describe('the tables of metrics', () => {
  const document = join(root, 'docs/metrics.md');
  const check = (file: string) => runNode({ args: [join(root, 'scripts/metric-table.mjs'), '--check', file] });

  it('are those of the rows', async () => {
    const { stderr, code } = await check(document);
    assert.deepEqual([stderr, code], ['', 0]);
  });

  it('are called stale when a row is missing', async () => {
    const lines = readFileSync(document, 'utf8').split('\n');
    const less = lines.filter((line) => !line.includes('`subscription.state` | '));
    assert.equal(less.length, lines.length - 1);
    const { folder, remove } = applicationWith({ 'metrics.md': less.join('\n') });
    try {
      const { stderr, code } = await check(join(folder, 'metrics.md'));
      assert.deepEqual([stderr, code], ['metrics.md is stale: npm run metric-table\n', 1]);
    } finally {
      remove();
    }
  });
});
