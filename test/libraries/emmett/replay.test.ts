// SPDX-License-Identifier: Apache-2.0
// What a replay costs in spans and in memory.
import assert from 'node:assert/strict';
import type { RecordedSpan } from '../../../testkit/bare-and-woven.js';
import { emmett, runApp } from '../../../testkit/library-apps.js';

describe('a replay of 100,000 events by processors of Emmett', () => {
  it('gives one span for each batch and one for each event that fails, until it has caught up, and keeps nothing', async function () {
    this.timeout(120_000);
    const { seen, spans } = await runApp(emmett, {
      app: 'replay',
      format: 'mjs',
      timeoutMillis: 100_000,
      // The recorder of the test keeps all records, which is none of the memory in question.
      env: { OTEL_INSTRUMENTATION_EVENTSOURCE_LOG_LEVEL: 'off' },
    });
    const runs = seen as { readonly failed: number; readonly grownMiB: number }[];
    assert.deepEqual(
      runs.map(({ failed }) => failed),
      [10, 2],
    );
    for (const { grownMiB } of runs) assert.ok(grownMiB < 3, `grown by ${grownMiB} MiB`);
    const count = (name: string, phase: string, failed: boolean) => {
      const batches = new Map(spans.filter(isBatch).map((span) => [span.id, span]));
      return spans.filter((span) => {
        const batch = batches.get(span.id) ?? batches.get(span.parent ?? '');
        return span.name === `eventsource.${name}` && phaseOf(batch) === phase && span.failed === failed;
      }).length;
    };
    const found = Object.fromEntries(
      ['processor.handle_batch', 'processor.handle_event', 'projection.handle'].map((name) => [
        name,
        ['catching_up', 'live'].map((phase) => [count(name, phase, false), count(name, phase, true)]),
      ]),
    );
    assert.deepEqual(found, {
      'processor.handle_batch': [
        [1188, 12],
        [2, 0],
      ],
      'processor.handle_event': [
        [0, 10],
        [2, 0],
      ],
      'projection.handle': [
        [0, 2],
        [2, 0],
      ],
    });
    assert.equal(spans.length, 1200 + 2 + 12 + 4);
    const most = Math.max(...spans.filter(isBatch).map(({ links }) => links.length));
    assert.ok(most >= 10 && most <= 11, `${most} links of a batch of ten appends`);
  });
});

function isBatch({ name }: RecordedSpan): boolean {
  return name === 'eventsource.processor.handle_batch';
}

function phaseOf(batch: RecordedSpan | undefined): unknown {
  return batch?.attributes['eventsource.subscription.phase'];
}
