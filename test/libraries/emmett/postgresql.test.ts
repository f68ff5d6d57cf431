// SPDX-License-Identifier: Apache-2.0
// What applications on Emmett and PostgreSQL show, as in forests.test.ts; and two of them that share a database.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { RecordedSpan } from '../../../testkit/bare-and-woven.js';
import { onEachNode } from '../../../testkit/child.js';
import { inEachFormat } from '../../../testkit/formats.js';
import { assertForest, emmettOnPostgreSQL, runApp } from '../../../testkit/library-apps.js';
import { addressOf, describeOnServer } from '../../../testkit/servers.js';

describeOnServer('postgresql', 'an application on Emmett and PostgreSQL', () => {
  for (const [place, app] of ['orders', 'consumers'].entries()) {
    inEachFormat(
      place,
      `gives the spans, measurements and records that were recorded, and does what it does bare: ${app}`,
      (way) => assertForest(emmettOnPostgreSQL, { app, ...way, env: { POSTGRES_URL: addressOf('postgresql') } }),
    );
  }

  onEachNode('gives the spans that were recorded, and does what it does bare: expectationsOnPostgreSQL', (node) =>
    assertForest(emmettOnPostgreSQL, {
      app: 'expectationsOnPostgreSQL',
      format: 'mjs',
      node,
      env: { POSTGRES_URL: addressOf('postgresql') },
    }),
  );

  inEachFormat(0, 'links what it does with an event to the append in another process', async (way) => {
    await inOwnDatabase(async (POSTGRES_URL) => {
      const run = { ...way, env: { POSTGRES_URL } } as const;
      const produced = await runApp(emmettOnPostgreSQL, { ...run, app: 'producer' });
      const worked = await runApp(emmettOnPostgreSQL, { ...run, app: 'worker' });
      assertLinks(produced.spans, worked.spans);
      const [first, stored] = worked.seen as string[];
      assert.equal(first, 's-1');
      // Not sampled there, and not sampled in what is stored; the span that appended is that of the request.
      assert.equal(stored?.split('-')[1], 'a'.repeat(32));
      assert.equal(stored?.split('-')[3], '00');
      const unsampled = single(worked.spans, 'eventsource.processor.handle_event', 3);
      assert.deepEqual(unsampled.links, [stored?.split('-')[2]]);
    });
  });

  inEachFormat(1, 'has no spans of processors where their family is off, whoever made the consumer', async (way) => {
    await inOwnDatabase(async (POSTGRES_URL) => {
      const off = { OTEL_INSTRUMENTATION_EVENTSOURCE_LIBRARIES: 'emmett.families.processors=off' };
      const run = { ...way, env: { POSTGRES_URL, ...off } } as const;
      const { spans } = await runApp(emmettOnPostgreSQL, { ...run, app: 'producer' });
      assert.ok(spans.some(({ name }) => name === 'postgresql_event_store.append_events'));
      const worked = await runApp(emmettOnPostgreSQL, { ...run, app: 'worker' });
      assert.equal((worked.seen as string[])[0], 's-1');
      assert.deepEqual(worked.spans.map(({ name }) => name).sort(), [
        'POST /start',
        'eventsource.event_bus.handle',
        'eventsource.event_bus.publish',
      ]);
    });
  });
});

const BATCH = 'eventsource.processor.handle_batch';
const EVENT = 'eventsource.processor.handle_event';
const PROJECTION = 'eventsource.projection.handle';

/** The nth span of a name, in the order in which they began. */
function single(spans: readonly RecordedSpan[], name: string, index: number): RecordedSpan {
  const found = spans.filter((span) => span.name === name).sort((one, other) => one.start - other.start)[index];
  assert.ok(found !== undefined, `${name} ${index}`);
  return found;
}

function assertLinks(produced: readonly RecordedSpan[], worked: readonly RecordedSpan[]): void {
  const appends = produced
    .filter(({ name }) => name === 'postgresql_event_store.append_events')
    .sort((one, other) => one.start - other.start)
    .map(({ id }) => id);
  assert.equal(appends.length, 3);
  const [one, two] = appends;
  const kurrent = 'd'.repeat(16);
  for (const name of [EVENT, PROJECTION]) {
    const links = [0, 1, 2, 4, 5].map((index) => single(worked, name, index).links);
    assert.deepEqual(links, [[one], [one], [two], [kurrent], []], name);
  }
  const batches = worked.filter(({ name }) => name === BATCH);
  assert.equal(batches.length, 2);
  for (const batch of batches) {
    // Each append once, whatever it appended; of the process that appended there is no parent.
    assert.equal(batch.links.length, 4);
    assert.deepEqual([batch.links[0], batch.links[1], batch.links[3]], [one, two, kurrent]);
    assert.equal(batch.parent, undefined);
    assert.notEqual(batch.pid, produced[0]?.pid);
    assert.ok(produced.every(({ trace }) => trace !== batch.trace));
  }
  // In process: a child of the event that is forwarded, without a link of its own.
  const forwarded = single(worked, 'eventsource.event_bus.publish', 0);
  assert.equal(forwarded.parent, single(worked, EVENT, 0).id);
  assert.deepEqual([forwarded.links, single(worked, 'eventsource.event_bus.handle', 0).links], [[], []]);
}

/** A database that several applications use, one after the other. */
async function inOwnDatabase(work: (address: string) => Promise<void>): Promise<void> {
  const database = `emmett_${randomBytes(6).toString('hex')}`;
  const address = new URL(addressOf('postgresql'));
  await administer(`CREATE DATABASE ${database}`);
  address.pathname = database;
  try {
    await work(address.href);
  } finally {
    await administer(`DROP DATABASE ${database} WITH (FORCE)`);
  }
}

async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: addressOf('postgresql') });
  await client.connect();
  await client.query(statement);
  await client.end();
}
