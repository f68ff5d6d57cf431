// SPDX-License-Identifier: Apache-2.0
// What is logged when the library is used: what happened and nothing else, a failure once.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Context, diag, trace } from '@opentelemetry/api';
import * as eventsource from 'eventsource';
import {
  AggregateRepository,
  type DomainEvent,
  InMemoryCheckpointRepository,
  InMemoryDLQRepository,
  InMemoryEventBus,
  InMemoryEventStore,
  InMemorySnapshotStore,
  SQLiteEventStore,
} from 'eventsource';
import * as projections from 'eventsource/projections';
import * as repositories from 'eventsource/repositories';
import * as snapshots from 'eventsource/snapshots';
import * as stores from 'eventsource/stores';
import * as subscriptions from 'eventsource/subscriptions';
import { shopClient } from '../../../../fixtures/shop/client.js';
import { firstDay, secondDay } from '../../../../fixtures/shop/days.js';
import { createShopServer } from '../../../../fixtures/shop/server.js';
import { openShop } from '../../../../fixtures/shop/shop.js';
import { library } from '../../../../src/libraries/eventsource/index.js';
import { idOf, type WovenLibrary, weaveLibrary } from '../../../../testkit/woven-library.js';
import { program as passGarbage } from '../../../process/programs/invalid-arguments.js';
import { Account, Deposited, registry } from '../accounts.js';

const { CheckpointTrackingProjection, Projection, ProjectionRegistry } = projections;
const { SubscriptionManager } = subscriptions;

let woven: WovenLibrary;
let records: ReturnType<WovenLibrary['recordLogs']>;

const said = () =>
  records.map(({ logger, severityText, body }) => `${logger.replace('eventsource.', '')} ${severityText}: ${body}`);
const attributesOf = (body: string) => records.find((record) => record.body === body)?.attributes;
const deposit = (aggregateVersion = 1, aggregateId = 'a') =>
  new Deposited({ aggregateId, aggregateVersion, amount: 1 });
const fail = (): never => {
  throw new RangeError('no apples');
};

class Balances extends CheckpointTrackingProjection {
  static override readonly maxRetries = 2;
  static override readonly retryBackoffBase = 0;
  failures = Number.POSITIVE_INFINITY;
  subscribedTo() {
    return [Deposited];
  }
  protected override async processEvent(): Promise<void> {
    this.failures -= 1;
    if (this.failures >= 0) fail();
  }
}

class Plain extends Projection {
  async reset(): Promise<void> {}
  protected override async processEvent(): Promise<void> {
    fail();
  }
}

/** A subscriber that fails on events of these versions. */
function subscriber(...badVersions: readonly number[]) {
  return {
    subscribedTo: () => [Deposited],
    async handle({ aggregateVersion }: DomainEvent) {
      if (badVersions.includes(aggregateVersion)) fail();
    },
  };
}

/** A manager over a store that has some events. */
async function managed(events: number, options: ConstructorParameters<typeof SubscriptionManager>[3] = {}) {
  const [store, bus] = [new InMemoryEventStore(), new InMemoryEventBus()];
  for (let n = 1; n <= events; n++) await store.appendEvents('a', 'Account', [deposit(n)], n - 1);
  const manager = new SubscriptionManager(store, bus, new InMemoryCheckpointRepository(), options);
  return { store, bus, manager };
}

describe('the log records of a run', () => {
  before(() => {
    woven = weaveLibrary(library, eventsource, stores, snapshots, repositories, projections, subscriptions);
  });
  beforeEach(() => {
    woven.reset();
    records = woven.recordLogs('info');
  });
  after(() => woven.stop());

  it('of the shop are those of its two days, with the ids of its spans', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'shop-'));
    const file = join(folder, 'shop.db');
    const texts = new Map<string, Set<string>>();
    try {
      for (const day of [firstDay, secondDay]) {
        const shop = await openShop(file);
        const server = createShopServer(shop.desk).listen(0, '127.0.0.1');
        await once(server, 'listening');
        await day(shop, shopClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
        server.close();
        shop.database.close();
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    for (const { logger, severityText, body } of records) {
      texts.set(logger, (texts.get(logger) ?? new Set()).add(`${severityText} ${body}`));
    }
    assert.deepEqual(Object.fromEntries([...texts].map(([logger, of]) => [logger, [...of]])), SHOP);
    const failed = records.find(({ body }) => body === 'handler failed');
    assert.match(String(failed?.attributes?.['exception.message']), /./);
    assert.ok(woven.ended().some((span) => idOf(span) === trace.getSpanContext(failed?.context as Context)?.spanId));
  });

  it('have one for a handler that fails, whatever it was called through', async () => {
    const { store, bus } = await managed(0);
    bus.subscribe(Deposited, fail);
    records = woven.recordLogs('debug');
    const account = new Account('a');
    account.move(1);
    await new AggregateRepository(store, Account, 'Account', { eventPublisher: bus }).save(account);
    assert.deepEqual(said(), [
      'stores.in_memory DEBUG: append committed',
      'bus.memory DEBUG: event goes to its handlers',
      'bus.memory ERROR: handler failed',
    ]);
    assert.equal(attributesOf('handler failed')?.['exception.message'], 'no apples');
    assert.equal(attributesOf('handler failed')?.['eventsource.handler.name'], 'fail');
  });

  it('have one for an event that a projection gives up, with its attempts and where it is now', async () => {
    const broken = new InMemoryDLQRepository();
    broken.addFailedEvent = async () => {
      throw new Error('no room');
    };
    const bus = new InMemoryEventBus();
    bus.subscribeAll(new Balances());
    records = woven.recordLogs('info');
    await bus.publish([deposit()]);
    await assert.rejects(new Balances({ dlqRepo: broken }).handle(deposit()), /no apples/);
    assert.deepEqual(said(), [
      'projections.base FATAL: event given up, it is in the dead-letter queue',
      'projections.dlq_manager FATAL: event could not be put into the dead-letter queue',
      'projections.base FATAL: event given up, it is in no dead-letter queue',
    ]);
    assert.deepEqual(
      records.map(({ attributes }) => [attributes?.['eventsource.attempts'], attributes?.['exception.message']]),
      [
        [2, 'no apples'],
        [undefined, 'no room'],
        [2, 'no apples'],
      ],
    );
  });

  it('tell of attempts that failed before one succeeded, and that a projection is reset', async () => {
    const balances = new Balances();
    balances.failures = 1;
    await balances.handle(deposit());
    await balances.reset();
    assert.deepEqual(said(), [
      'projections.base WARN: event projected after failed attempts',
      'projections.checkpoint_manager INFO: checkpoint deleted',
      'projections.base WARN: projection reset',
    ]);
  });

  it('have one under `eventsource.projections` itself, of a projection without a checkpoint', async () => {
    const registry = new ProjectionRegistry();
    registry.registerProjection(new Plain());
    await registry.dispatch(deposit());
    assert.deepEqual(said(), [
      'projections.coordinator INFO: projection registered',
      'projections ERROR: projection failed on an event',
    ]);
    await assert.rejects(new Plain().handle(deposit()));
    assert.equal(said().length, 3);
  });

  it('tell a refused append only where details are wanted, by what was expected', async () => {
    const store = new SQLiteEventStore(':memory:', { eventRegistry: registry });
    await store.initialize();
    await store.initialize();
    records = woven.recordLogs('debug');
    const append = (expected: number, ...events: DomainEvent[]) =>
      store.appendEvents(events[0]?.aggregateId ?? '', 'Account', events, expected);
    const first = deposit();
    await append(0, first);
    await assert.rejects(append(0, deposit(2)));
    await assert.rejects(append(5, deposit(6)));
    await assert.rejects(append(-2, deposit(1, 'b')));
    await append(1, first, deposit(2));
    await store.close();
    await store.close();
    const refused = 'stores.sqlite DEBUG: append refused:';
    assert.deepEqual(said(), [
      'stores.sqlite DEBUG: append committed',
      `${refused} the stream is not new`,
      `${refused} the stream is at another version`,
      `${refused} there is no such stream`,
      'stores.sqlite DEBUG: append committed',
      'stores.sqlite DEBUG: events left out of an append, the store has them already',
      'stores.sqlite DEBUG: store closed',
    ]);
    assert.deepEqual(
      attributesOf('append refused: the stream is at another version')?.['eventsource.actual_version'],
      1,
    );
  });

  it('tell what a load did with a snapshot: taken, of another schema, refused, unreadable', async () => {
    const { store } = await managed(0);
    const snapshotStore = new InMemorySnapshotStore();
    const accounts = new AggregateRepository(store, Account, 'Account', { snapshotStore, snapshotThreshold: 1 });
    const account = new Account('a');
    account.move(1);
    await accounts.save(account);
    const snapshot = (await snapshotStore.getSnapshot('a', 'Account')) as eventsource.Snapshot;
    await snapshotStore.saveSnapshot(new eventsource.Snapshot({ ...snapshot, schemaVersion: 9 }));
    await accounts.load('a');
    const load = snapshotStore.getSnapshot;
    snapshotStore.getSnapshot = fail;
    await accounts.load('a');
    snapshotStore.getSnapshot = load;
    await snapshotStore.saveSnapshot(snapshot);
    Account.prototype.restoreFromSnapshot = fail;
    try {
      records = woven.recordLogs('debug');
      await accounts.load('a');
    } finally {
      Reflect.deleteProperty(Account.prototype, 'restoreFromSnapshot');
    }
    assert.deepEqual(said(), [
      'snapshots.in_memory DEBUG: snapshot read',
      'aggregates.snapshot_manager DEBUG: snapshot found that can be used',
      'aggregates.repository WARN: aggregate refused its snapshot; all its events are replayed',
      'aggregates.repository DEBUG: aggregate loaded',
    ]);
    assert.equal(attributesOf('aggregate loaded')?.['snapshot.version'], undefined);
    assert.equal(attributesOf('aggregate loaded')?.['events.replayed'], 1);
  });

  it('of a subscription tell its way from history to live events, a pause and the end', async () => {
    const { bus, manager } = await managed(2);
    await manager.subscribe(subscriber(), { name: 'feed', config: { startFrom: 'beginning' } });
    await manager.start();
    await manager.pauseSubscription('feed');
    await bus.publish([deposit(3)]);
    await manager.pauseSubscription('feed');
    await manager.resumeSubscription('nobody');
    await manager.resumeSubscription('feed');
    await manager.stop();
    assert.deepEqual(said(), [
      'subscriptions.registry INFO: subscription registered',
      'subscriptions.manager INFO: subscriptions are being started',
      'subscriptions.lifecycle INFO: subscription starts behind a position',
      'subscriptions.transition INFO: way from history to live events begins',
      'bus.memory INFO: handler subscribed',
      'subscriptions.runners.live INFO: live runner has joined the bus',
      'subscriptions.runners.catchup INFO: catch-up begins',
      'subscriptions.subscription INFO: subscription changed its state',
      'subscriptions.runners.catchup INFO: catch-up ended',
      'subscriptions.subscription INFO: subscription changed its state',
      'subscriptions.runners.live INFO: buffering is over',
      'subscriptions.lifecycle INFO: subscription is live',
      'subscriptions.manager INFO: subscriptions started',
      'subscriptions.subscription INFO: subscription paused',
      'subscriptions.pause_resume WARN: subscription cannot be paused in its state',
      'subscriptions.pause_resume WARN: no such subscription to resume',
      'subscriptions.subscription INFO: subscription changed its state',
      'subscriptions.runners.live INFO: events that came during the pause are being worked off',
      'subscriptions.runners.live INFO: events that came during the pause are worked off',
      'subscriptions.manager INFO: subscriptions are being stopped',
      'subscriptions.transition INFO: run of a subscription is being ended',
      'bus.memory INFO: handler unsubscribed',
      'subscriptions.runners.live INFO: live runner has left the bus',
      'subscriptions.subscription INFO: subscription changed its state',
      'subscriptions.manager INFO: subscriptions stopped',
    ]);
  });

  it('have one for an event that a subscriber fails on, and say whether it is passed over', async () => {
    for (const continueOnError of [true, false]) {
      const { bus, manager } = await managed(1);
      await manager.subscribe(subscriber(1, 2), { name: 'feed', config: { startFrom: 'beginning', continueOnError } });
      records = woven.recordLogs('warn');
      await manager.start();
      if (continueOnError) await bus.publish([deposit(2)]);
      await manager.stop();
      const runner = 'subscriptions.runners';
      assert.deepEqual(
        said(),
        continueOnError
          ? [
              `${runner}.catchup WARN: subscriber failed on an event, which is passed over`,
              `${runner}.live WARN: subscriber failed on an event, which is passed over`,
            ]
          : [
              `${runner}.catchup ERROR: subscriber failed on an event, the catch-up ends before it`,
              'subscriptions.manager WARN: some subscriptions did not start',
            ],
      );
    }
  });

  it('have one for a live event that is not passed over, though the bus and its publisher see the failure too', async () => {
    const { bus, manager } = await managed(0);
    await manager.subscribe(subscriber(1), { name: 'feed', config: { continueOnError: false } });
    await manager.start();
    records = woven.recordLogs('warn');
    await bus.publish([deposit(1)]);
    await manager.stop();
    assert.deepEqual(said(), [
      'subscriptions.runners.live ERROR: subscriber failed on an event, which is not passed over',
    ]);
  });

  it('tell of the dead-letter queue of a manager only what became of it', async () => {
    const dlqRepo = new InMemoryDLQRepository();
    const { bus, manager } = await managed(0, { dlqRepo });
    await manager.subscribe(subscriber(1, 2), { name: 'feed' });
    await manager.start();
    records = woven.recordLogs('info');
    await bus.publish([deposit(1)]);
    dlqRepo.addFailedEvent = async () => {
      throw new Error('no room');
    };
    await bus.publish([deposit(2)]);
    assert.deepEqual(
      said().filter((text) => !text.includes('unsubscribed')),
      [
        'subscriptions.error_handling INFO: failed event put into the dead-letter queue',
        'subscriptions.runners.live WARN: subscriber failed on an event, which is passed over',
        'subscriptions.error_handling ERROR: failed event could not be put into the dead-letter queue',
        'subscriptions.runners.live ERROR: subscriber failed on an event, which is not passed over',
      ],
    );
    await manager.stop();
  });

  it('have one for a start that fails, by the step that failed', async () => {
    const { store, manager } = await managed(0);
    await manager.subscribe(subscriber(), { name: 'feed' });
    store.getGlobalPosition = async () => fail();
    records = woven.recordLogs('error');
    await manager.start();
    assert.deepEqual(said(), ['subscriptions.transition ERROR: way from history to live events failed']);
    assert.equal(records[0]?.attributes?.['eventsource.subscription.phase'], 'initial_catchup');
    assert.equal(records[0]?.attributes?.['exception.message'], 'no apples');
  });

  it('tell an unfinished stop, and not a finished one, as such', async () => {
    const { bus, manager } = await managed(0);
    let release = () => {};
    const handling = new Promise<void>((resolve) => {
      release = resolve;
    });
    await manager.subscribe({ subscribedTo: () => [Deposited], handle: () => handling }, { name: 'feed' });
    await manager.start();
    const published = bus.publish([deposit()]);
    records = woven.recordLogs('warn');
    await manager.stop({ timeout: 0.02 });
    assert.deepEqual(said(), [
      'subscriptions.lifecycle WARN: subscription was still at work when its time to stop was up',
    ]);
    release();
    await published;
  });

  it('take the word of a run for its end, not the clock', async () => {
    const { manager } = await managed(0);
    await manager.subscribe(subscriber(), { name: 'idle' });
    await manager.start();
    records = woven.recordLogs('info');
    await manager.stop({ timeout: 0 });
    assert.ok(said().includes('subscriptions.manager INFO: subscriptions stopped'), said().join('\n'));

    const other = await managed(0);
    let release = () => {};
    const handling = new Promise<void>((resolve) => {
      release = resolve;
    });
    await other.manager.subscribe({ subscribedTo: () => [Deposited], handle: () => handling }, { name: 'busy' });
    await other.manager.start();
    const published = other.bus.publish([deposit()]);
    records = woven.recordLogs('info');
    // A timer counts from the beginning of the turn of the event loop in which it is set.
    for (const begun = performance.now(); performance.now() - begun < 50; );
    await other.manager.stop({ timeout: 0.03 });
    assert.ok(!said().includes('subscriptions.manager INFO: subscriptions stopped'), said().join('\n'));
    release();
    await published;
  });

  it('are of the names that the guide gives, as far as nothing but this process is needed', async () => {
    records = woven.recordLogs('debug');
    const store = new SQLiteEventStore(':memory:', { eventRegistry: registry });
    await store.initialize();
    const accounts = new AggregateRepository(store, Account, 'Account');
    const account = new Account('a');
    account.move(1);
    await accounts.save(account);
    await accounts.load('a');
    await new Plain().handle(deposit()).catch(() => {});
    await (await managed(0)).manager.start();
    const names = ['stores.sqlite', 'aggregates.repository', 'subscriptions.manager', 'projections'];
    const loggers = new Set(records.map(({ logger }) => logger));
    assert.deepEqual(
      names.filter((name) => !loggers.has(`eventsource.${name}`)),
      [],
    );
    await store.close();
  });

  it('switch no row off when an application passes garbage', async () => {
    const told: string[] = [];
    const tell = (...line: readonly unknown[]) => void told.push(line.map(String).join(' '));
    const silent = () => {};
    diag.setLogger(
      { error: tell, warn: tell, info: silent, debug: silent, verbose: silent },
      { suppressOverrideMessage: true },
    );
    try {
      records = woven.recordLogs('debug');
      const answers = (await passGarbage({
        ...eventsource,
        projections,
        snapshots,
        subscriptions,
      } as never)) as string[];
      assert.ok(answers.length > 800, `${answers.length} calls`);
      assert.ok(records.length > 300, `${records.length} records`);
    } finally {
      diag.disable();
    }
    assert.deepEqual(told, []);
  }).timeout(120_000);

  it('have none of a family that is off', async () => {
    woven.switchFamily('buses', 'off');
    const bus = new InMemoryEventBus();
    bus.subscribe(Deposited, fail);
    await bus.publish([deposit()]);
    assert.deepEqual(said(), []);
  });
});

const SHOP = {
  'eventsource.bus.memory': ['INFO handler subscribed', 'ERROR handler failed', 'INFO handler unsubscribed'],
  'eventsource.projections.base': ['FATAL event given up, it is in the dead-letter queue'],
  'eventsource.snapshots.strategies': ['INFO automatic snapshot taken'],
  'eventsource.stores.sqlite': ['INFO tables are there'],
  'eventsource.subscriptions.lifecycle': ['INFO subscription is live'],
  'eventsource.subscriptions.manager': ['INFO subscriptions are being stopped', 'INFO subscriptions stopped'],
  'eventsource.subscriptions.registry': ['INFO subscription registered'],
  'eventsource.subscriptions.runners.catchup': ['INFO catch-up begins', 'INFO catch-up ended'],
  'eventsource.subscriptions.runners.live': [
    'INFO live runner has joined the bus',
    'INFO buffering is over',
    'INFO events that came during the pause are being worked off',
    'INFO events that came during the pause are worked off',
    'INFO live runner has left the bus',
  ],
  'eventsource.subscriptions.subscription': ['INFO subscription changed its state', 'INFO subscription paused'],
  'eventsource.subscriptions.transition': [
    'INFO subscription starts at the beginning, there is no checkpoint',
    'INFO way from history to live events begins',
    'INFO run of a subscription is being ended',
  ],
};
