// SPDX-License-Identifier: Apache-2.0
// What holds for all instruments of the tables.
import assert from 'node:assert/strict';
import { metrics } from '@opentelemetry/api';
import { AggregateRepository } from 'eventsource';
import { InMemoryEventBus } from 'eventsource/bus';
import { DeclarativeProjection } from 'eventsource/projections';
import { InMemoryCheckpointRepository } from 'eventsource/repositories';
import { InMemorySnapshotStore } from 'eventsource/snapshots';
import { InMemoryEventStore } from 'eventsource/stores';
import { SubscriptionManager } from 'eventsource/subscriptions';
import { library } from '../../../../src/libraries/eventsource/index.js';
import type { Aspect } from '../../../../src/weaving/aspect.js';
import type { Measurement } from '../../../../src/weaving/signals.js';
import { type RecordedCalls, recordingCalls } from '../../../../testkit/signals.js';
import { type WovenTarget, weaveTarget } from '../../../../testkit/woven-target.js';
import { Account, Deposited } from '../accounts.js';

const rows = library.aspects.flatMap(({ target, methods = {}, subclasses = {} }: Aspect) =>
  [methods, subclasses].flatMap((of) =>
    Object.entries(of).map(([method, { metrics: measurements = [] }]) => ({
      call: `${target}.${method}`,
      measurements,
    })),
  ),
);
const measurements = rows.flatMap((row) => row.measurements as readonly Measurement[]);
const instruments = [...new Set(measurements.map(({ instrument }) => instrument))];
const forOperators = instruments.filter(({ name }) => name.startsWith('eventsource.'));

describe('the instruments of the tables', () => {
  it('are each one value, and say what they measure, in what, and which question they answer', () => {
    assert.equal(new Set(instruments.map(({ name }) => name)).size, instruments.length);
    for (const { name, unit, description, question } of instruments) {
      for (const text of [unit, description, question]) assert.ok(text, name);
      assert.match(question ?? '', /\?$/, name);
    }
  });

  it('are twelve for operators that calls record: those of time in seconds, with bounds for their buckets', () => {
    assert.equal(forOperators.length, 12);
    for (const { kind, name, unit = '', buckets = [] } of forOperators) {
      if (name.endsWith('.duration')) assert.deepEqual([kind, unit], ['histogram', 's'], name);
      else assert.match(unit, /^\{\w+\}$/, name);
      assert.equal(buckets.length > 0, kind === 'histogram', name);
      assert.deepEqual(
        buckets,
        [...buckets].sort((a, b) => a - b),
      );
    }
  });

  it('have no id among the attributes, nor anything else without bound', () => {
    const keys = new Set(
      measurements
        .filter(({ instrument }) => instrument.name.startsWith('eventsource.'))
        .flatMap(({ attributes = {} }) => Object.keys(attributes)),
    );
    assert.deepEqual([...keys].sort(), [
      'error.type',
      'eventsource.aggregate.type',
      'eventsource.anomaly',
      'eventsource.component',
      'eventsource.event.type',
      'eventsource.projection.name',
      'eventsource.snapshot.outcome',
      'eventsource.subscription.name',
    ]);
    const all = measurements.flatMap(({ attributes = {} }) => Object.keys(attributes));
    assert.deepEqual(
      all.filter((key) => /\bids?$|tenant|actor|position|offset|version|correlation/i.test(key)),
      [],
    );
  });

  it('are at most one histogram of a row, but for those of the guide', () => {
    const several = rows.filter(
      ({ measurements: of }) => of.filter(({ instrument }) => instrument.kind === 'histogram').length > 1,
    );
    assert.deepEqual(
      several.map(({ call }) => call),
      ['KafkaEventBus.publish'],
    );
  });
});

describe('a woven call', () => {
  let woven: WovenTarget;
  let recorded: RecordedCalls;
  before(() => {
    woven = weaveTarget();
    recorded = recordingCalls();
    metrics.setGlobalMeterProvider(recorded.provider);
  });
  after(() => {
    metrics.disable();
    woven.stop();
  });

  it('records at most one histogram and one counter, whatever comes of it', async () => {
    await useAll();
    const names = new Set(recorded.calls().flatMap((call) => call.map(({ name }) => name)));
    for (const { name } of forOperators) {
      if (!/anomalies|retries/.test(name)) assert.ok(names.has(name), `${name} was recorded`);
    }
    for (const call of recorded.calls()) {
      for (const kind of ['histogram', 'counter']) {
        const same = call.filter((each) => each.kind === kind).map(({ name }) => name);
        assert.ok(same.length <= 1, same.join());
      }
    }
  });
});

class Balances extends DeclarativeProjection {
  static readonly handlers = { deposited: Deposited };
  static override readonly maxRetries = 1;
  async deposited({ amount }: Deposited): Promise<void> {
    if (amount === 13) throw new RangeError('no');
  }
}

/** Appends, conflicts, loads with and without snapshot, projections and subscriptions, well and failing. */
async function useAll(): Promise<void> {
  const store = new InMemoryEventStore();
  const bus = new InMemoryEventBus();
  const snapshotStore = new InMemorySnapshotStore();
  const accounts = new AggregateRepository(store, Account, 'Account', {
    eventPublisher: bus,
    snapshotStore,
    snapshotThreshold: 2,
  });
  const manager = new SubscriptionManager(store, bus, new InMemoryCheckpointRepository());
  await manager.subscribe(new Balances(), { name: 'balances', config: { startFrom: 'beginning' } });
  const account = accounts.createNew(crypto.randomUUID());
  for (const amount of [1, 13, 2]) {
    account.move(amount);
    await accounts.save(account);
    if (amount === 1) await manager.start();
    await accounts.load(account.aggregateId);
  }
  const { events } = await store.getEvents(account.aggregateId);
  await bus.publish(events);
  const [first] = events;
  if (first) await store.appendEvents(account.aggregateId, 'Account', [first], 0).catch(() => {});
  await manager.stop();
}
