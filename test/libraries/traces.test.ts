// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { root, runNode } from '../../testkit/child.js';

describe('the pages on libraries in docs/', () => {
  it('show the traces that applications on them give', async function () {
    this.timeout(120_000);
    const { code, stderr } = await runNode({
      args: [join(root, 'scripts/library-traces.mjs'), '--check'],
      timeoutMillis: 50_000,
    });
    assert.deepEqual([stderr, code], ['', 0]);
  });
});
