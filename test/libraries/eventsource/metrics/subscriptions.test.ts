// SPDX-License-Identifier: Apache-2.0
// What is measured of subscriptions: every state of them, how far they are behind, and each event once.
import assert from 'node:assert/strict';
import { metrics } from '@opentelemetry/api';
import { AggregationTemporality } from '@opentelemetry/sdk-metrics';
import { AggregateRepository, type DomainEvent } from 'eventsource';
import { InMemoryEventBus } from 'eventsource/bus';
import { InMemoryCheckpointRepository } from 'eventsource/repositories';
import { InMemoryEventStore } from 'eventsource/stores';
import { type SubscriptionConfigOptions, SubscriptionManager } from 'eventsource/subscriptions';
import { type RecordedMetrics, recordingMetrics } from '../../../../testkit/signals.js';
import { type WovenTarget, weaveTarget } from '../../../../testkit/woven-target.js';
import { Account, Deposited, Withdrawn } from '../accounts.js';

class HandlerFailed extends Error {}
class DiskFull extends Error {}

type Handle = (event: DomainEvent) => Promise<void> | void;
const feed = (handle: Handle = () => {}, events: readonly (typeof Deposited | typeof Withdrawn)[] = [Deposited]) => ({
  handle: async (event: DomainEvent) => handle(event),
  subscribedTo: () => events,
});

describe('metrics of subscriptions', () => {
  let woven: WovenTarget;
  let recorded: RecordedMetrics;
  let bus: InMemoryEventBus;
  let store: InMemoryEventStore;
  let checkpoints: InMemoryCheckpointRepository;
  let manager: SubscriptionManager;
  let release: () => void;
  let released: Promise<void>;
  before(() => {
    woven = weaveTarget();
  });
  beforeEach(() => {
    woven.reset();
    recorded = recordingMetrics(AggregationTemporality.DELTA);
    metrics.setGlobalMeterProvider(recorded.provider);
    bus = new InMemoryEventBus();
    store = new InMemoryEventStore();
    checkpoints = new InMemoryCheckpointRepository();
    manager = new SubscriptionManager(store, bus, checkpoints);
    released = new Promise((resolve) => {
      release = resolve;
    });
  });
  afterEach(async () => {
    release();
    await end(manager);
    metrics.disable();
  });
  after(() => woven.stop());

  async function end(of: SubscriptionManager): Promise<void> {
    await of.stop();
    for (const { name } of of.subscriptions) await of.unsubscribe(name);
  }

  async function deposit(...amounts: number[]): Promise<void> {
    const accounts = new AggregateRepository(store, Account, 'Account', { eventPublisher: bus });
    for (const amount of amounts) {
      const account = accounts.createNew(crypto.randomUUID());
      account.move(amount);
      await accounts.save(account);
    }
  }

  const subscribe = (name: string, handle?: Handle, config: SubscriptionConfigOptions = {}, of = manager) =>
    of.subscribe(feed(handle), { name, config: { startFrom: 'beginning', ...config } });

  /** Measurements of one kind: what stands in the braces → value. */
  async function collect(instrument: string): Promise<Record<string, number>> {
    const all = Object.entries(await recorded.collect());
    const ours = all.filter(([series]) => series.startsWith(`${instrument}{`));
    return Object.fromEntries(ours.map(([series, value]) => [series.slice(instrument.length + 1, -1), value]));
  }

  const states = () => collect('subscription.state');
  const lags = () => collect('subscription.lag');

  /** Subscriptions whose names are the states they are in. */
  async function inAllStates(): Promise<void> {
    await deposit(1);
    await subscribe('starting');
    await subscribe('catching_up', () => released);
    await subscribe('live');
    await subscribe('paused');
    await subscribe('stopped');
    await subscribe(
      'error',
      () => {
        throw new HandlerFailed('no');
      },
      { continueOnError: false },
    );
    void manager.start({ subscriptionNames: ['catching_up'] });
    await manager.start({ subscriptionNames: ['live', 'paused', 'stopped', 'error'] });
    await manager.pauseSubscription('paused');
    await manager.stop({ subscriptionNames: ['stopped'] });
    for (const { name, state } of manager.subscriptions) assert.equal(state, name);
  }

  it('show six subscriptions in the six states at once, and none of them ever as 0', async () => {
    await inAllStates();
    const six = {
      'subscription=starting': 1,
      'subscription=catching_up': 2,
      'subscription=live': 3,
      'subscription=paused': 4,
      'subscription=stopped': 5,
      'subscription=error': 6,
    };
    assert.deepEqual(await states(), six);
    assert.deepEqual(await states(), six);
  });

  it('change with the state around a stop, and keep a stopped and a failed one until it is unsubscribed', async () => {
    await inAllStates();
    const live = (await states())['subscription=live'];
    await manager.stop({ subscriptionNames: ['live'] });
    const ended = { ...(await states()), ...(await states()) };
    assert.deepEqual(
      [live, ended['subscription=live'], ended['subscription=stopped'], ended['subscription=error']],
      [3, 5, 5, 6],
    );
    await manager.unsubscribe('live');
    await manager.unsubscribe('error');
    const once = await states();
    assert.deepEqual([once['subscription=live'], once['subscription=error']], [5, 6], 'their end is told once more');
    assert.deepEqual(Object.keys(await states()).sort(), [
      'subscription=catching_up',
      'subscription=paused',
      'subscription=starting',
      'subscription=stopped',
    ]);
  });

  it('leave no running state behind of one that was unsubscribed while it ran', async () => {
    recorded = recordingMetrics();
    metrics.disable();
    metrics.setGlobalMeterProvider(recorded.provider);
    await subscribe('live');
    await manager.start();
    assert.deepEqual(await states(), { 'subscription=live': 3 });
    await manager.unsubscribe('live');
    assert.deepEqual(await states(), { 'subscription=live': 5 });
    assert.deepEqual(await states(), { 'subscription=live': 5 });
  });

  it('tell the lag of a catch-up and of live events as the store and the subscription have it, at any pause', async () => {
    await deposit(1, 2, 3);
    const subscription = await subscribe('feed');
    const behind = async () => (await store.getGlobalPosition()) - subscription.lastProcessedPosition;
    const seen: number[] = [];
    const compare = async () => {
      const { 'subscription=feed': lag = -1 } = await lags();
      assert.equal(lag, await behind());
      seen.push(lag);
    };
    await manager.start();
    await compare();
    await manager.pauseSubscription('feed');
    await deposit(4, 5);
    await compare();
    await deposit(6);
    await compare();
    await manager.resumeSubscription('feed');
    await compare();
    await deposit(7);
    await compare();
    await manager.pauseSubscription('feed');
    await deposit(8);
    await compare();
    assert.deepEqual(seen, [0, 2, 3, 0, 0, 1]);
  });

  it('count events of the catch-up and live ones alike, by type and outcome', async () => {
    const handle = (event: DomainEvent) => {
      if ((event as Deposited).amount === 13) throw new HandlerFailed('no');
    };
    await deposit(1, 13);
    await subscribe('feed', handle);
    await manager.start();
    await deposit(2, 13, 3);
    const counted = await recorded.collect();
    const ofDeliveries = Object.entries(counted).filter(([series]) =>
      /^subscription\.(events|processing)\./.test(series),
    );
    assert.deepEqual(Object.fromEntries(ofDeliveries), {
      'subscription.events.processed{status=success,subscription=feed,event.type=Deposited}': 3,
      'subscription.events.failed{subscription=feed,event.type=Deposited,error.type=HandlerFailed}': 2,
      'subscription.processing.duration{subscription=feed,event.type=Deposited,status=success}': 3,
      'subscription.processing.duration{subscription=feed,event.type=Deposited,status=failed}': 2,
    });
  });

  for (const phase of ['catch-up', 'live'] as const) {
    it(`count an event once, as processed, when its checkpoint cannot be saved: ${phase}`, async () => {
      let full = phase === 'catch-up';
      const { savePosition } = checkpoints;
      checkpoints.savePosition = async function (...args) {
        if (full) throw new DiskFull('no space left');
        await Reflect.apply(savePosition, this, args);
      };
      if (phase === 'catch-up') await deposit(1);
      await subscribe('feed', undefined, { checkpointStrategy: 'every_event' });
      await manager.start();
      full = true;
      if (phase === 'live') await deposit(1);
      assert.deepEqual(await collect('subscription.events.failed'), {});
      await deposit(2).catch(() => {});
      const processed = await collect('subscription.events.processed');
      const one = { 'status=success,subscription=feed,event.type=Deposited': 1 };
      // The catch-up ends there; live events go on, and each is counted.
      assert.deepEqual(processed, phase === 'catch-up' ? {} : one);
    });
  }

  it('take no notice of events that the subscriber did not get', async () => {
    await manager.subscribe(feed(), { name: 'feed', config: { startFrom: 'beginning', eventTypes: [Withdrawn] } });
    await manager.start();
    await deposit(1);
    assert.deepEqual(await collect('subscription.events.processed'), {});
  });

  it('measure what has its spans switched off, and not what has its metrics switched off', async () => {
    const untraced = new SubscriptionManager(store, bus, checkpoints, { enableTracing: false });
    const unmeasured = new SubscriptionManager(store, bus, checkpoints, { enableMetrics: false });
    await subscribe('untraced', undefined, {}, untraced);
    await subscribe('unmeasured', undefined, {}, unmeasured);
    await deposit(1);
    await untraced.start();
    await unmeasured.start();
    woven.reset();
    await deposit(2);
    const counted = await recorded.collect();
    assert.equal(
      counted['subscription.events.processed{status=success,subscription=untraced,event.type=Deposited}'],
      2,
    );
    assert.equal(counted['subscription.state{subscription=untraced}'], 3);
    const processed = woven.ended().filter(({ name }) => name === 'eventsource.live_runner.process_event');
    assert.deepEqual(
      processed.map(({ attributes }) => attributes['eventsource.subscription.name']),
      ['unmeasured'],
    );
    assert.equal(Object.keys(counted).join().includes('unmeasured'), false);
    for (const each of [untraced, unmeasured]) await end(each);
  });

  it('are not recorded while their family is off', async () => {
    woven.switchFamily('subscriptions', 'off');
    await subscribe('feed');
    await manager.start();
    await deposit(1);
    const ofSubscriptions = Object.keys(await recorded.collect()).filter((series) => series.includes('subscription'));
    assert.deepEqual(ofSubscriptions, []);
    const all = Object.keys(await recorded.collect());
    assert.deepEqual(
      all.filter((series) => /^(eventsource\.)?subscription\./.test(series)),
      [],
    );
  });

  it('are those of all managers with a subscription of that name, the state that of the one subscribed last', async () => {
    const other = new SubscriptionManager(store, bus, new InMemoryCheckpointRepository());
    await subscribe('shared');
    await subscribe('shared', undefined, {}, other);
    await manager.start();
    await deposit(1);
    assert.deepEqual(await states(), { 'subscription=shared': 1 });
    await other.start();
    await deposit(2);
    const counted = await recorded.collect();
    // The first one had both events; the other had one in its catch-up.
    assert.equal(
      counted['subscription.events.processed{status=success,subscription=shared,event.type=Deposited}'],
      4 - 1,
    );
    assert.equal(counted['subscription.state{subscription=shared}'], 3);
    await other.stop();
    await other.unsubscribe('shared');
    await states();
    assert.deepEqual(await states(), { 'subscription=shared': 3 });
  });
});
