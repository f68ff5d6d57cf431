// SPDX-License-Identifier: Apache-2.0
// Nest finds classes by identity: what it injects, and everything that can be seen of its exports, is what it is without us.
import assert from 'node:assert/strict';
import { onEachNode } from '../../../testkit/child.js';
import { formats, nestCqrs, nestVersions, runApp } from '../../../testkit/library-apps.js';

describe('the exports of Nest CQRS, and what Nest makes of them', () => {
  for (const version of nestVersions) {
    for (const format of formats) {
      onEachNode(`are as without us: ${version}, ${format}`, async (node) => {
        const run = { app: 'identity', format, node } as const;
        const nest = nestCqrs(version);
        const [bare, woven] = [await runApp(nest, { ...run, bare: true }), await runApp(nest, run)];
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
