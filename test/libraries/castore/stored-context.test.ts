// SPDX-License-Identifier: Apache-2.0
// What stands in the metadata of stored events: nothing of ours, unless that is asked for.
import assert from 'node:assert/strict';
import { inEachFormat } from '../../../testkit/formats.js';
import { castore, runApp } from '../../../testkit/library-apps.js';
import { type Metadata, metadataTold } from '../../../testkit/stored-context.js';

interface Seen {
  readonly stored: readonly Metadata[];
  readonly published: readonly (Metadata | null)[];
}

const asked = { OTEL_INSTRUMENTATION_EVENTSOURCE_LIBRARIES: 'castore.persistContext=true' };
const unsampled = { OTEL_TRACES_SAMPLER: 'always_off' };

describe('events that Castore stores', () => {
  inEachFormat(0, 'are as without us where nobody asks for more', async (way) => {
    const run = { app: 'stored', ...way } as const;
    const [bare, woven] = [await runApp(castore, { ...run, bare: true }), await runApp(castore, run)];
    assert.deepEqual(woven.seen, bare.seen);
  });

  for (const [place, what, env, of] of [
    [0, 'their append', asked, (request: string) => `in_memory_event_store.append_events of ${request}`],
    [1, 'an append that is not sampled', { ...asked, ...unsampled }, () => 'unsampled'],
  ] as const) {
    inEachFormat(
      place,
      `have the trace context of ${what} where that is asked for, and the application keeps its own`,
      async (way) => {
        const run = { app: 'stored', ...way } as const;
        const [bare, woven] = [await runApp(castore, { ...run, bare: true }), await runApp(castore, { ...run, env })];
        const [{ stored: before, published: _, ...others }, { stored, published, ...same }] = [
          bare.seen as Seen,
          woven.seen as Seen,
        ];
        assert.deepEqual(same, others);
        const theirs = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, by: 'me' };
        assert.deepEqual(before, [{ by: 'me' }, {}, theirs, {}, {}, { by: 'me' }, {}]);
        const [push, group] = [{ traceparent: of('push') }, { traceparent: of('group') }];
        assert.deepEqual(metadataTold(stored, woven.spans), [
          { by: 'me', ...push },
          push,
          theirs,
          push,
          group,
          { by: 'me', ...group },
          group,
        ]);
        // What the library hands on is what is stored.
        assert.deepEqual(published, [stored[3], stored[5]]);
        const outer = woven.spans
          .filter(({ name }) => name.endsWith('append_events'))
          .find(({ id }) => String(stored[3]?.traceparent).includes(id));
        assert.equal(
          woven.spans.some(({ parent, name }) => parent === outer?.id && name === 'eventsource.event_bus.publish'),
          woven.spans.length > 0,
        );
      },
    );
  }
});
