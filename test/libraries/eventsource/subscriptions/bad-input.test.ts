// SPDX-License-Identifier: Apache-2.0
// What goes wrong is seen on the span as the error that the library documents, once, and nothing is lost.
import assert from 'node:assert/strict';
import { AggregateRepository, type DomainEvent, EventRegistry } from 'eventsource';
import { InMemoryEventBus } from 'eventsource/bus';
import {
  InMemoryCheckpointRepository,
  InMemoryDLQRepository,
  SQLiteCheckpointRepository,
} from 'eventsource/repositories';
import { InMemoryEventStore, openSQLite, type SQLiteDatabase, SQLiteEventStore } from 'eventsource/stores';
import { type SubscriptionConfigOptions, SubscriptionError, SubscriptionManager } from 'eventsource/subscriptions';
import { type WovenTarget, weaveTarget } from '../../../../testkit/woven-target.js';
import { Account, Deposited, registry } from '../accounts.js';

class HandlerFailed extends Error {}
class DiskFull extends Error {}

class Feed {
  readonly seen: number[] = [];
  /** The amount that it cannot handle. */
  poison: number | undefined;

  async handle(event: DomainEvent): Promise<void> {
    const { amount } = event as Deposited;
    if (amount === this.poison) throw new HandlerFailed(`cannot handle ${amount}`);
    this.seen.push(amount);
  }

  subscribedTo() {
    return [Deposited];
  }
}

class FullDLQ extends InMemoryDLQRepository {
  override async addFailedEvent(): Promise<never> {
    throw new DiskFull('no space left');
  }
}

/** How every failed start looks from outside, around what happened inside. */
const failedStart = (inside: string) =>
  `start_subscription!SubscriptionError(start!SubscriptionError(get_position ${inside}))`;

describe('a woven SubscriptionManager', () => {
  let woven: WovenTarget;
  let feed: Feed;
  let bus: InMemoryEventBus;
  let store: InMemoryEventStore;
  let checkpoints: InMemoryCheckpointRepository;
  before(() => {
    woven = weaveTarget();
  });
  beforeEach(() => {
    feed = new Feed();
    bus = new InMemoryEventBus();
    store = new InMemoryEventStore();
    checkpoints = new InMemoryCheckpointRepository();
  });
  after(() => woven.stop());

  /** The spans of one piece of work, whether it fails or not. */
  async function spansOf(work: () => Promise<unknown>): Promise<{ shape: string; error: unknown }> {
    woven.reset();
    const error = await work().then(
      () => undefined,
      (error: unknown) => error,
    );
    await woven.quiet();
    return { shape: woven.shape(), error };
  }

  const attributeOf = (span: string, key: string) =>
    woven.ended().find(({ name }) => name === `eventsource.${span}`)?.attributes[`eventsource.${key}`];

  function accountsIn(eventStore: SQLiteEventStore | InMemoryEventStore): AggregateRepository<Account> {
    return new AggregateRepository(eventStore, Account, 'Account', { eventPublisher: bus });
  }

  async function deposit(eventStore: SQLiteEventStore | InMemoryEventStore, ...amounts: number[]): Promise<void> {
    const accounts = accountsIn(eventStore);
    const account = await accounts.loadOrCreate('account');
    for (const amount of amounts) account.move(amount);
    await accounts.save(account);
  }

  /** A new subscription over the same storage, as after a restart of the process. */
  async function subscription(config: SubscriptionConfigOptions = {}, dlqRepo?: InMemoryDLQRepository) {
    const manager = new SubscriptionManager(store, bus, checkpoints, { dlqRepo });
    return { manager, subscription: await manager.subscribe(feed, { config }) };
  }

  const position = () => checkpoints.getPosition('Feed');

  it('refuses an unknown start position, and registers nothing', async () => {
    const manager = new SubscriptionManager(store, bus, checkpoints);
    const config = { startFrom: 'yesterday' as never };
    const { shape, error } = await spansOf(() => manager.subscribe(feed, { config }));
    assert.equal(shape, 'subscribe!SubscriptionConfigError');
    assert.match(String(error), /startFrom .*'yesterday'/);
    assert.equal(manager.subscriptionCount, 0);
  });

  it('fails a start on an event of history that a strict subscriber cannot handle', async () => {
    await deposit(store, 1, 2, 3);
    feed.poison = 2;
    const { manager, subscription: failing } = await subscription({ continueOnError: false });
    const { shape, error } = await spansOf(() => manager.startSubscription('Feed'));
    assert.equal(
      shape,
      failedStart(
        'execute!TransitionError(start run_until_position!HandlerFailed(read_all deliver_event deliver_event!HandlerFailed) stop)',
      ),
    );
    assert.ok(error instanceof SubscriptionError && error.cause instanceof HandlerFailed);
    assert.equal(attributeOf('lifecycle.start', 'subscription.state'), 'error');
    assert.equal(attributeOf('lifecycle.start', 'position'), 0);
    assert.equal(attributeOf('transition_coordinator.execute', 'subscription.phase'), 'failed');
    assert.equal(attributeOf('transition_coordinator.execute', 'watermark'), 3);
    assert.equal(attributeOf('subscription_manager.start_subscription', 'error.type'), 'SubscriptionError');
    assert.deepEqual([failing.state, await position()], ['error', null]);

    feed.poison = undefined;
    await manager.startSubscription('Feed');
    await manager.stop();
    assert.deepEqual(feed.seen, [1, 1, 2, 3]);
  });

  it('refuses to start or stop what does not exist or has ended, with those errors on the spans', async () => {
    const { manager } = await subscription();
    await manager.startSubscription('Feed');
    const twice = await spansOf(() => manager.startSubscription('Feed'));
    assert.equal(twice.shape, 'start_subscription!SubscriptionStateError(start!SubscriptionStateError)');
    const again = await spansOf(() => manager.subscribe(feed));
    assert.equal(again.shape, 'subscribe!SubscriptionAlreadyExistsError');
    const unknown = await spansOf(() => manager.startSubscription('Nobody'));
    assert.equal(unknown.shape, 'start_subscription!SubscriptionError');
    await manager.stop();
    const stopped = await spansOf(() => manager.startSubscription('Feed'));
    assert.equal(stopped.shape, 'start_subscription!SubscriptionStateError(start!SubscriptionStateError)');
  });

  // An event that is neither handled nor filed would be lost: `continueOnError` does not cover that.
  describe('with a dead-letter queue that cannot be written', () => {
    it('fails before an event of history', async () => {
      await deposit(store, 1, 2, 3);
      feed.poison = 2;
      const { manager, subscription: failing } = await subscription(
        { checkpointStrategy: 'every_event' },
        new FullDLQ(),
      );
      const { shape, error } = await spansOf(() => manager.startSubscription('Feed'));
      assert.equal(
        shape,
        failedStart(
          'execute!TransitionError(start run_until_position!HandlerFailed(read_all deliver_event save_position deliver_event!HandlerFailed) stop)',
        ),
      );
      assert.ok(error instanceof SubscriptionError && error.cause instanceof HandlerFailed);
      assert.deepEqual([failing.state, await position()], ['error', 1]);
      await manager.stop();
      assert.equal(await position(), 1);
    });

    it('fails before a live event, and its publisher learns why', async () => {
      const { manager, subscription: failing } = await subscription({}, new FullDLQ());
      await manager.startSubscription('Feed');
      await deposit(store, 1);
      feed.poison = 2;
      const { shape } = await spansOf(() => deposit(store, 2, 3));
      assert.equal(
        shape,
        'load(get_events) save(append_events dispatch(handle!HandlerFailed(process_event!HandlerFailed)))',
      );
      assert.deepEqual([failing.state, failing.lastError instanceof HandlerFailed], ['error', true]);
      await manager.stop();
      assert.equal(await position(), 1);

      feed.poison = undefined;
      const { manager: next } = await subscription();
      await next.startSubscription('Feed');
      await next.stop();
      assert.deepEqual(feed.seen, [1, 2, 3]);
    });
  });

  describe('over a database', () => {
    let database: SQLiteDatabase;
    let sqliteStore: SQLiteEventStore;
    beforeEach(async () => {
      database = openSQLite(':memory:');
      sqliteStore = new SQLiteEventStore(database, { eventRegistry: registry });
      await sqliteStore.initialize();
      await deposit(sqliteStore, 1);
    });
    afterEach(() => void database.close());

    const startOver = async (eventStore: SQLiteEventStore, repository = new SQLiteCheckpointRepository(database)) => {
      const manager = new SubscriptionManager(eventStore, bus, repository);
      await manager.subscribe(feed, { config: { maxRetries: 0 } });
      const spans = await spansOf(() => manager.startSubscription('Feed'));
      return { ...spans, manager };
    };

    it('names an event type that no registry knows', async () => {
      const stranger = new SQLiteEventStore(database, { eventRegistry: new EventRegistry() });
      const { shape, manager } = await startOver(stranger);
      assert.equal(
        shape,
        failedStart(
          'execute!TransitionError(start run_until_position!EventTypeNotFoundError(read_all!EventTypeNotFoundError) stop)',
        ),
      );
      await manager.stop();
      await (await startOver(sqliteStore)).manager.stop();
      assert.deepEqual(feed.seen, [1]);
    });

    it('cannot begin where nobody knows how far it was, and leaves nothing to stop', async () => {
      const closed = openSQLite(':memory:');
      const repository = new SQLiteCheckpointRepository(closed);
      closed.close();
      const { shape, manager } = await startOver(sqliteStore, repository);
      assert.equal(shape, 'start_subscription!SubscriptionError(start!SubscriptionError(get_position!TypeError))');
      assert.equal((await spansOf(() => manager.stop())).shape, 'stop');
    });

    it('joins no bus when the store is out of reach', async () => {
      const file = new SQLiteEventStore(':memory:', { eventRegistry: registry });
      const { shape, error } = await startOver(file);
      assert.equal(shape, failedStart('execute!Error'));
      assert.match(String((error as Error).cause), /call initialize\(\) first/);
      assert.equal(bus.getSubscriberCount(), 0);
    });

    it('fails every call on a closed database, and forgets no uncommitted event', async () => {
      const accounts = accountsIn(sqliteStore);
      const account = await accounts.load('account');
      account.move(2);
      database.close();
      const saved = await spansOf(() => accounts.save(account));
      assert.equal(saved.shape, 'save!TypeError(append_events!TypeError)');
      assert.equal(account.uncommittedEvents.length, 1);
      const loaded = await spansOf(() => accounts.load('account'));
      assert.equal(loaded.shape, 'load!TypeError(get_events!TypeError)');
      const { shape } = await spansOf(async () => {
        for await (const _ of sqliteStore.readAll()) assert.fail('read from a closed database');
      });
      assert.equal(shape, 'read_all!TypeError');
    });
  });
});
