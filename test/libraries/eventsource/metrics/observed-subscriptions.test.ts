// SPDX-License-Identifier: Apache-2.0
// What is observed of subscriptions beyond what they say themselves: how far the store has got, what waits in it, whether one
// is stuck, and how a catch-up gets on.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diag, metrics } from '@opentelemetry/api';
import { AggregationTemporality } from '@opentelemetry/sdk-metrics';
import * as target from 'eventsource';
import { InMemoryEventBus } from 'eventsource/bus';
import { InMemoryCheckpointRepository } from 'eventsource/repositories';
import { type EventStore, InMemoryEventStore, SQLiteEventStore } from 'eventsource/stores';
import * as subscriptions from 'eventsource/subscriptions';
import sinon from 'sinon';
import { type EventSourceInstrumentationConfig, resolveConfig } from '../../../../src/config.js';
import { library } from '../../../../src/libraries/eventsource/index.js';
import { lagOf } from '../../../../src/libraries/eventsource/metrics/subscription-gauges.js';
import { settingsFor } from '../../../../src/library-settings.js';
import { weaveClasses } from '../../../../src/weaving/classes.js';
import { type RecordedMetrics, recordingMetrics } from '../../../../testkit/signals.js';
import { startTelemetry, type Telemetry, testRuntime } from '../../../../testkit/telemetry.js';
import { Account, Deposited, registry, Withdrawn } from '../accounts.js';

type Handle = (event: target.DomainEvent) => unknown;
const forEver = () => new Promise<never>(() => {});

describe('what is observed of subscriptions', () => {
  let telemetry: Telemetry;
  let runtime: ReturnType<typeof testRuntime>;
  let undo: () => void;
  let recorded: RecordedMetrics;
  let store: EventStore;
  let bus: InMemoryEventBus;
  let manager: subscriptions.SubscriptionManager;
  let clock: sinon.SinonFakeTimers | undefined;

  const configure = (options: EventSourceInstrumentationConfig = {}) => {
    runtime.settings = settingsFor(library, resolveConfig(options, {}, assert.fail), false);
  };
  const error = sinon.stub();
  before(() => {
    diag.setLogger({ error, warn() {}, info() {}, debug() {}, verbose() {} });
    telemetry = startTelemetry();
    runtime = testRuntime();
    configure();
    const undos = [target, subscriptions].map((exports) => weaveClasses(runtime, library.aspects, exports).undo);
    undo = () => {
      for (const each of undos) each();
    };
  });
  beforeEach(() => {
    configure();
    telemetry.reset();
    recorded = recordingMetrics(AggregationTemporality.DELTA);
    metrics.setGlobalMeterProvider(recorded.provider);
    use(new InMemoryEventStore());
  });
  afterEach(async () => {
    clock?.restore();
    clock = undefined;
    for (const { name } of manager.subscriptions) await manager.unsubscribe(name);
    await recorded.collect();
    metrics.disable();
    assert.deepEqual(error.args, []);
  });
  after(() => {
    diag.disable();
    runtime.providers.enabled = false;
    undo();
    telemetry.stop();
  });

  function use(given: EventStore): void {
    store = given;
    bus = new InMemoryEventBus();
    manager = new subscriptions.SubscriptionManager(store, bus, new InMemoryCheckpointRepository(), {
      shutdownTimeout: 0.01,
    });
  }

  const subscribe = (name: string, handle: Handle = () => {}, events: target.EventClass[] = [Deposited]) =>
    manager.subscribe(
      { handle: async (event) => void (await handle(event)), subscribedTo: () => events },
      { name, config: { startFrom: 'beginning' } },
    );

  /** Saves accounts, one for each amount. */
  async function move(amounts: readonly number[], into = store, publisher: InMemoryEventBus | 'nobody' = bus) {
    const eventPublisher = publisher === 'nobody' ? undefined : publisher;
    const accounts = new target.AggregateRepository(into, Account, 'Account', { eventPublisher });
    for (const amount of amounts) {
      const account = accounts.createNew(crypto.randomUUID());
      account.move(amount);
      await accounts.save(account);
    }
  }
  const unpublished = (...amounts: number[]) => move(amounts, store, 'nobody');

  /** What a gauge says of each subscription. */
  async function collect(...gauges: readonly string[]): Promise<Record<string, number>[]> {
    const all = Object.entries(await recorded.collect());
    return gauges.map((gauge) => {
      const ours = all.filter(([series]) => series.startsWith(`${gauge}{`));
      return Object.fromEntries(ours.map(([series, value]) => [/=([^,}]+)\}$/.exec(series)?.[1] ?? '', value]));
    });
  }
  const LAG = 'subscription.lag';
  const LAG_TIME = 'eventsource.subscription.lag.time';
  const ACTIVITY = 'eventsource.subscription.activity';
  const activity = async () => (await collect(ACTIVITY))[0] ?? {};

  const stopClock = () => {
    clock = sinon.useFakeTimers({ now: Date.now(), toFake: ['Date', 'performance'] });
    return clock;
  };
  const seconds = (count: number) => clock?.tick(count * 1000);

  describe('the lag', () => {
    it('is that of the store at any pause, also behind events that nobody published', async () => {
      await move([1, 2]);
      const feed = await subscribe('feed');
      await manager.start();
      const seen: number[] = [];
      const compare = async () => {
        const behind = (await store.getGlobalPosition()) - feed.lastProcessedPosition;
        assert.deepEqual(await collect(LAG), [{ feed: behind }]);
        seen.push(behind);
      };
      await compare();
      await unpublished(3);
      await compare();
      await manager.pauseSubscription('feed');
      await move([4, 5]);
      await compare();
      await unpublished(6);
      await compare();
      await manager.resumeSubscription('feed');
      await compare();
      await move([7]);
      await compare();
      assert.deepEqual(seen, [0, 1, 3, 4, 1, 0]);
    });

    it('is that of the store also behind events that another connection to the database has appended', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'accounts-'));
      const stores = [0, 1].map(() => new SQLiteEventStore(join(folder, 'a.db'), { eventRegistry: registry }));
      const [here, there] = stores as [SQLiteEventStore, SQLiteEventStore];
      for (const each of stores) await each.initialize();
      try {
        use(here);
        await move([1]);
        await subscribe('feed');
        await manager.start();
        await move([2, 3, 4], there, 'nobody');
        const [lag, activity] = await collect(LAG, ACTIVITY);
        assert.deepEqual([lag, activity], [{ feed: 3 }, { feed: 2 }]);
        await here.close();
        const asked = sinon.spy(here, 'getGlobalPosition');
        assert.deepEqual(await collect(LAG), [{ feed: 3 }], 'the last known one');
        assert.deepEqual([asked.callCount, here.isConnected], [0, false]);
      } finally {
        for (const each of stores) await each.close();
        rmSync(folder, { recursive: true });
      }
    });

    it('counts what was appended here also without a question to the store', async () => {
      configure({ queryStores: false });
      const asked = sinon.spy(InMemoryEventStore.prototype, 'getGlobalPosition');
      try {
        const feed = await subscribe('feed');
        await manager.start();
        asked.resetHistory();
        await unpublished(1, 2);
        assert.equal(lagOf(feed), 2);
        const [lag, time] = await collect(LAG, LAG_TIME);
        assert.deepEqual([lag, time], [{ feed: 2 }, {}]);
        assert.equal(asked.callCount, 0);
      } finally {
        asked.restore();
      }
    });

    it('is asked of each store once a collection, for those alone that run, and gives no span', async () => {
      await subscribe('stopped');
      await manager.start();
      await manager.stop();
      for (let i = 0; i < 5; i++) await subscribe(`feed-${i}`);
      await manager.start();
      await manager.pauseSubscription('feed-1');
      const asked = sinon.spy(store, 'getGlobalPosition');
      telemetry.reset();
      await unpublished(1);
      telemetry.reset();
      await recorded.collect();
      assert.equal(asked.callCount, 1);
      assert.deepEqual(telemetry.tree(), '');
      await manager.stop({ subscriptionNames: manager.subscriptionNames.filter((name) => name !== 'stopped') });
      await recorded.collect();
      assert.equal(asked.callCount, 1);
    });

    it('is what this process knows while a store gives no number', async () => {
      await subscribe('feed', () => {}, [Withdrawn]);
      await manager.start();
      await move([1, 2]);
      assert.deepEqual(await collect(LAG), [{ feed: 2 }]);
      const asked = sinon.stub(store, 'getGlobalPosition').resolves(undefined as never);
      assert.deepEqual(await collect(LAG), [{ feed: 2 }]);
      await move([3]);
      assert.deepEqual(await collect(LAG), [{ feed: 3 }]);
      asked.restore();
      assert.match(String(error.firstCall.args[2]), /position of the store is no number/);
      error.resetHistory();
    });

    it('is that of an emptied store after it was emptied', async () => {
      await subscribe('feed', () => {}, [Withdrawn]);
      await manager.start();
      await move([1, 2, 3]);
      assert.deepEqual(await collect(LAG), [{ feed: 3 }]);
      await (store as InMemoryEventStore).clear();
      assert.deepEqual(await collect(LAG), [{ feed: 0 }]);
    });
  });

  describe('the lag in seconds', () => {
    it('is the age of the oldest event that the subscriber takes, and 0 when there is none', async () => {
      stopClock();
      await subscribe('feed');
      await subscribe('others', () => {}, [Withdrawn]);
      await manager.start();
      assert.deepEqual(await collect(LAG_TIME), [{ feed: 0, others: 0 }]);
      await unpublished(1);
      seconds(3);
      await unpublished(2);
      seconds(4);
      const [time, lag] = await collect(LAG_TIME, LAG);
      assert.deepEqual(time, { feed: 7, others: 0 });
      assert.deepEqual(lag, { feed: 2, others: 2 });
      seconds(5);
      assert.deepEqual(await collect(LAG_TIME), [{ feed: 12, others: 0 }]);
      await unpublished(-1);
      seconds(1);
      assert.deepEqual(await collect(LAG_TIME), [{ feed: 13, others: 1 }]);
    });

    it('finds one event among very many of other types, by and by', async () => {
      await subscribe('others', () => {}, [Withdrawn]);
      await manager.start();
      stopClock();
      await unpublished(...Array.from({ length: 600 }, () => 1), -1);
      seconds(10);
      const seen: (number | undefined)[] = [];
      for (let i = 0; i < 4; i++) seen.push((await collect(LAG_TIME))[0]?.others);
      assert.deepEqual(seen, [0, 0, 10, 10]);
    });
  });

  describe('the activity', () => {
    it('is stalled where a handler hangs, and stays idle where there is nothing to do', async () => {
      stopClock();
      await subscribe('idle', () => {}, [Withdrawn]);
      await subscribe('hanging', forEver);
      await subscribe('hangingPaused', forEver);
      await subscribe('slow');
      await manager.start();
      assert.deepEqual(await activity(), { idle: 1, hanging: 1, hangingPaused: 1, slow: 1 });
      seconds(7200);
      void move([1]);
      await new Promise((resolve) => setImmediate(resolve));
      await manager.pauseSubscription('hangingPaused');
      assert.deepEqual(await activity(), { idle: 1, hanging: 2, hangingPaused: 2, slow: 1 });
      seconds(59);
      assert.deepEqual(await activity(), { idle: 1, hanging: 2, hangingPaused: 2, slow: 1 });
      seconds(2);
      assert.deepEqual(await activity(), { idle: 1, hanging: 3, hangingPaused: 2, slow: 1 });
    });

    it('is seen at the first collection, however long after the stand-still began', async () => {
      stopClock();
      await subscribe('hanging', (event) => ((event as Deposited).amount === 13 ? forEver() : undefined));
      await manager.start();
      await activity();
      seconds(1);
      await move([1]);
      void move([13]);
      await new Promise((resolve) => setImmediate(resolve));
      seconds(600);
      assert.deepEqual(await activity(), { hanging: 3 });
    });

    it('is stalled where a catch-up hangs, and behind while it gets on, however slowly', async () => {
      stopClock();
      await move([1, 2, 3]);
      let release = () => {};
      const turn = () =>
        new Promise<void>((resolve) => {
          release = resolve;
        });
      await subscribe('feed', turn);
      const started = manager.start();
      const passed: (number | undefined)[] = [];
      for (let i = 0; i < 2; i++) {
        await new Promise((resolve) => setImmediate(resolve));
        seconds(50);
        passed.push((await activity()).feed);
        release();
      }
      await new Promise((resolve) => setImmediate(resolve));
      seconds(61);
      passed.push((await activity()).feed);
      release();
      await started;
      passed.push((await activity()).feed);
      assert.deepEqual(passed, [2, 2, 3, 1]);
    });

    it('is stalled where the store has an event for it that nobody brings; the bound is an option', async () => {
      configure({ stalledAfterMillis: 5000 });
      stopClock();
      await subscribe('feed');
      await subscribe('others', () => {}, [Withdrawn]);
      await manager.start();
      await unpublished(1);
      seconds(4);
      assert.deepEqual(await activity(), { feed: 2, others: 1 });
      seconds(2);
      assert.deepEqual(await activity(), { feed: 3, others: 1 });
    });

    it('is idle where events come through a broker, which tells no positions, until one is not brought', async () => {
      stopClock();
      const handled: target.DomainEvent[] = [];
      const feed = await subscribe('feed', (event) => void handled.push(event));
      await manager.start();
      const throughBroker = async (amount: number) => {
        await unpublished(amount);
        const last = (await (store as InMemoryEventStore).getAllEvents()).at(-1) as Deposited;
        seconds(0.01);
        await bus.publish([Deposited.fromDict(last.toDict()) as Deposited]);
      };
      await throughBroker(1);
      await throughBroker(2);
      assert.deepEqual([feed.lastProcessedPosition, handled.length], [0, 2]);
      assert.deepEqual(await collect(ACTIVITY, LAG_TIME, LAG), [{ feed: 1 }, { feed: 0 }, { feed: 2 }]);
      seconds(3600);
      assert.deepEqual(await collect(ACTIVITY, LAG_TIME), [{ feed: 1 }, { feed: 0 }]);
      await unpublished(3);
      seconds(90);
      assert.deepEqual(await collect(ACTIVITY, LAG_TIME), [{ feed: 3 }, { feed: 90 }]);
      await throughBroker(4);
      assert.deepEqual(await collect(ACTIVITY, LAG_TIME), [{ feed: 1 }, { feed: 0 }]);
    });

    it('is 0 of one that does not run', async () => {
      await subscribe('starting');
      await subscribe('stopped');
      await manager.start({ subscriptionNames: ['stopped'] });
      await manager.stop({ subscriptionNames: ['stopped'] });
      assert.deepEqual(await activity(), { starting: 0, stopped: 0 });
    });

    it('needs no question to the store for a handler that hangs', async () => {
      configure({ queryStores: false });
      stopClock();
      await subscribe('hanging', forEver);
      await manager.start();
      void move([1]);
      await new Promise((resolve) => setImmediate(resolve));
      seconds(61);
      assert.deepEqual(await activity(), { hanging: 3 });
    });
  });

  describe('the progress of a catch-up', () => {
    const progress = async () => {
      const names = ['done', 'target', 'rate', 'remaining_time'];
      const said = await collect(...names.map((name) => `eventsource.subscription.catch_up.${name}`));
      return said.map(({ feed }) => feed);
    };
    let handled = 0;
    /** Handles some events and waits then. */
    function steps() {
      let permits = 0;
      let wake = () => {};
      handled = 0;
      return {
        handle: async () => {
          while (permits === 0) {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
          permits -= 1;
          handled += 1;
        },
        async allow(count: number) {
          const until = handled + count;
          permits += count;
          wake();
          while (handled < until) await new Promise((resolve) => setImmediate(resolve));
          await new Promise((resolve) => setImmediate(resolve));
        },
      };
    }

    it('is known from the first collection on; the estimate falls while the rate is steady; it ends at its target', async () => {
      await unpublished(...Array.from({ length: 200 }, () => 1));
      stopClock();
      const { handle, allow } = steps();
      await subscribe('feed', handle);
      assert.deepEqual(await progress(), [undefined, undefined, undefined, undefined]);
      const started = manager.start();
      await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual(await progress(), [0, 200, 0, undefined]);
      seconds(1);
      await allow(20);
      assert.deepEqual(await progress(), [20, 200, 20, 9]);
      seconds(2);
      await allow(40);
      assert.deepEqual(await progress(), [60, 200, 20, 7]);
      seconds(0.1);
      await allow(2);
      assert.deepEqual(await progress(), [62, 200, 20, 6.9], 'too short a time tells nothing new of the rate');
      await allow(138);
      await started;
      for (let i = 0; i < 2; i++) assert.deepEqual(await progress(), [200, 200, 0, 0]);
      const live = move([1]);
      await allow(1);
      await live;
      assert.deepEqual(await progress(), [200, 200, 0, 0]);
    });

    it('goes with the rate of the last half minute, and estimates longer and longer when nothing is done any more', async () => {
      await unpublished(...Array.from({ length: 500 }, () => 1));
      stopClock();
      const { handle, allow } = steps();
      await subscribe('feed', handle);
      const started = manager.start();
      await new Promise((resolve) => setImmediate(resolve));
      seconds(10);
      await allow(100);
      const [, , first = 0, left = 0] = await progress();
      assert.deepEqual([first, left], [10, 40]);
      seconds(30);
      await allow(30);
      const [, , slower = 0] = await progress();
      assert.ok(slower > 4 && slower < 5, `${slower}`);
      seconds(30);
      const [, , , longer = 0] = await progress();
      seconds(30);
      const [, , , longest = 0] = await progress();
      assert.ok(longer > (500 - 130) / slower && longest > longer, `${longer}, ${longest}`);
      await allow(370);
      await started;
    });

    it('stays where it is when it fails or is stopped, at the rate of 0', async () => {
      await unpublished(1, 2, 3, 4);
      await subscribe('feed', (event) => ((event as Deposited).amount === 3 ? forEver() : undefined));
      void manager.start();
      for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
      await manager.stop({ timeout: 0.01 });
      assert.deepEqual(await progress(), [2, 4, 0, 0]);
    });

    it('is that of nothing where there was nothing to catch up with', async () => {
      await subscribe('feed');
      await manager.start();
      assert.deepEqual(await progress(), [0, 0, 0, 0]);
    });
  });
});
