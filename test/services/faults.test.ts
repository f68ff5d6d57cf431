// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { type Broker, brokers } from '../../testkit/brokers.js';
import { startProcess } from '../../testkit/processes.js';
import { describeOnServer } from '../../testkit/servers.js';
import type { CutAppend } from './programs/fault-append.js';
import type { Gone, Told } from './programs/fault-gone.js';
import type { Killed } from './programs/fault-killed.js';
import type { Restart } from './programs/fault-restart.js';
import { idOf } from './support/events.js';
import { assertTracedOnce } from './support/outages.js';
import { ours, programPath, runOn } from './support/run.js';
import type { Watched, WatchedSpan } from './support/watched-sdk.js';

/** What the drivers say when the connection is cut while they wait for a confirmation, and when nobody answers. */
const ERRORS: Record<Broker, { readonly cut: RegExp; readonly refused: RegExp }> = {
  redis: { cut: /Socket closed unexpectedly/, refused: /ECONNREFUSED/ },
  rabbitmq: { cut: /closed/i, refused: /ECONNREFUSED/ },
  // It tries again for a while before it gives up.
  kafka: { cut: /ECONNREFUSED|Closed connection/, refused: /ECONNREFUSED/ },
};

/** How often the broker says that it delivered a message before, when a consumer died with it. Kafka keeps no such count. */
const REDELIVERIES: Record<Broker, number | undefined> = { redis: 1, rabbitmq: 1, kafka: undefined };

for (const broker of brokers) {
  describeOnServer(broker, `faults of ${broker}`, () => {
    it('give the driver’s error to whoever saves or publishes, and to their spans', async () => {
      const { result } = await runOn<Gone>(broker, 'fault-gone');
      const { saved, published, inBackground, back, outbox } = result;
      assertAllEnded(result);
      assert.match(saved.message, ERRORS[broker].cut);
      assert.match(published.message, ERRORS[broker].refused);
      assert.deepEqual(back, { error: null, message: '' });
      // The caller of `save` has an error, and the event for another try; the other callers know that theirs is not out.
      assert.deepEqual(outbox, ['OrderPlaced']);

      const [save] = named(result, /repository\.save$/);
      assertFailed(save, saved);
      const [inSave, ...others] = publishes(result);
      assertFailed(inSave, saved);
      assert.equal(inSave?.parentSpanId, save?.spanId);
      // In the background nobody is told but the span (Redis publishes nothing in the background).
      assert.equal(inBackground.error === null, broker !== 'redis');
      assert.equal(others.length, 3);
      for (const span of others.slice(0, 2)) assertFailed(span, published);
      assert.deepEqual([others[2]?.status, others[2]?.exceptions], ['UNSET', []]);
    }).timeout(120_000);

    it('that pass lose nothing and trace nothing twice', async () => {
      const { result } = await runOn<Restart>(broker, 'fault-restart', { env: { OUTAGE: 'connections' } });
      assertAllEnded(result);
      assertTracedOnce(result);
    }).timeout(120_000);

    it('do not lose an event whose consumer was killed before it acknowledged', async () => {
      const { result } = await runOn<Killed>(broker, 'fault-killed');
      assertAllEnded(result);
      assert.deepEqual(result.victim, ['ready', 'handled']);
      assert.equal(result.handled, 1);
      const [publish] = publishes(result);
      const consumes = result.spans.filter(({ kind }) => kind === 'CONSUMER');
      assert.deepEqual(
        consumes.map(({ traceId, parentSpanId, status, attributes }) => ({
          traceId,
          parentSpanId,
          status,
          event: attributes['eventsource.event.id'],
          retries: attributes['eventsource.retry.count'],
        })),
        [
          {
            traceId: publish?.traceId,
            parentSpanId: publish?.spanId,
            status: 'UNSET',
            event: idOf('on'),
            retries: REDELIVERIES[broker],
          },
        ],
      );
    }).timeout(120_000);
  });
}

describeOnServer('postgresql', 'faults of postgresql', () => {
  it('roll back the append in hand, and fail its span', async () => {
    const child = startProcess([programPath('fault-append')], { preloads: [ours], env: process.env });
    const cut: CutAppend = JSON.parse(await child.ended());
    assertAllEnded(cut);
    assert.deepEqual([cut.versionAfterCut, cut.outboxAfterCut], [0, 0]);
    assert.deepEqual([cut.versionInTheEnd, cut.outboxInTheEnd], [3, 3]);
    const [failed, again, ...others] = named(cut, /append_events$/);
    assert.match(cut.error?.message ?? '', /Connection terminated/);
    assertFailed(failed, { error: cut.error?.type ?? null, message: cut.error?.message ?? '' });
    assert.deepEqual([again?.status, again?.exceptions], ['UNSET', []]);
    assert.deepEqual(others, []);
  }).timeout(120_000);
});

function named({ spans }: Watched, name: RegExp): readonly WatchedSpan[] {
  return spans.filter((span) => name.test(span.name));
}

function publishes({ spans }: Watched): readonly WatchedSpan[] {
  return spans.filter(({ kind }) => kind === 'PRODUCER');
}

function assertAllEnded({ open, endedAgain }: Watched): void {
  assert.deepEqual({ open, endedAgain }, { open: [], endedAgain: [] });
}

function assertFailed(span: WatchedSpan | undefined, { error, message }: Pick<Told, 'error' | 'message'>): void {
  assert.deepEqual(
    { status: span?.status, exceptions: span?.exceptions, type: span?.attributes['eventsource.error.type'] },
    { status: 'ERROR', exceptions: [message], type: error },
  );
}
