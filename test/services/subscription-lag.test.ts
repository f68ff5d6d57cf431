// SPDX-License-Identifier: Apache-2.0
// The lag of a subscription behind events that another process has appended, asked of PostgreSQL.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { context, metrics } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import * as target from 'eventsource';
import { InMemoryEventBus } from 'eventsource/bus';
import { PostgreSQLCheckpointRepository } from 'eventsource/repositories';
import { PostgreSQLEventStore } from 'eventsource/stores';
import * as subscriptions from 'eventsource/subscriptions';
import pg from 'pg';
import sinon from 'sinon';
import { createDatabase, type TestDatabase } from '../../fixtures/eventsource/test/services/postgresql/database.js';
import { library } from '../../src/libraries/eventsource/index.js';
import { weaveClasses } from '../../src/weaving/classes.js';
import { root, runNode } from '../../testkit/child.js';
import { describeOnServer } from '../../testkit/servers.js';
import { recordingMetrics } from '../../testkit/signals.js';
import { startTelemetry, type Telemetry, testRuntime } from '../../testkit/telemetry.js';
import { Deposited, registry } from '../libraries/eventsource/accounts.js';

describeOnServer('postgresql', 'the lag of a subscription over PostgreSQL', () => {
  let database: TestDatabase;
  let telemetry: Telemetry;
  let takeAway: () => void;
  before(async () => {
    telemetry = startTelemetry();
    const runtime = testRuntime();
    const undos = [target, subscriptions].map((exports) => weaveClasses(runtime, library.aspects, exports).undo);
    takeAway = () => {
      runtime.providers.enabled = false;
      for (const undo of undos) undo();
      telemetry.stop();
    };
    database = await createDatabase();
  });
  after(async () => {
    takeAway();
    await database.close();
  });

  it('is true behind events of another process, in one query that no instrumentation traces; a pool that ends is left alone', async function () {
    this.timeout(120_000);
    const { provider, collect } = recordingMetrics();
    metrics.setGlobalMeterProvider(provider);
    const pool = new pg.Pool({ ...database.pool.options });
    const store = new PostgreSQLEventStore(pool, { eventRegistry: registry });
    const manager = new subscriptions.SubscriptionManager(
      store,
      new InMemoryEventBus(),
      new PostgreSQLCheckpointRepository(pool),
    );
    const feed = await manager.subscribe(
      { handle: async () => {}, subscribedTo: () => [Deposited] },
      { name: 'feed', config: { startFrom: 'beginning' } },
    );
    await manager.start();
    const read = async () => {
      const all = await collect();
      return [
        all['subscription.lag{subscription=feed}'],
        all['eventsource.subscription.activity{eventsource.subscription.name=feed}'],
      ];
    };
    assert.deepEqual(await read(), [0, 1]);
    const { options = '' } = pool.options as { options?: string };
    const program = join(root, 'dist/test/services/programs/append-accounts.js');
    const { stderr, code } = await runNode({ args: [program, options, '3'], cwd: root });
    assert.deepEqual([stderr, code], ['', 0]);

    telemetry.reset();
    const { query } = pool;
    const suppressed: boolean[] = [];
    pool.query = function (this: unknown, ...args: unknown[]) {
      suppressed.push(isTracingSuppressed(context.active()));
      return Reflect.apply(query, this, args);
    } as typeof query;
    const asked = sinon.spy(store, 'getGlobalPosition');
    assert.deepEqual(await read(), [(await store.getGlobalPosition()) - feed.lastProcessedPosition, 2]);
    assert.deepEqual(
      [(await read())[0], asked.callCount],
      [3, 1 + 1 + 1 + 1],
      'with one of the test and one of the read of the event that waits',
    );
    assert.ok(suppressed.length >= 3 && suppressed.filter((each) => !each).length === 1, `${suppressed}`);
    assert.equal(telemetry.tree(), '');

    await manager.stop();
    await pool.end();
    await read();
    assert.equal(asked.callCount, 4);
  });
});
