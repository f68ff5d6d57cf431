// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import type { RecordedSpan } from '../../../testkit/bare-and-woven.js';
import { onEachNode } from '../../../testkit/child.js';
import { nestCqrs, nestVersions, runApp } from '../../../testkit/library-apps.js';

describe('an application on Nest CQRS that passes garbage', () => {
  for (const version of nestVersions) {
    onEachNode(`fares as without us, and what it passes properly afterwards is traced: ${version}`, async (node) => {
      const run = { app: 'garbage', format: 'cjs', node } as const;
      const nest = nestCqrs(version);
      const [bare, woven] = await Promise.all([runApp(nest, { ...run, bare: true }), runApp(nest, run)]);
      assert.deepEqual(woven.seen, bare.seen);
      assert.equal(woven.stderr, bare.stderr);
      const request = woven.spans.find(({ name }) => name === 'POST /proper');
      const of = (trace: string | undefined) =>
        woven.spans.filter((span) => span.trace === trace).map(({ name }) => name);
      assert.deepEqual(of(request?.trace).sort(), [
        'POST /proper',
        ...Array.from({ length: 4 }, () => 'eventsource.command.handle'),
        'eventsource.event_bus.handle',
        'eventsource.event_bus.publish',
      ]);
      const later = woven.spans.filter(({ links }) => links.length > 0);
      assert.deepEqual(later.map(commandType), ['Command']);
    });
  }
});

function commandType({ attributes }: RecordedSpan): unknown {
  return attributes['eventsource.command.type'];
}
