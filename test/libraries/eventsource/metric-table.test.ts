// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applicationWith, root, runNode } from '../../../testkit/child.js';

describe('the metric table of the README', () => {
  const readme = join(root, 'README.md');
  const check = (file: string) => runNode({ args: [join(root, 'scripts/metric-table.mjs'), '--check', file] });

  it('is that of the tables', async () => {
    const { stderr, code } = await check(readme);
    assert.deepEqual([stderr, code], ['', 0]);
  });

  it('is called stale when a row is missing', async () => {
    const lines = readFileSync(readme, 'utf8').split('\n');
    const less = lines.filter((line) => !line.includes('`subscription.state` | '));
    assert.equal(less.length, lines.length - 1);
    const { folder, remove } = applicationWith({ 'README.md': less.join('\n') });
    try {
      const { stderr, code } = await check(join(folder, 'README.md'));
      assert.deepEqual([stderr, code], ['The metric table of README.md is stale: npm run metric-table\n', 1]);
    } finally {
      remove();
    }
  });
});
