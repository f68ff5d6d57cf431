// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { root, runNode } from '../../../testkit/child.js';

describe('the page on Nest CQRS', () => {
  it('shows the traces that were recorded', async () => {
    const { stderr, code } = await runNode({ args: [join(root, 'scripts/nest-trace.mjs'), '--check'] });
    assert.deepEqual([stderr, code], ['', 0]);
  });
});
