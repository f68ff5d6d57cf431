// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applicationWith, root, runNode } from '../../../testkit/child.js';

describe('the span table', () => {
  const page = join(root, 'docs/spans.md');
  const check = (file: string) => runNode({ args: [join(root, 'scripts/span-table.mjs'), '--check', file] });

  it('is that of the tables', async () => {
    const { stderr, code } = await check(page);
    assert.deepEqual([stderr, code], ['', 0]);
  });

  it('is called stale when a row is missing', async () => {
    const lines = readFileSync(page, 'utf8').split('\n');
    const less = lines.filter((line) => !line.includes('`eventsource.repository.save`'));
    assert.equal(less.length, lines.length - 1);
    const { folder, remove } = applicationWith({ 'spans.md': less.join('\n') });
    try {
      const { stderr, code } = await check(join(folder, 'spans.md'));
      assert.deepEqual([stderr, code], ['spans.md is stale: npm run span-table\n', 1]);
    } finally {
      remove();
    }
  });
});
