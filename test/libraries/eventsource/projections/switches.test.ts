// SPDX-License-Identifier: Apache-2.0
// Projections handle very many events: they are traced when the object or the family says so, and not otherwise.
import assert from 'node:assert/strict';
import {
  AggregateRepository,
  DeclarativeAggregate,
  DeclarativeProjection,
  type DomainEvent,
  Projection,
} from 'eventsource';
import { CheckpointTrackingProjection, ProjectionRegistry } from 'eventsource/projections';
import { InMemoryDLQRepository } from 'eventsource/repositories';
import { ExpectedVersion, InMemoryEventStore } from 'eventsource/stores';
import { type WovenTarget, weaveTarget } from '../../../../testkit/woven-target.js';
import { Deposited } from '../accounts.js';

class RowMissing extends Error {}
class DiskFull extends Error {}

/** Plain: neither checkpoint nor dead letters. */
class Balance extends Projection {
  total = 0;

  async reset(): Promise<void> {
    this.total = 0;
  }

  protected override async processEvent(event: DomainEvent): Promise<void> {
    this.total += (event as Deposited).amount;
  }
}

/** Overrides `handle` itself and calls super. */
class Audited extends Balance {
  readonly audited: string[] = [];

  override async handle(event: DomainEvent): Promise<void> {
    await super.handle(event);
    this.audited.push(event.eventId);
  }
}

class Broken extends CheckpointTrackingProjection {
  static override readonly maxRetries = 2;
  static override readonly retryBackoffBase = 0;

  subscribedTo() {
    return [Deposited];
  }

  protected override async processEvent(): Promise<void> {
    throw new RowMissing('no such row');
  }
}

class FullDLQ extends InMemoryDLQRepository {
  override async addFailedEvent(): Promise<never> {
    throw new DiskFull('no space left');
  }
}

class Counts extends DeclarativeProjection {
  static readonly handlers = { deposited: Deposited };
  count = 0;

  async deposited(_event: Deposited): Promise<void> {
    this.count += 1;
  }
}

const deposited = (amount = 1) => new Deposited({ aggregateId: 'account', amount });

describe('woven projections', () => {
  let woven: WovenTarget;
  before(() => {
    woven = weaveTarget();
  });
  beforeEach(() => woven.reset());
  after(() => woven.stop());

  it('are not traced by default', async () => {
    const balance = new Balance();
    await balance.handle(deposited(7));
    assert.deepEqual([balance.total, woven.shape()], [7, '']);
  });

  it('are traced where they ask for it, a plain subclass too', async () => {
    const balance = new Balance({ enableTracing: true });
    const event = deposited(7);
    await balance.handle(event);
    assert.deepEqual([balance.total, woven.shape()], [7, 'handle']);
    const [span] = woven.ended();
    assert.equal(span?.name, 'eventsource.projection.handle');
    assert.deepEqual(span?.attributes, {
      'eventsource.projection.name': 'Balance',
      'eventsource.event.type': 'Deposited',
      'eventsource.event.id': event.eventId,
    });
  });

  it('make one span when a subclass overrides handle and calls super', async () => {
    const audited = new Audited({ enableTracing: true });
    await audited.handle(deposited());
    assert.deepEqual([audited.audited.length, woven.shape()], [1, 'handle']);
  });

  it('follow the family where it is switched on or off for all', async () => {
    woven.switchFamily('projections', 'on');
    await new Balance().handle(deposited());
    assert.equal(woven.shape(), 'handle');
    woven.reset();
    woven.switchFamily('projections', 'off');
    await new Balance({ enableTracing: true }).handle(deposited());
    assert.equal(woven.shape(), '');
  });

  it('hand their switch down to what they make', async () => {
    await new Counts({ enableTracing: true }).handle(deposited());
    assert.equal(woven.shape(), 'handle(handler update(update_checkpoint))');
    woven.reset();
    await new Counts().handle(deposited());
    assert.equal(woven.shape(), '');
  });

  it('are off one by one, whatever the registry above them does', async () => {
    const registry = new ProjectionRegistry({ enableTracing: true });
    registry.registerProjection(new Counts());
    registry.registerProjection(new Counts({ enableTracing: true }));
    await registry.dispatch(deposited());
    assert.equal(woven.shape(), 'dispatch(handle(handler update(update_checkpoint)))');
  });

  it('say what failed, once each, when not even the dead-letter queue takes the event', async () => {
    const broken = new Broken({ enableTracing: true, dlqRepo: new FullDLQ() });
    await assert.rejects(broken.handle(deposited()), RowMissing);
    assert.equal(woven.shape(), 'handle!RowMissing(send_to_dlq!DiskFull)');
    assert.equal(woven.ended().at(-1)?.attributes['eventsource.retry.count'], 2);
    assert.equal(await broken.getCheckpoint(), null);
  });

  describe('with a handler of the wrong arity', () => {
    it('cannot be made', () => {
      class Greedy extends DeclarativeProjection {
        static readonly handlers = { deposited: Deposited };
        async deposited(_context: unknown, _event: Deposited, _more: unknown): Promise<void> {}
      }
      assert.throws(() => new Greedy({ enableTracing: true }), /Greedy\.deposited .*3 parameters/);
      assert.equal(woven.shape(), '');
    });

    it('fail the load of an aggregate that has one, and leave its events alone', async () => {
      class Greedy extends DeclarativeAggregate<number> {
        static override readonly aggregateType = 'Account';
        static readonly handlers = { deposited: Deposited };
        deposited(_event: Deposited, _more: unknown): void {}
        protected override getInitialState(): number {
          return 0;
        }
      }
      const store = new InMemoryEventStore();
      await store.appendEvents('account', 'Account', [deposited()], ExpectedVersion.ANY);
      woven.reset();
      await assert.rejects(new AggregateRepository(store, Greedy, 'Account').load('account'), TypeError);
      assert.match(woven.shape(), /^load!TypeError/);
      assert.equal((await store.getEvents('account')).events.length, 1);
    });
  });
});
