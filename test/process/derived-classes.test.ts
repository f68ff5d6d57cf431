// SPDX-License-Identifier: Apache-2.0
// A store, a bus, a snapshot store and projections that an application derives from the abstract classes of the library are
// traced like those of the library, and are what they are without us.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { assertSeenAlike, type Observed, observe, type RecordedSpan } from '../../testkit/bare-and-woven.js';
import { onEachNode, root } from '../../testkit/child.js';
import { forms, programFiles } from './programs/files.js';

/** Name, and what is told beside the ids, which differ. */
function told({ name, failed, attributes }: RecordedSpan): string {
  const { 'eventsource.event.id': _id, 'eventsource.aggregate.id': aggregate, ...others } = attributes;
  const values = Object.entries(others).map(([key, value]) => `${key.replace('eventsource.', '')}=${value}`);
  return `${name}${failed ? '!' : ''}${aggregate === undefined ? '' : ' of one'} ${values.sort().join(' ')}`.trim();
}

const appended = 'aggregate.type=Account event.count=1 event.type=Deposited';
const storeSpans = (store: string) => [
  `${store}.append_events of one ${appended} expected_version=0 tenant.id=acme`,
  `${store}.get_events of one aggregate.type=any from_version=0`,
  `${store}.read_stream position=0 stream.id=00000000-0000-4000-8000-000000000001:Account`,
  `${store}.read_all position=0`,
  `${store}.append_events! of one ${appended.replace('event.count', 'error.type=OptimisticLockError event.count')} expected_version=7`,
];
const publish = 'eventsource.event_bus.publish event.count=2 tenant.id=acme';
const handled = (projection: string, checkpoint = '') =>
  `eventsource.projection.handle ${checkpoint}event.type=Deposited projection.name=${projection}`;

const expected = [
  ...storeSpans('mongo_event_store'),
  ...storeSpans('audited_event_store'),
  publish,
  publish,
  'eventsource.snapshot.exists of one aggregate.type=Account',
  handled('Balance'),
  handled('Sum', 'checkpoint.updated=true '),
  handled('Ledger', 'checkpoint.updated=true '),
  `in_memory_event_store.append_events of one aggregate.type=Account event.count=1 expected_version=0`,
  'eventsource.event_bus.dispatch of one event.type=Deposited handler.count=1',
];

describe('classes that an application derives from the abstract ones of the library', () => {
  for (const form of forms) {
    describe(`in ${form === 'esm' ? 'an ES' : 'a CommonJS'} module`, () => {
      onEachNode('give the spans of their components, once each, whatever calls super', async (node) => {
        const run = await observe({ node, preload: 'recording', ...programFiles('derived-classes', form) });
        assert.deepEqual(spansOf(run), expected);
      });

      it('are switched with the families of their components', async () => {
        const env = { OTEL_INSTRUMENTATION_EVENTSOURCE_FAMILIES: 'stores=off,buses=on,snapshots=off,projections=on' };
        const run = await observe({ env, preload: 'recording', ...programFiles('derived-classes', form) });
        const spans = spansOf(run).map((span) => span.split(' ')[0]);
        assert.deepEqual([...new Set(spans)].sort(), [
          'eventsource.event_bus.dispatch',
          'eventsource.event_bus.publish',
          'eventsource.projection.handle',
        ]);
        assert.equal(spans.filter((span) => span === 'eventsource.projection.handle').length, 6);
      });

      onEachNode('are seen by the application as without us', async (node) => {
        const bare = await observe({ node, preload: 'bare', ...programFiles('derived-classes', form) });
        for (const preload of ['idle', 'recording'] as const) {
          assertSeenAlike(await observe({ node, preload, ...programFiles('derived-classes', form) }), bare);
        }
        assert.notEqual(bare.stdout, '');
      });
    });
  }
});

describe('weaving by hand', () => {
  it('says which classes of a namespace cannot be replaced, so that what an application derives from them is not traced', async () => {
    const { stdout, stderr } = await observe({
      preload: 'bare',
      main: 'main.mjs',
      files: {
        'main.mjs': `
          import * as stores from 'eventsource/stores';
          import { weave } from ${JSON.stringify(join(root, 'dist/src/index.js'))};
          const say = (exports) => console.log(weave(exports).methods.EventStore);
          say(stores);
          const opened = { ...stores };
          say(opened);
          say(opened);
          console.log(opened.EventStore !== stores.EventStore);
        `,
      },
    });
    assert.deepEqual([stdout.split('\n'), stderr], [['refused', 'woven', 'known', 'true', ''], '']);
  });
});

/** Without what is below them: the checkpoints that a projection writes, handlers of a bus. */
function spansOf({ stderr, spans }: Observed): string[] {
  assert.equal(stderr, '');
  return spans.filter(({ parent }) => parent === undefined).map(told);
}
