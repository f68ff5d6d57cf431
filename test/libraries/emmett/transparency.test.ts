// SPDX-License-Identifier: Apache-2.0
// What an application can see of Emmett is what it sees without us, whatever it does with it.
import assert from 'node:assert/strict';
import { preloadFile } from '../../../testkit/bare-and-woven.js';
import { onEachNode } from '../../../testkit/child.js';
import { emmett, formats, runApp, spansBelow } from '../../../testkit/library-apps.js';

describe('an application on Emmett', () => {
  for (const format of formats) {
    onEachNode(`sees exports and objects as without us: ${format}`, async (node) => {
      const run = { app: 'identity', format, node } as const;
      const [bare, woven] = [await runApp(emmett, { ...run, bare: true }), await runApp(emmett, run)];
      assert.deepEqual(woven.seen, bare.seen);
    });
  }

  onEachNode(
    'that passes garbage fares as without us, and what it passes properly afterwards is traced',
    async (node) => {
      const run = { app: 'garbage', format: 'cjs', node, preloads: [preloadFile('record-diag')] } as const;
      const [bare, woven] = [await runApp(emmett, { ...run, bare: true }), await runApp(emmett, run)];
      assert.deepEqual(woven.seen, bare.seen);
      assert.equal(woven.stderr, bare.stderr);
      assert.ok((bare.seen as unknown[]).length > 350);
      assert.deepEqual(
        woven.diag.filter((line) => !line.startsWith('debug ')),
        [],
      );
      assert.deepEqual(spansBelow(woven.spans, 'POST /proper'), [
        'eventsource.command.handle',
        'eventsource.command.handle',
        'eventsource.event_bus.handle',
        'eventsource.event_bus.publish',
        'eventsource.projection.handle',
        'eventsource.repository.load',
        'in_memory_event_store.append_events',
        'in_memory_event_store.get_events',
      ]);
    },
  );

  onEachNode(
    'that hands garbage to processors fares as without us, and what it hands them properly afterwards is traced',
    async (node) => {
      const run = { app: 'oddMessages', format: 'mjs', node, preloads: [preloadFile('record-diag')] } as const;
      const [bare, woven] = [await runApp(emmett, { ...run, bare: true }), await runApp(emmett, run)];
      assert.deepEqual(woven.seen, bare.seen);
      assert.equal(woven.stderr, bare.stderr);
      assert.ok((bare.seen as unknown[]).length > 400);
      assert.deepEqual(
        woven.diag.filter((line) => !line.startsWith('debug ')),
        [],
      );
      assert.deepEqual(spansBelow(woven.spans, 'POST /proper'), [
        'eventsource.processor.handle_batch',
        'eventsource.processor.handle_batch',
        'eventsource.processor.handle_event',
        'eventsource.projection.handle',
      ]);
    },
  );
});
