// SPDX-License-Identifier: Apache-2.0
// Nest finds classes by identity: what it injects, and everything that can be seen of its exports, is what it is without us.
import assert from 'node:assert/strict';
import { onEachNode } from '../../../testkit/child.js';
import { formats, nestVersions, runNest } from '../../../testkit/nest.js';

describe('the exports of Nest CQRS, and what Nest makes of them', () => {
  for (const version of nestVersions) {
    for (const format of formats) {
      onEachNode(`are as without us: ${version}, ${format}`, async (node) => {
        const run = { app: 'identity', version, format, node } as const;
        const [bare, woven] = [await runNest({ ...run, bare: true }), await runNest(run)];
        assert.deepEqual(woven.seen, bare.seen);
        const { injected, executed } = woven.seen as { injected: [boolean, string[]][]; executed: string };
        assert.deepEqual(
          injected.map(([moduleRef]) => moduleRef),
          [true, true, true],
        );
        assert.equal(executed, 'executed');
        assert.ok(woven.spans.some(({ name }) => name === 'eventsource.command.handle'));
      });
    }
  }
});
