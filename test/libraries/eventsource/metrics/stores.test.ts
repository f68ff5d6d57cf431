// SPDX-License-Identifier: Apache-2.0
// What is measured of event stores: how long they take, what they are given, and what they refuse.
import assert from 'node:assert/strict';
import { metrics } from '@opentelemetry/api';
import type { DomainEvent, EventStore } from 'eventsource';
import { EventStream } from 'eventsource/stores';
import { appends, reads } from '../../../../src/libraries/eventsource/metrics/stores.js';
import type { Aspect, Rows } from '../../../../src/weaving/aspect.js';
import { weaveClasses } from '../../../../src/weaving/classes.js';
import { type RecordedMetrics, recordingMetrics } from '../../../../testkit/signals.js';
import { testRuntime } from '../../../../testkit/telemetry.js';
import { type WovenTarget, weaveTarget } from '../../../../testkit/woven-target.js';
import { backEnds, Deposited, openStorage, type Storage } from '../accounts.js';

const classOf = { memory: 'InMemoryEventStore', sqlite: 'SQLiteEventStore' } as const;

describe('metrics of event stores', () => {
  let woven: WovenTarget;
  let recorded: RecordedMetrics;
  before(() => {
    woven = weaveTarget();
  });
  beforeEach(() => {
    woven.reset();
    recorded = recordingMetrics();
    metrics.setGlobalMeterProvider(recorded.provider);
  });
  afterEach(() => metrics.disable());
  after(() => woven.stop());

  const deposits = (aggregateId: string, count: number): DomainEvent[] =>
    Array.from({ length: count }, (_, i) => new Deposited({ aggregateId, aggregateVersion: i + 1, amount: 1 }));

  for (const backEnd of backEnds) {
    describe(`of ${classOf[backEnd]}`, () => {
      const ofStore = `eventsource.component=${classOf[backEnd]},eventsource.aggregate.type=Account`;
      let storage: Storage;
      let store: EventStore;
      beforeEach(async () => {
        storage = await openStorage(backEnd);
        ({ store } = storage);
      });
      afterEach(() => storage.close());

      it('tell appends, their events and their conflicts by type of aggregate', async () => {
        const [one, two] = [crypto.randomUUID(), crypto.randomUUID()];
        await store.appendEvents(one, 'Account', deposits(one, 3), 0);
        await store.appendEvents(two, 'Account', deposits(two, 2), 0);
        await assert.rejects(store.appendEvents(one, 'Account', deposits(one, 1), 0), { name: 'OptimisticLockError' });
        assert.deepEqual(await recorded.collect(), {
          [`eventsource.append.duration{${ofStore}}`]: 2,
          [`eventsource.append.duration{${ofStore},error.type=OptimisticLockError}`]: 1,
          [`eventsource.append.events{${ofStore}}`]: 5,
          [`eventsource.append.conflicts{${ofStore}}`]: 1,
        });
      });

      it('count as failed, and not as a conflict, what is refused for another reason', async () => {
        const id = crypto.randomUUID();
        await assert.rejects(store.appendEvents(id, 'Account', deposits(crypto.randomUUID(), 1), 0), TypeError);
        assert.deepEqual(await recorded.collect(), {
          [`eventsource.append.duration{${ofStore},error.type=TypeError}`]: 1,
        });
      });

      it('do not count an event again that the store had already, nor an append of none', async () => {
        const id = crypto.randomUUID();
        const [first, second, third] = deposits(id, 3) as [DomainEvent, DomainEvent, DomainEvent];
        await store.appendEvents(id, 'Account', [first, second], 0);
        await store.appendEvents(id, 'Account', [second, third], 2);
        await store.appendEvents(id, 'Account', [], 3);
        const counted = await recorded.collect();
        assert.equal(counted[`eventsource.append.events{${ofStore}}`], 3);
        assert.equal(counted[`eventsource.append.duration{${ofStore}}`], 2);
      });

      it('tell the time of reading in seconds, of an aggregate of a type and of any', async () => {
        const id = crypto.randomUUID();
        await store.appendEvents(id, 'Account', deposits(id, 3), 0);
        const startedAt = performance.now();
        await store.getEvents(id, { aggregateType: 'Account' });
        await store.getEvents(id, { aggregateType: 'Account', fromVersion: 2 });
        await store.getEvents(id);
        const most = (performance.now() - startedAt) / 1000;
        const reads = Object.entries(await recorded.collect()).filter(([name]) => name.includes('.read.duration{'));
        assert.deepEqual(Object.fromEntries(reads), {
          [`eventsource.read.duration{${ofStore}}`]: 2,
          [`eventsource.read.duration{${ofStore.replace('Account', 'any')}}`]: 1,
        });
        const sum = (await recorded.sums())[`eventsource.read.duration{${ofStore}}`] ?? 0;
        assert.ok(sum > 0 && sum <= most, `${sum} s of ${most} s`);
      });

      it('are recorded with the spans of the store off, and not while the family is off', async () => {
        const id = crypto.randomUUID();
        Object.assign(store, { enableTracing: false });
        await store.appendEvents(id, 'Account', deposits(id, 1), 0);
        assert.equal((await recorded.collect())[`eventsource.append.events{${ofStore}}`], 1);
        assert.deepEqual(woven.ended(), []);
        woven.switchFamily('stores', 'off');
        await store.appendEvents(id, 'Account', deposits(id, 1), 1);
        assert.equal((await recorded.collect())[`eventsource.append.events{${ofStore}}`], 1);
      });
    });
  }

  it('tell how many events are missing from the middle of a stream, and of none that was not asked for', async () => {
    const { store, close } = await openStorage('sqlite');
    const id = crypto.randomUUID();
    await store.appendEvents(id, 'Account', deposits(id, 5), 0);
    const read = { aggregateType: 'Account' };
    await store.getEvents(id, read);
    await store.getEvents(id, { ...read, toTimestamp: new Date(0) });
    await store.getEvents(id, { ...read, fromVersion: 9 });
    assert.equal(await gaps(), undefined);
    const { given } = store as unknown as { readonly given: { exec(sql: string): void } };
    given.exec('DELETE FROM events WHERE version IN (2, 3)');
    await store.getEvents(id, read);
    assert.equal(await gaps(), 2);
    await store.getEvents(id, { ...read, fromVersion: 3 });
    assert.equal(await gaps(), 2);
    await close();
  });

  async function gaps(): Promise<number | undefined> {
    const gap = 'eventsource.component=SQLiteEventStore,eventsource.anomaly=gap,eventsource.aggregate.type=Account';
    return (await recorded.collect())[`eventsource.delivery.anomalies{${gap}}`];
  }

  describe('of a store that an application has derived', () => {
    class Refused extends Error {}
    class Renamed extends Refused {
      override readonly name = 'Renamed';
    }
    Object.defineProperty(Refused, 'name', { value: 'OptimisticLockError' });
    const revoked = () => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return proxy;
    };
    /** Answers what it is given. */
    class MongoEventStore {
      async appendEvents(_id: string, _type: string, answer: unknown) {
        if (typeof answer === 'function') throw answer();
        return (answer as readonly unknown[])[0];
      }
      async getEvents(_id: string, { answer }: { readonly answer: unknown }) {
        return answer;
      }
    }
    const store = new MongoEventStore();
    const ofStore = 'eventsource.component=MongoEventStore,eventsource.aggregate.type=Account';
    const byItsClass = ({ self }: { readonly self: object }) => self.constructor.name;
    const methods = { appendEvents: { metrics: appends(byItsClass) }, getEvents: { metrics: reads(byItsClass) } };
    let undo: () => void;
    before(() => {
      const aspect: Aspect = { target: 'MongoEventStore', family: 'stores', methods: methods as Rows };
      ({ undo } = weaveClasses(testRuntime(), [aspect], { MongoEventStore }));
    });
    after(() => undo());

    it('know a conflict that is told in the result, and one by a class that is derived from that of the library', async () => {
      await store.appendEvents('1', 'Account', [{ success: false, newVersion: 4, globalPosition: 0, conflict: true }]);
      await assert.rejects(store.appendEvents('1', 'Account', () => new Renamed()));
      const counted = await recorded.collect();
      assert.equal(counted[`eventsource.append.conflicts{${ofStore}}`], 2);
      assert.equal(counted[`eventsource.append.events{${ofStore}}`], undefined);
    });

    it('go on after an error that cannot be looked at, and after answers of another shape', async () => {
      const thrown = await store.appendEvents('1', 'Account', revoked).then(
        () => false,
        () => true,
      );
      assert.ok(thrown);
      await store.appendEvents('1', 'Account', [undefined]);
      await store.getEvents('1', { answer: undefined });
      await store.getEvents('1', { answer: EventStream.empty('1', 'Account') });
      await store.appendEvents('1', 'Account', [{ newVersion: 1 }]);
      const counted = await recorded.collect();
      assert.equal(counted[`eventsource.append.duration{${ofStore},error.type=Error}`], 1);
      assert.equal(counted[`eventsource.append.duration{${ofStore}}`], 2);
      assert.equal(counted[`eventsource.append.events{${ofStore}}`], 2);
    });
  });
});
