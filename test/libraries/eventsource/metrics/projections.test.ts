// SPDX-License-Identifier: Apache-2.0
// What is measured of projections: their time, what they try again, and what they give up.
import assert from 'node:assert/strict';
import { metrics } from '@opentelemetry/api';
import type { DomainEvent } from 'eventsource';
import { getSchema } from 'eventsource/migrations';
import {
  CheckpointTrackingProjection,
  DatabaseProjection,
  DeclarativeProjection,
  NoRetryPolicy,
  Projection,
} from 'eventsource/projections';
import { InMemoryDLQRepository, SQLiteDLQRepository } from 'eventsource/repositories';
import { openSQLite, sqliteSessionFactory } from 'eventsource/stores';
import { type RecordedMetrics, recordingMetrics } from '../../../../testkit/signals.js';
import { type WovenTarget, weaveTarget } from '../../../../testkit/woven-target.js';
import { Deposited, Withdrawn } from '../accounts.js';

class RowMissing extends Error {}
class Deadlock extends Error {}

/** Plain: neither checkpoint nor dead letters. */
class Balance extends Projection {
  total = 0;

  async reset(): Promise<void> {}

  protected override async processEvent(event: DomainEvent): Promise<void> {
    const { amount } = event as Deposited;
    if (amount < 0) throw new RowMissing('no such row');
    this.total += amount;
  }
}

/** Fails as often as it is told, with these errors. */
class Ledger extends CheckpointTrackingProjection {
  static override readonly retryBackoffBase = 0;
  failures: Error[] = [];

  subscribedTo() {
    return [Deposited];
  }

  protected override async processEvent(): Promise<void> {
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
  }
}

class Declared extends DeclarativeProjection {
  static readonly handlers = { deposited: Deposited };
  async deposited(_event: Deposited): Promise<void> {}
}

class Rows extends DatabaseProjection {
  static readonly handlers = { deposited: Deposited };
  static override readonly retryBackoffBase = 0;
  failures: Error[] = [];

  async deposited(_connection: unknown, _event: Deposited): Promise<void> {
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
  }
}

describe('metrics of projections', () => {
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

  const deposited = (amount = 1) =>
    new Deposited({ aggregateId: crypto.randomUUID(), aggregateVersion: 1, amount, tenantId: crypto.randomUUID() });
  const withdrawn = () => new Withdrawn({ aggregateId: crypto.randomUUID(), aggregateVersion: 1, amount: 1 });
  const of = (projection: string, type = 'Deposited') =>
    `eventsource.projection.name=${projection},eventsource.event.type=${type}`;
  const own = async () => {
    const all = Object.entries(await recorded.collect());
    return Object.fromEntries(all.map(([name, value]) => [name.replace(/^eventsource\./, ''), value]));
  };

  it('tell the time of each event by projection and type, with the spans of projections off as they are by default', async () => {
    const balance = new Balance();
    await balance.handle(deposited());
    await balance.handle(withdrawn());
    await new Declared().handle(deposited());
    await assert.rejects(balance.handle(deposited(-1)), RowMissing);
    assert.deepEqual(await own(), {
      [`projection.duration{${of('Balance')}}`]: 1,
      [`projection.duration{${of('Balance', 'Withdrawn')}}`]: 1,
      [`projection.duration{${of('Balance')},error.type=RowMissing}`]: 1,
      [`projection.duration{${of('Declared')}}`]: 1,
    });
    assert.deepEqual(woven.ended(), []);
    const sum = (await recorded.sums())[`eventsource.projection.duration{${of('Balance')}}`] ?? 0;
    assert.ok(sum > 0 && sum < 1, `${sum} s`);
  });

  it('count each further attempt by the error before it, and the event that is given up by its last one', async () => {
    const ledger = new Ledger();
    ledger.failures = [new Deadlock('1'), new RowMissing('2')];
    await ledger.handle(deposited());
    ledger.failures = [new Deadlock('1'), new Deadlock('2'), new RowMissing('3')];
    await assert.rejects(ledger.handle(deposited()), RowMissing);
    const ofLedger = 'eventsource.component=Ledger,eventsource.projection.name=Ledger';
    assert.deepEqual(await own(), {
      [`retries{${ofLedger},error.type=Deadlock}`]: 3,
      [`retries{${ofLedger},error.type=RowMissing}`]: 1,
      [`projection.duration{${of('Ledger')}}`]: 1,
      [`projection.duration{${of('Ledger')},error.type=RowMissing}`]: 1,
      'dead_letters.added{eventsource.component=InMemoryDLQRepository,eventsource.projection.name=Ledger,error.type=RowMissing}': 1,
    });
  });

  it('count no further attempt where the policy wants none', async () => {
    const ledger = new Ledger({ retryPolicy: new NoRetryPolicy() });
    ledger.failures = [new Deadlock('1')];
    await assert.rejects(ledger.handle(deposited()), Deadlock);
    assert.deepEqual(
      Object.keys(await own()).filter((name) => name.startsWith('retries')),
      [],
    );
  });

  it('tell those of a projection in a database, with its dead letters', async () => {
    const database = openSQLite(':memory:');
    database.exec(getSchema('all', 'sqlite'));
    const rows = new Rows(sqliteSessionFactory(database), { dlqRepo: new SQLiteDLQRepository(database) });
    rows.failures = [new Deadlock('1'), new Deadlock('2'), new Deadlock('3')];
    await assert.rejects(rows.handle(deposited()), Deadlock);
    await rows.handle(deposited());
    assert.deepEqual(await own(), {
      'retries{eventsource.component=Rows,eventsource.projection.name=Rows,error.type=Deadlock}': 2,
      'dead_letters.added{eventsource.component=SQLiteDLQRepository,eventsource.projection.name=Rows,error.type=Deadlock}': 1,
      [`projection.duration{${of('Rows')},error.type=Deadlock}`]: 1,
      [`projection.duration{${of('Rows')}}`]: 1,
    });
    database.close();
  });

  it('count a dead letter that could not be filed not at all', async () => {
    const dlqRepo = new InMemoryDLQRepository();
    dlqRepo.addFailedEvent = () => Promise.reject(new Deadlock('no'));
    const ledger = new Ledger({ dlqRepo, retryPolicy: new NoRetryPolicy() });
    ledger.failures = [new RowMissing('1')];
    await assert.rejects(ledger.handle(deposited()), RowMissing);
    assert.deepEqual(
      Object.keys(await own()).filter((name) => name.startsWith('dead_letters')),
      [],
    );
  });

  it('are not recorded while the family is off', async () => {
    woven.switchFamily('projections', 'off');
    await new Balance().handle(deposited());
    assert.deepEqual(await own(), {});
  });
});
