// SPDX-License-Identifier: Apache-2.0
// How long live events wait for their subscriber, what is wrong with their order, and what a subscription tries again.
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { metrics } from '@opentelemetry/api';
import type { DomainEvent } from 'eventsource';
import { InMemoryEventBus } from 'eventsource/bus';
import { InMemoryDLQRepository } from 'eventsource/repositories';
import type { EventStore } from 'eventsource/stores';
import {
  EventStoreConnectionError,
  type SubscriptionConfigOptions,
  SubscriptionManager,
  type SubscriptionManagerOptions,
} from 'eventsource/subscriptions';
import { type RecordedMetrics, recordingMetrics } from '../../../../testkit/signals.js';
import { type WovenTarget, weaveTarget } from '../../../../testkit/woven-target.js';
import { backEnds, Deposited, openStorage, type Storage } from '../accounts.js';

class HandlerFailed extends Error {}

describe('metrics of live deliveries', () => {
  let woven: WovenTarget;
  let recorded: RecordedMetrics;
  let storage: Storage;
  let store: EventStore;
  let bus: InMemoryEventBus;
  let manager: SubscriptionManager | undefined;
  before(() => {
    woven = weaveTarget();
  });
  beforeEach(async () => {
    woven.reset();
    recorded = recordingMetrics();
    metrics.setGlobalMeterProvider(recorded.provider);
    bus = new InMemoryEventBus();
    await open('memory');
  });
  afterEach(async () => {
    await manager?.stop();
    metrics.disable();
    await storage.close();
  });
  after(() => woven.stop());

  async function open(backEnd: 'memory' | 'sqlite'): Promise<void> {
    storage = await openStorage(backEnd);
    ({ store } = storage);
  }

  const deposited = (amount = 1, occurredAt = new Date()) =>
    new Deposited({ aggregateId: crypto.randomUUID(), aggregateVersion: 1, amount, occurredAt });
  const append = (event: DomainEvent) => store.appendEvents(event.aggregateId, 'Account', [event], 0);
  async function save(event: DomainEvent): Promise<void> {
    await append(event);
    await bus.publish([event]);
  }

  async function start(
    handle: (event: DomainEvent) => unknown = () => {},
    config: SubscriptionConfigOptions = {},
    options: SubscriptionManagerOptions = {},
  ): Promise<void> {
    manager = new SubscriptionManager(store, bus, storage.checkpoints, options);
    const subscriber = {
      handle: async (event: DomainEvent) => void (await handle(event)),
      subscribedTo: () => [Deposited],
    };
    await manager.subscribe(subscriber, { name: 'feed', config: { startFrom: 'beginning', ...config } });
    await manager.start();
  }

  async function seriesOf(instrument: string, read = recorded.collect): Promise<Record<string, number>> {
    const all = Object.entries(await read()).filter(([name]) => name.startsWith(`${instrument}{`));
    return Object.fromEntries(all.map(([name, value]) => [name.slice(instrument.length + 1, -1), value]));
  }
  const queued = (read?: typeof recorded.collect) => seriesOf('eventsource.queue.duration', read);
  const anomalies = () => seriesOf('eventsource.delivery.anomalies');
  const ofFeed = 'eventsource.subscription.name=feed,eventsource.event.type=Deposited';
  const anomaly = (kind: string) => ({ [`eventsource.subscription.name=feed,eventsource.anomaly=${kind}`]: 1 });

  for (const backEnd of backEnds) {
    it(`tell how long an event has waited before its handling, which itself does not count: ${backEnd}`, async () => {
      await storage.close();
      await open(backEnd);
      await save(deposited());
      await start(() => delay(200));
      const event = deposited(1, new Date(Date.now() - 5000));
      await save(event);
      assert.deepEqual(await queued(), { [ofFeed]: 1 }, 'the catch-up does not count');
      const { [ofFeed]: seconds = 0 } = await queued(recorded.sums);
      assert.ok(seconds >= 5 && seconds < 5.18, `${seconds} s`);
    });
  }

  it('count the time behind an event in hand, and in the buffer of a pause', async () => {
    await start(() => delay(60));
    await Promise.all([save(deposited()), save(deposited())]);
    const { [ofFeed]: inLine = 0 } = await queued(recorded.sums);
    assert.ok(inLine >= 0.055 && inLine < 1, `${inLine} s`);
    await manager?.pauseSubscription('feed');
    await save(deposited());
    await delay(100);
    await manager?.resumeSubscription('feed');
    const { [ofFeed]: inAll = 0 } = await queued(recorded.sums);
    assert.ok(inAll - inLine >= 0.095 && inAll - inLine < 1, `${inAll - inLine} s`);
  });

  it('call the time 0 for an event of a clock that is ahead', async () => {
    await start();
    await save(deposited(1, new Date(Date.now() + 60_000)));
    assert.deepEqual(await queued(recorded.sums), { [ofFeed]: 0 });
  });

  it('tell it of an event that its subscriber fails on, and not of one that it does not get', async () => {
    const only = crypto.randomUUID();
    await start(() => Promise.reject(new HandlerFailed('no')), { tenantId: only });
    await save(deposited());
    assert.deepEqual(await queued(), {});
    await save(new Deposited({ aggregateId: crypto.randomUUID(), aggregateVersion: 1, amount: 1, tenantId: only }));
    assert.deepEqual(await queued(), { [ofFeed]: 1 });
  });

  it('count an event that comes twice, and one that comes after a later one', async () => {
    await start();
    const [first, second, third] = [deposited(), deposited(), deposited()];
    for (const event of [first, second, third]) await append(event);
    await bus.publish([second]);
    assert.deepEqual(await anomalies(), {});
    await bus.publish([second]);
    assert.deepEqual(await anomalies(), anomaly('duplicate'));
    await bus.publish([first]);
    await bus.publish([third]);
    assert.deepEqual(await anomalies(), { ...anomaly('duplicate'), ...anomaly('regression') });
  });

  it('find nothing wrong with what catch-up and live both have while a subscription starts', async () => {
    const both = deposited();
    await append(deposited());
    await append(both);
    await start(async (event) => {
      if (event !== both) await bus.publish([both]);
    });
    const buffer = woven.ended().find(({ name }) => name.endsWith('live_runner.process_buffer'));
    assert.equal(buffer?.attributes['eventsource.events.skipped'], 1);
    assert.deepEqual(await anomalies(), {});
  });

  it('find nothing wrong with positions that are missing, which filters and transactions leave', async () => {
    await start();
    await save(deposited());
    await append(deposited());
    await save(deposited());
    assert.deepEqual(await anomalies(), {});
  });

  it('are not recorded of a manager that says so, nor while the family is off', async () => {
    loseOnce();
    const event = deposited();
    await append(event);
    await start(undefined, { initialRetryDelay: 0.001 }, { enableMetrics: false });
    await save(deposited());
    await bus.publish([event]);
    await manager?.stop();
    woven.switchFamily('subscriptions', 'off');
    await start();
    await save(deposited());
    const names = Object.keys(await recorded.collect()).map((name) => name.replace(/\{.*/, ''));
    assert.deepEqual([...new Set(names)].sort(), ['eventsource.append.duration', 'eventsource.append.events']);
  });

  /** The first checkpoint is not saved at the first try. */
  function loseOnce(): void {
    const { savePosition } = storage.checkpoints;
    let lost = 1;
    storage.checkpoints.savePosition = function (...args) {
      if (lost-- > 0) return Promise.reject(Object.assign(new Error('lost'), { name: 'TimeoutError' }));
      return Reflect.apply(savePosition, this, args);
    };
  }

  it('count what a subscription tries again, reading and saving its position, by the error before it', async () => {
    await append(deposited());
    const { readAll } = store;
    let lost = 2;
    store.readAll = function (...args) {
      if (lost-- > 0) throw new EventStoreConnectionError('lost');
      return Reflect.apply(readAll, this, args);
    };
    loseOnce();
    await start(undefined, { initialRetryDelay: 0.001 });
    const of = 'eventsource.component=RetryableOperation,eventsource.subscription.name=feed';
    assert.deepEqual(await seriesOf('eventsource.retries'), {
      [`${of},error.type=EventStoreConnectionError`]: 2,
      [`${of},error.type=TimeoutError`]: 1,
    });
  });

  it('count what a subscription files as dead, by the error', async () => {
    const dlqRepo = new InMemoryDLQRepository();
    await start(() => Promise.reject(new HandlerFailed('no')), {}, { dlqRepo });
    await save(deposited());
    assert.deepEqual(await seriesOf('eventsource.dead_letters.added'), {
      'eventsource.component=InMemoryDLQRepository,eventsource.projection.name=feed,error.type=HandlerFailed': 1,
    });
  });
});
