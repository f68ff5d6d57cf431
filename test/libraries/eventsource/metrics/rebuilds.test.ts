// SPDX-License-Identifier: Apache-2.0
// How rebuilds and catch-ups of projections get on, seen while they run.
import assert from 'node:assert/strict';
import { metrics } from '@opentelemetry/api';
import type { DomainEvent } from 'eventsource';
import {
  CheckpointTrackingProjection,
  Projection,
  ProjectionCoordinator,
  ProjectionRegistry,
} from 'eventsource/projections';
import sinon from 'sinon';
import { type RecordedMetrics, recordingMetrics } from '../../../../testkit/signals.js';
import { type WovenTarget, weaveTarget } from '../../../../testkit/woven-target.js';
import { Deposited } from '../accounts.js';

const events = (count: number) =>
  Array.from(
    { length: count },
    (_, n) => new Deposited({ aggregateId: crypto.randomUUID(), aggregateVersion: 1, amount: n + 1 }),
  );

/** Calls back before each event. */
class Ledger extends Projection {
  constructor(readonly before: (amount: number) => unknown = () => {}) {
    super();
  }
  async reset() {}
  protected async processEvent(event: DomainEvent) {
    await this.before((event as Deposited).amount);
  }
}

class Balances extends CheckpointTrackingProjection {
  static override readonly maxRetries = 1;
  readonly subscribedTo = () => [Deposited];
  protected async processEvent(event: DomainEvent) {
    if ((event as Deposited).amount === 2) throw new TypeError('no');
  }
}

describe('what is observed of rebuilds', () => {
  let woven: WovenTarget;
  let recorded: RecordedMetrics;
  let clock: sinon.SinonFakeTimers;
  before(() => {
    woven = weaveTarget();
  });
  beforeEach(() => {
    recorded = recordingMetrics();
    metrics.setGlobalMeterProvider(recorded.provider);
    clock = sinon.useFakeTimers({ toFake: ['Date', 'performance'] });
  });
  afterEach(() => {
    clock.restore();
    metrics.disable();
  });
  after(() => woven.stop());

  /** Projection → done, target, rate, remaining time. */
  async function progress(): Promise<Record<string, (number | undefined)[]>> {
    const all = Object.entries(await recorded.collect());
    const said: Record<string, (number | undefined)[]> = {};
    for (const [index, name] of ['done', 'target', 'rate', 'remaining_time'].entries()) {
      for (const [series, value] of all) {
        const [, projection] =
          new RegExp(`^eventsource\\.projection\\.rebuild\\.${name}\\{.*=(.*)\\}$`).exec(series) ?? [];
        if (projection === undefined) continue;
        said[projection] ??= [undefined, undefined, undefined, undefined];
        said[projection][index] = value;
      }
    }
    return said;
  }
  const coordinatorOf = (...projections: Projection[]) => {
    const registry = new ProjectionRegistry();
    for (const each of projections) registry.registerProjection(each);
    return new ProjectionCoordinator(registry);
  };

  it('is their progress, of one projection', async () => {
    const seen: (number | undefined)[][] = [];
    const ledger = new Ledger(async (amount) => {
      clock.tick(500);
      if ([1, 41, 81].includes(amount)) seen.push((await progress()).Ledger ?? []);
    });
    await coordinatorOf().rebuildProjection(ledger, events(100));
    const [none, some, more] = seen;
    assert.deepEqual(
      [none, some],
      [
        [0, 100, 0, undefined],
        [40, 100, 40 / 20.5, 60 / (40 / 20.5)],
      ],
    );
    const [done, , rate = 0, left = 0] = more ?? [];
    assert.ok(done === 80 && rate > 1.95 && rate < 2 && left > 10 && left < 10.3, `${more}`);
    assert.deepEqual(await progress(), { Ledger: [100, 100, 0, 0] }, 'its end is told once more');
  });

  it('is their progress, of all projections of a registry together, failures counted as well', async () => {
    const seen: unknown[] = [];
    const ledger = new Ledger(async (amount) => {
      clock.tick(1000);
      if (amount === 4) seen.push(await progress());
    });
    await coordinatorOf(ledger, new Balances()).rebuildAll(events(4));
    assert.deepEqual(seen, [{ Ledger: [3, 4, 0.75, 4 / 3], Balances: [3, 4, 0.75, 4 / 3] }]);
    assert.deepEqual(await progress(), { Ledger: [4, 4, 0, 0], Balances: [4, 4, 0, 0] });
  });

  it('ends where it fails, with no time left that nobody will take', async () => {
    const ledger = new Ledger(async (amount) => {
      clock.tick(1000);
      if (amount === 3) {
        await progress();
        throw new TypeError('no');
      }
    });
    await assert.rejects(coordinatorOf().catchup(ledger, events(4)), TypeError);
    assert.deepEqual(await progress(), { Ledger: [2, 4, 0, 0] });
  });

  it('is counted once for each event, where a projection keeps checkpoints', async () => {
    let seen: unknown;
    class Seen extends Balances {
      protected override async processEvent(event: DomainEvent) {
        if ((event as Deposited).amount === 1) seen = (await progress()).Seen?.slice(0, 2);
      }
    }
    await coordinatorOf().catchup(new Seen(), events(3));
    assert.deepEqual([seen, await progress()], [[0, 3], { Seen: [3, 3, 0, 0] }]);
  });

  it('is nothing without a meter provider, nor of events that come one by one', async () => {
    const ledger = new Ledger();
    await ledger.handle(events(1)[0] as DomainEvent);
    assert.deepEqual(await progress(), {});
    metrics.disable();
    await coordinatorOf().catchup(ledger, events(3));
    metrics.setGlobalMeterProvider(recorded.provider);
    assert.deepEqual(await progress(), {});
  });
});
