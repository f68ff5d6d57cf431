// SPDX-License-Identifier: Apache-2.0
// What is measured of loading aggregates: reading and folding apart, how much was replayed, and what snapshots were good for.
import assert from 'node:assert/strict';
import { metrics } from '@opentelemetry/api';
import { AggregateRepository } from 'eventsource';
import { InMemorySnapshotStore, type SnapshotStore } from 'eventsource/snapshots';
import { type RecordedMetrics, recordingMetrics } from '../../../../testkit/signals.js';
import { type WovenTarget, weaveTarget } from '../../../../testkit/woven-target.js';
import { Account, backEnds, openStorage, type Storage } from '../accounts.js';

class DiskFull extends Error {}

/** Applies no event. */
class Broken extends Account {
  protected override apply(): void {
    throw new RangeError('no');
  }
}

/** Tells no type of its own. */
class Plain extends Account {}
Object.defineProperty(Plain, 'aggregateType', { value: 'Unknown' });

/** Its snapshots are of another format. */
class Renewed extends Account {
  static override readonly schemaVersion = 2;
}

/** Refuses every snapshot, for a reason of its own. */
class Refusing extends Account {
  override restoreFromSnapshot(): never {
    throw new RangeError('no');
  }
}

describe('metrics of loading aggregates', () => {
  let woven: WovenTarget;
  let recorded: RecordedMetrics;
  let storage: Storage;
  let snapshots: InMemorySnapshotStore;
  before(() => {
    woven = weaveTarget();
  });
  beforeEach(() => {
    woven.reset();
    recorded = recordingMetrics();
    metrics.setGlobalMeterProvider(recorded.provider);
    snapshots = new InMemorySnapshotStore();
  });
  afterEach(async () => {
    metrics.disable();
    await storage.close();
  });
  after(() => woven.stop());

  const accountsOf = (type: typeof Account, snapshotStore: SnapshotStore | null = null) =>
    new AggregateRepository(storage.store, type, 'Account', { snapshotStore });

  /** An account with as many events, and a snapshot after some of them. */
  async function deposit(count: number, snapshotAfter?: number): Promise<string> {
    const accounts = accountsOf(Account, snapshots);
    const account = accounts.createNew(crypto.randomUUID());
    for (let i = 1; i <= count; i++) {
      account.move(1);
      await accounts.save(account);
      if (i === snapshotAfter) await accounts.createSnapshot(account);
    }
    return account.aggregateId;
  }

  async function seriesOf(instrument: string, read = recorded.collect): Promise<Record<string, number>> {
    const all = Object.entries(await read()).filter(([name]) => name.startsWith(`${instrument}{`));
    return Object.fromEntries(all.map(([name, value]) => [name.slice(instrument.length + 1, -1), value]));
  }

  const ofAccount = 'eventsource.aggregate.type=Account';
  const outcome = (word: string) => `${ofAccount},eventsource.snapshot.outcome=${word}`;

  for (const backEnd of backEnds) {
    it(`count the events of a load, told apart by what its snapshot was: ${backEnd}`, async () => {
      storage = await openStorage(backEnd);
      const bare = await deposit(7);
      const withSnapshot = await deposit(5, 3);
      await accountsOf(Account).load(bare);
      await accountsOf(Account).load(withSnapshot);
      await accountsOf(Account, snapshots).load(bare);
      await accountsOf(Account, snapshots).load(withSnapshot);
      assert.deepEqual(await seriesOf('eventsource.load.events', recorded.sums), {
        [outcome('none')]: 7 + 5,
        [outcome('miss')]: 7,
        [outcome('hit')]: 5 - 3,
      });
      assert.deepEqual(await seriesOf('eventsource.load.events'), {
        [outcome('none')]: 2,
        [outcome('miss')]: 1,
        [outcome('hit')]: 1,
      });
      assert.deepEqual(await seriesOf('eventsource.snapshot.lookups'), { [outcome('miss')]: 1, [outcome('hit')]: 1 });
    });

    it(`tell the time of folding and that of reading, which together are no more than the load: ${backEnd}`, async () => {
      storage = await openStorage(backEnd);
      const id = await deposit(20);
      recorded = recordingMetrics();
      metrics.disable();
      metrics.setGlobalMeterProvider(recorded.provider);
      const startedAt = performance.now();
      await accountsOf(Account).load(id);
      const most = (performance.now() - startedAt) / 1000;
      const { [ofAccount]: folding = 0 } = await seriesOf('eventsource.fold.duration', recorded.sums);
      const [reading = 0] = Object.values(await seriesOf('eventsource.read.duration', recorded.sums));
      assert.ok(folding > 0 && reading > 0 && folding + reading <= most, `${folding} + ${reading} of ${most}`);
    });
  }

  it('tell a lookup that failed, and one that found a snapshot of another format', async () => {
    storage = await openStorage('memory');
    const id = await deposit(4, 4);
    const failing = new InMemorySnapshotStore();
    failing.getSnapshot = async () => {
      throw new DiskFull('no');
    };
    await accountsOf(Account, failing).load(id);
    await accountsOf(Renewed, snapshots).load(id);
    assert.deepEqual(await seriesOf('eventsource.snapshot.lookups'), {
      [`${outcome('failed')},error.type=DiskFull`]: 1,
      [outcome('invalid')]: 1,
    });
    assert.deepEqual(await seriesOf('eventsource.load.events', recorded.sums), { [outcome('miss')]: 4 + 4 });
  });

  it('call a snapshot that the aggregate refused found, and the load one without', async () => {
    storage = await openStorage('memory');
    const id = await deposit(4, 2);
    await accountsOf(Refusing, snapshots).load(id);
    assert.deepEqual(await seriesOf('eventsource.snapshot.lookups'), { [outcome('hit')]: 1 });
    assert.deepEqual(await seriesOf('eventsource.load.events', recorded.sums), { [outcome('miss')]: 4 });
  });

  it('tell folding that fails by its error, and count no load that fails', async () => {
    storage = await openStorage('memory');
    const id = await deposit(2);
    await assert.rejects(accountsOf(Broken).load(id), RangeError);
    await assert.rejects(accountsOf(Account).load(crypto.randomUUID()), { name: 'AggregateNotFoundError' });
    assert.deepEqual(await seriesOf('eventsource.fold.duration'), { [`${ofAccount},error.type=RangeError`]: 1 });
    assert.deepEqual(await seriesOf('eventsource.load.events'), {});
  });

  it('take the type from the events where the class of the aggregate tells none', async () => {
    storage = await openStorage('memory');
    await accountsOf(Plain).load(await deposit(1));
    assert.deepEqual(await seriesOf('eventsource.fold.duration'), { [ofAccount]: 1 });
  });

  it('are not recorded while the family is off', async () => {
    storage = await openStorage('memory');
    woven.switchFamily('aggregates', 'off');
    await accountsOf(Account, snapshots).load(await deposit(1, 1));
    const names = Object.keys(await recorded.collect()).map((name) => name.replace(/\{.*/, ''));
    assert.deepEqual([...new Set(names)].sort(), [
      'eventsource.append.duration',
      'eventsource.append.events',
      'eventsource.read.duration',
    ]);
  });
});
