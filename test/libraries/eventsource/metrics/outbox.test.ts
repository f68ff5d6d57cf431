// SPDX-License-Identifier: Apache-2.0
// What waits in an outbox, asked of the repositories in use.
import assert from 'node:assert/strict';
import { diag, metrics } from '@opentelemetry/api';
import * as target from 'eventsource';
import { InMemoryOutboxRepository, PostgreSQLOutboxRepository, SQLiteOutboxRepository } from 'eventsource/repositories';
import { openSQLite, SQLiteEventStore } from 'eventsource/stores';
import sinon from 'sinon';
import { resolveConfig } from '../../../../src/config.js';
import { library } from '../../../../src/libraries/eventsource/index.js';
import { settingsFor } from '../../../../src/library-settings.js';
import { weaveClasses } from '../../../../src/weaving/classes.js';
import { type RecordedMetrics, recordingMetrics } from '../../../../testkit/signals.js';
import { startTelemetry, type Telemetry, testRuntime } from '../../../../testkit/telemetry.js';
import { Deposited } from '../accounts.js';

const deposited = () => new Deposited({ aggregateId: crypto.randomUUID(), aggregateVersion: 1, amount: 1 });

describe('what is observed of outboxes', () => {
  const error = sinon.stub();
  let telemetry: Telemetry;
  let runtime: ReturnType<typeof testRuntime>;
  let undo: () => void;
  let recorded: RecordedMetrics;
  let clock: sinon.SinonFakeTimers;
  const configure = (queryStores: boolean) => {
    runtime.settings = settingsFor(library, resolveConfig({ queryStores }, {}, assert.fail), false);
  };
  before(() => {
    telemetry = startTelemetry();
    runtime = testRuntime();
    ({ undo } = weaveClasses(runtime, library.aspects, target));
  });
  beforeEach(() => {
    configure(true);
    error.reset();
    diag.setLogger({ error, warn() {}, info() {}, debug() {}, verbose() {} });
    recorded = recordingMetrics();
    metrics.setGlobalMeterProvider(recorded.provider);
    clock = sinon.useFakeTimers({ now: Date.now(), toFake: ['Date'] });
  });
  afterEach(() => {
    clock.restore();
    metrics.disable();
    diag.disable();
  });
  after(() => {
    runtime.providers.enabled = false;
    undo();
    telemetry.stop();
  });

  async function outboxes() {
    const all = Object.entries(await recorded.collect());
    return Object.fromEntries(
      all
        .filter(([series]) => series.startsWith('eventsource.outbox.'))
        .map(([series, value]) => [
          series.replace(/^eventsource\.outbox\.(.*)\{.*=(.*)OutboxRepository\}$/, '$2 $1'),
          value,
        ]),
    );
  }

  it('is how many events wait, and for how long the oldest of them has, without a span', async () => {
    const outbox = new InMemoryOutboxRepository();
    const first = await outbox.addEvent(deposited());
    clock.tick(5000);
    await outbox.addEvent(deposited());
    clock.tick(2000);
    telemetry.reset();
    assert.deepEqual(await outboxes(), { 'InMemory pending': 2, 'InMemory oldest_age': 7 });
    assert.equal(telemetry.tree(), '');
    await outbox.markPublished(first);
    assert.deepEqual(await outboxes(), { 'InMemory pending': 1, 'InMemory oldest_age': 2 });
    await outbox.clear();
    assert.deepEqual(await outboxes(), { 'InMemory pending': 0, 'InMemory oldest_age': 0 });
  });

  it('is seen by the relay whoever fills the outbox, and not asked of a database that is closed', async () => {
    const database = openSQLite(':memory:');
    await new SQLiteEventStore(database).initialize();
    const relay = new SQLiteOutboxRepository(database);
    assert.deepEqual(await relay.getPendingEvents(), []);
    runtime.providers.enabled = false;
    await new SQLiteOutboxRepository(database).addEvent(deposited());
    runtime.providers.enabled = true;
    clock.tick(60_000);
    assert.deepEqual((await outboxes())['SQLite pending'], 1);
    const asked = sinon.spy(relay, 'getStats');
    database.close();
    const last = await outboxes();
    assert.deepEqual([last['SQLite pending'], last['SQLite oldest_age'], asked.callCount], [1, 60, 0]);
    assert.equal(error.callCount, 0);
  });

  it('leaves a pool of connections alone for its idle time, again and again: it may be all that keeps the process', async () => {
    clock.restore();
    clock = sinon.useFakeTimers({ now: Date.now(), toFake: ['Date', 'performance'] });
    /** Seconds at which somebody who collects every 5 seconds has the outbox asked. */
    const secondsAsked = async (options: object) => {
      const query = sinon.stub().resolves({ rows: [], rowCount: 0, command: 'SELECT' });
      const outbox = new PostgreSQLOutboxRepository({ options, query, connect: () => assert.fail('no connection') });
      await outbox.getPendingEvents();
      const asked = sinon.stub(outbox, 'getStats').resolves({ pendingCount: 0, oldestPending: null } as never);
      const seconds: number[] = [];
      for (let second = 0; second < 200; second += 5) {
        asked.resetHistory();
        await outboxes();
        if (asked.called) seconds.push(second);
        clock.tick(5000);
      }
      return seconds;
    };
    const longestPause = (seconds: readonly number[]) =>
      Math.max(...seconds.slice(1).map((second, index) => second - (seconds[index] as number)));

    const asked = await secondsAsked({ idleTimeoutMillis: 10_000 });
    assert.equal(longestPause(asked), 15);
    assert.ok(asked.length > 30, `asked ${asked.length} times`);
    assert.equal(longestPause(await secondsAsked({ idleTimeoutMillis: 0 })), 5);
    assert.equal(longestPause(await secondsAsked({ idleTimeoutMillis: 10_000, allowExitOnIdle: true })), 5);
  });

  it('is not asked where that is switched off', async () => {
    configure(false);
    const outbox = new InMemoryOutboxRepository();
    const asked = sinon.spy(outbox, 'getStats');
    await outbox.addEvent(deposited());
    assert.deepEqual([await outboxes(), asked.callCount], [{}, 0]);
  });
});
