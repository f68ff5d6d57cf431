// SPDX-License-Identifier: Apache-2.0
// What an application can see of the clients of KurrentDB and EventStoreDB is what it sees without us, whatever it does with them.
import assert from 'node:assert/strict';
import { preloadFile } from '../../../testkit/bare-and-woven.js';
import { onEachNode } from '../../../testkit/child.js';
import { inEachFormat } from '../../../testkit/formats.js';
import { type AppRun, eventStoreDB, kurrent, runApp, serveKurrent, spansBelow } from '../../../testkit/library-apps.js';

for (const [place, library] of [kurrent, eventStoreDB].entries()) {
  describe(`an application on ${library.packages.client}`, () => {
    inEachFormat(place, 'sees exports and objects as without us', async (way) => {
      const [bare, woven] = await both({ app: 'identity', ...way, serve: serveKurrent });
      assert.deepEqual(woven.seen, bare.seen);
    });

    onEachNode(
      'that passes garbage fares as without us, and what it passes properly afterwards is traced',
      async (node) => {
        const preloads = [preloadFile('record-diag')];
        const [bare, woven] = await both({ app: 'garbage', format: 'cjs', node, preloads, serve: serveKurrent });
        assert.deepEqual(woven.seen, bare.seen);
        assert.equal(woven.stderr, bare.stderr);
        assert.ok((bare.seen as unknown[]).length > 250);
        assert.deepEqual(
          woven.diag.filter((line) => !line.startsWith('debug ')),
          [],
        );
        assert.deepEqual(spansBelow(woven.spans, 'POST /proper'), [
          'kurrentdb_event_store.append_events',
          'kurrentdb_event_store.read_stream',
        ]);
      },
    );

    onEachNode('whose server is not there has the errors of its client, in failed spans', async (node) => {
      const [bare, woven] = await both({ app: 'unreachable', format: 'mjs', node });
      assert.deepEqual(woven.seen, bare.seen);
      assert.equal((bare.seen as unknown[]).length, 3);
      const calls = woven.spans.filter(({ scope }) => scope !== 'application');
      assert.deepEqual(
        calls.map(({ name, failed }) => [name, failed]),
        [
          ['kurrentdb_event_store.append_events', true],
          ['kurrentdb_event_store.read_stream', true],
        ],
      );
    });

    onEachNode('stores trace context with events of JSON that have none, and nothing else', async (node) => {
      const [bare, woven] = await both({ app: 'stored', format: 'mjs', node, serve: serveKurrent });
      const appends = woven.spans.filter(({ name }) => name.endsWith('append_events'));
      const without = bare.seen as Readonly<Record<string, object | null>>;
      for (const [event, metadata] of Object.entries(woven.seen as typeof without)) {
        if (!/ (?:Plain|Mine)$/.test(event)) {
          assert.deepEqual(metadata, without[event], event);
          continue;
        }
        const { traceparent, ...others } = metadata as { readonly traceparent: string };
        assert.deepEqual(others, without[event] ?? {});
        assert.ok(
          appends.some(({ trace, id }) => traceparent === `00-${trace}-${id}-01`),
          event,
        );
      }
    });

    it('stores nothing of ours where that is switched off', async () => {
      const env = { OTEL_INSTRUMENTATION_EVENTSOURCE_LIBRARIES: 'kurrent.persistContext=false' };
      const [bare, woven] = await both({ app: 'stored', format: 'mjs', env, serve: serveKurrent });
      assert.deepEqual(woven.seen, bare.seen);
      assert.ok(woven.spans.some(({ name }) => name.endsWith('append_events')));
    });

    onEachNode('says in what it stores that it is not sampled', async (node) => {
      const env = { OTEL_TRACES_SAMPLER: 'always_off' };
      const run = { app: 'stored', format: 'cjs', node, env, serve: serveKurrent } as const;
      const { seen, spans } = await runApp(library, run);
      assert.deepEqual(spans, []);
      const { traceparent } =
        (seen as Readonly<Record<string, { readonly traceparent: string }>>)['order-1 Mine'] ?? {};
      assert.match(traceparent ?? '', /-00$/);
    });

    it('that catches up with three thousand events gets a span for each thousand, linked to the appends', async function () {
      this.timeout(120_000);
      const { seen, spans } = await runApp(library, { app: 'replay', format: 'mjs', serve: serveKurrent });
      assert.deepEqual(seen, { heard: 3000, looped: 3000 });
      const handled = spans.filter(({ name }) => name.startsWith('eventsource.processor.'));
      assert.ok(handled.every(({ name, parent }) => name.endsWith('handle_batch') && parent === undefined));
      const counts = handled.map(({ attributes }) => Number(attributes['eventsource.event.count']));
      assert.equal(
        counts.reduce((sum, count) => sum + count, 0),
        6000,
      );
      // And a few more on a machine where a thousand take longer than a stretch may.
      assert.ok(counts.length >= 6 && counts.length <= 10, `${counts.length} spans`);
      assert.ok(handled.every(({ links }) => links.length >= 1 && links.length <= 4));
    });

    async function both(run: AppRun) {
      return [await runApp(library, { ...run, bare: true }), await runApp(library, run)] as const;
    }
  });
}
