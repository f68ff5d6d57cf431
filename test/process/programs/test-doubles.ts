// SPDX-License-Identifier: Apache-2.0
// Test doubles and other people's wrappers on methods of the target. `settle` runs after what was there first: under the
// instrumentation it weaves, otherwise it does nothing.
import shimmer from 'shimmer';
import sinon from 'sinon';
import type { Library } from '../../../testkit/whole-library.js';
import { accountId, type Domain, domainOf } from './domain.js';

export async function stubsSeen(library: Library, settle: () => void): Promise<Record<string, unknown>> {
  const domain = domainOf(library);
  const report: Record<string, unknown> = {};
  const early = await earlyDoubles(library, domain, settle);
  for (const [name, look] of Object.entries({ ...early, ...lateDoubles })) report[name] = await look(library, domain);
  return report;
}

type Case = (library: Library, domain: Domain) => unknown;

/** Doubles that were there before anybody wove. */
async function earlyDoubles(library: Library, _domain: Domain, settle: () => void): Promise<Record<string, Case>> {
  const { InMemoryEventStore, InMemorySnapshotStore, InMemoryEventBus, InMemoryOutboxRepository } = library;
  const original = InMemoryEventStore.prototype.getEvents;
  const stub = sinon.stub(InMemoryEventStore.prototype, 'getEvents').resolves('stubbed' as never);
  const spy = sinon.spy(InMemorySnapshotStore.prototype, 'snapshotExists');
  const published: unknown[] = [];
  const beforeWrap = InMemoryEventBus.prototype.dispatchEvent;
  shimmer.wrap(
    InMemoryEventBus.prototype,
    'dispatchEvent',
    (dispatchEvent) =>
      function (this: unknown, ...args) {
        published.push(args.length);
        return Reflect.apply(dispatchEvent, this, args);
      },
  );
  let lazyRuns = 0;
  // biome-ignore lint/suspicious/noThenProperty: a lazy thenable, as query builders give them
  const lazy = { then: (resolve: (value: unknown) => void) => void resolve(++lazyRuns) };
  InMemoryOutboxRepository.prototype.getStats = () => lazy as never;
  class OwnPromise<T> extends Promise<T> {}
  InMemoryOutboxRepository.prototype.getPendingEvents = () => OwnPromise.resolve([]);
  settle();

  return {
    async 'a stub from before'({ InMemoryEventStore }) {
      const store = new InMemoryEventStore();
      const values = [await store.getEvents(accountId), await store.getEvents('second')];
      const counts = [store.getEvents, stub].map((double) => {
        const { callCount, called, calledTwice, args, firstCall } = double as typeof stub;
        return { callCount, called, calledTwice, args, first: firstCall?.args };
      });
      sinon.assert.calledTwice(store.getEvents as typeof stub);
      stub.resetHistory();
      stub.restore();
      return { values, counts, restored: InMemoryEventStore.prototype.getEvents === original };
    },

    async 'a spy from before'({ InMemorySnapshotStore }) {
      const store = new InMemorySnapshotStore();
      const exists = await store.snapshotExists(accountId, 'Account');
      const seen = [spy.callCount, spy.calledOn(store), spy.firstCall.args];
      spy.restore();
      return [exists, seen, await store.snapshotExists(accountId, 'Account'), spy.callCount];
    },

    async "another vendor's wrapper from before, and its end"({ InMemoryEventBus }, { Deposited, depositOf }) {
      const bus = new InMemoryEventBus();
      const handled: number[] = [];
      bus.subscribe(Deposited, ({ amount }) => void handled.push(amount));
      await bus.publish([depositOf(1, 1)]);
      shimmer.unwrap(InMemoryEventBus.prototype, 'dispatchEvent');
      await bus.publish([depositOf(2, 2)]);
      // Whoever is not on top cannot take a wrapper away; it goes on being called, and nobody complains.
      return { handled, first: published[0], name: beforeWrap.name };
    },

    async 'a replacement that gives a lazy thenable, or a promise of its own'({ InMemoryOutboxRepository }) {
      const outbox = new InMemoryOutboxRepository();
      const given: unknown = outbox.getStats();
      const untouched = lazyRuns;
      const own = outbox.getPendingEvents();
      return [given === lazy, untouched, await outbox.getStats(), lazyRuns, own instanceof OwnPromise, await own];
    },
  };
}

const lateDoubles: Record<string, Case> = {
  async 'a stub on the class'({ InMemoryEventStore }) {
    const { prototype } = InMemoryEventStore;
    const before = Object.getOwnPropertyDescriptor(prototype, 'appendEvents');
    const stub = sinon.stub(prototype, 'appendEvents').rejects(new TypeError('stubbed'));
    const store = new InMemoryEventStore();
    const outcome = await store.appendEvents(accountId, 'Account', [], 0).catch(String);
    const seen = [outcome, stub.callCount, stub.firstCall.args.length, stub.calledOn(store), stub.name, stub.length];
    stub.restore();
    const after = Object.getOwnPropertyDescriptor(prototype, 'appendEvents');
    return [seen, after?.value === before?.value, Object.keys(after ?? {}).join()];
  },

  async 'a stub on an object, called through, then restored'({ InMemoryEventStore }, { depositOf }) {
    const store = new InMemoryEventStore();
    const stub = sinon.stub(store, 'appendEvents').callThrough();
    const { newVersion } = await store.appendEvents(accountId, 'Account', [depositOf(1, 1)], 0);
    stub.restore();
    const second = await store.appendEvents(accountId, 'Account', [depositOf(2, 2)], 1);
    return [newVersion, second.newVersion, stub.callCount, Object.hasOwn(store, 'appendEvents')];
  },

  async 'a stubbed instance'({ InMemoryEventStore, AggregateRepository }, { Account }) {
    const store = sinon.createStubInstance(InMemoryEventStore);
    store.appendEvents.resolves({ success: false, newVersion: 7 } as never);
    const repository = new AggregateRepository(store, Account, 'Account');
    const account = new Account(accountId);
    account.deposit(1);
    return [await repository.save(account).catch(String), store.appendEvents.callCount, store.getEvents.called];
  },

  async 'a mock with expectations'({ InMemoryEventBus }, { depositOf }) {
    const bus = new InMemoryEventBus();
    const mock = sinon.mock(bus);
    mock.expects('publish').once().withArgs(sinon.match.array).resolves();
    await bus.publish([depositOf(1, 1)]);
    return [mock.verify(), typeof bus.publish];
  },

  async 'a sandbox'({ InMemoryEventStore }) {
    const sandbox = sinon.createSandbox();
    const { getEvents } = InMemoryEventStore.prototype;
    sandbox.replace(InMemoryEventStore.prototype, 'getEvents', async () => 'replaced' as never);
    const replaced = await new InMemoryEventStore().getEvents(accountId);
    sandbox.restore();
    const refused = await Promise.resolve()
      .then(() => sandbox.stub(InMemoryEventStore.prototype, 'nothing' as 'getEvents'))
      .catch(String);
    return [replaced, InMemoryEventStore.prototype.getEvents === getEvents, refused];
  },

  async "another vendor's wrapper on top, and its end"({ InMemoryEventStore }, { depositOf }) {
    const { prototype } = InMemoryEventStore;
    const { appendEvents } = prototype;
    const seen: unknown[] = [];
    shimmer.wrap(
      prototype,
      'appendEvents',
      (original) =>
        async function (this: unknown, ...args) {
          seen.push(args.length, this instanceof InMemoryEventStore);
          return Reflect.apply(original, this, args);
        },
    );
    const store = new InMemoryEventStore();
    await store.appendEvents(accountId, 'Account', [depositOf(1, 1)], 0);
    shimmer.unwrap(prototype, 'appendEvents');
    await store.appendEvents(accountId, 'Account', [depositOf(2, 2)], 1);
    return [seen, prototype.appendEvents === appendEvents, await store.getEventCount()];
  },
};
