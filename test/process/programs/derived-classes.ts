// SPDX-License-Identifier: Apache-2.0
// An application with a store, a bus, a snapshot store and projections of its own, derived from what the library exports.
import type { DomainEvent, EventStore, Snapshot, SnapshotStore } from 'eventsource';
import type { Library, Program } from '../../../testkit/whole-library.js';
import { accountId, type Domain, domainOf } from './domain.js';

/** What the application can see of its classes and of those that it derives them from. */
export const program: Program = async (library) => {
  const domain = domainOf(library);
  const done: unknown[] = [];
  for (const use of [stores, buses, snapshotStores, projections, overLibrary]) done.push(await use(library, domain));
  return { done, seen: identities(library) };
};

/** Delegates to a store in memory that gives no spans. */
function ownStores(library: Library) {
  class MongoEventStore extends library.EventStore {
    static readonly driver = 'mongodb';
    readonly #inner: EventStore = new library.InMemoryEventStore({ enableTracing: false });
    constructor(readonly enableTracing?: boolean) {
      super();
    }
    appendEvents(...args: Parameters<EventStore['appendEvents']>) {
      return this.#inner.appendEvents(...args);
    }
    getEvents(...args: Parameters<EventStore['getEvents']>) {
      return this.#inner.getEvents(...args);
    }
    getEventsByType(...args: Parameters<EventStore['getEventsByType']>) {
      return this.#inner.getEventsByType(...args);
    }
    eventExists(eventId: string) {
      return this.#inner.eventExists(eventId);
    }
    getStreamVersion(...args: Parameters<EventStore['getStreamVersion']>) {
      return this.#inner.getStreamVersion(...args);
    }
    async *readStream(...args: Parameters<EventStore['readStream']>) {
      yield* this.#inner.readStream(...args);
    }
    async *readAll(...args: Parameters<EventStore['readAll']>) {
      yield* this.#inner.readAll(...args);
    }
    getGlobalPosition() {
      return this.#inner.getGlobalPosition();
    }
  }
  class AuditedStore extends MongoEventStore {
    override async appendEvents(...args: Parameters<EventStore['appendEvents']>) {
      return super.appendEvents(...args);
    }
    override async *readAll(...args: Parameters<EventStore['readAll']>) {
      yield* super.readAll(...args);
    }
  }
  return { MongoEventStore, AuditedStore };
}

async function stores(library: Library, { depositOf }: Domain) {
  const { MongoEventStore, AuditedStore } = ownStores(library);
  const seen: unknown[] = [];
  for (const store of [new MongoEventStore(), new MongoEventStore(false), new AuditedStore()]) {
    const deposit = depositOf(1, 1, { tenantId: 'acme' });
    seen.push((await store.appendEvents(accountId, 'Account', [deposit], 0)).newVersion);
    await store.appendEvents(accountId, 'Account', [], 1);
    seen.push((await store.getEvents(accountId)).version);
    for await (const { streamId } of store.readStream(`${accountId}:Account`)) seen.push(streamId);
    for await (const { globalPosition } of store.readAll()) seen.push(globalPosition);
    seen.push(
      await store.appendEvents(accountId, 'Account', [depositOf(1, 1)], 7).catch((error: Error) => error.name),
      store.constructor.name,
      store instanceof MongoEventStore && store instanceof library.EventStore,
    );
  }
  seen.push(Object.getPrototypeOf(MongoEventStore) === library.EventStore, MongoEventStore.driver, AuditedStore.driver);
  return seen;
}

async function buses(library: Library, { Deposited, depositOf }: Domain) {
  const seen: unknown[] = [];
  class LoggingBus extends library.EventBus {
    async publish(events: readonly DomainEvent[]) {
      for (const event of events) for (const handler of this.handlersFor(event)) await handler.handle(event);
    }
  }
  class FilteringBus extends LoggingBus {
    override async publish(events: readonly DomainEvent[]) {
      await super.publish(events.filter(({ tenantId }) => tenantId !== null));
    }
  }
  for (const bus of [new LoggingBus(), new FilteringBus()]) {
    bus.subscribe(Deposited, ({ amount }) => void seen.push(amount));
    await bus.publish([depositOf(1, 1, { tenantId: 'acme' }), depositOf(2, 2, { tenantId: 'acme' })]);
    await bus.publish([]);
  }
  return seen;
}

async function snapshotStores(library: Library) {
  class FileSnapshotStore extends library.SnapshotStore {
    readonly #kept = new Map<string, Snapshot>();
    async saveSnapshot(snapshot: Snapshot) {
      this.#kept.set(snapshot.aggregateId, snapshot);
    }
    async getSnapshot(aggregateId: string) {
      return this.#kept.get(aggregateId) ?? null;
    }
    async deleteSnapshot(aggregateId: string) {
      return this.#kept.delete(aggregateId);
    }
    async snapshotExists(aggregateId: string) {
      return this.#kept.has(aggregateId);
    }
    async deleteSnapshotsByType() {
      return 0;
    }
  }
  const store: SnapshotStore = new FileSnapshotStore();
  return store.snapshotExists(accountId, 'Account');
}

async function projections(
  { projections: { CheckpointTrackingProjection, DeclarativeProjection, Projection } }: Library,
  { Deposited, depositOf }: Domain,
) {
  const seen: number[] = [];
  class Balance extends Projection {
    override async handle(event: DomainEvent) {
      seen.push(event.aggregateVersion);
    }
    override async reset() {}
    protected override async processEvent() {}
  }
  class Sum extends CheckpointTrackingProjection {
    subscribedTo() {
      return [Deposited];
    }
    override async handle(event: DomainEvent) {
      await super.handle(event);
    }
    protected override async processEvent({ aggregateVersion }: DomainEvent) {
      seen.push(aggregateVersion);
    }
  }
  class Ledger extends DeclarativeProjection {
    override async handle(event: DomainEvent) {
      await super.handle(event);
    }
  }
  for (const enableTracing of [true, undefined]) {
    await new Balance({ enableTracing }).handle(depositOf(1, 1));
    await new Sum({ enableTracing }).handle(depositOf(1, 2));
    await new Ledger({ enableTracing }).handle(depositOf(1, 3));
  }
  return seen;
}

/** Derived from a class of the library that works by itself: the spans are those of that class. */
async function overLibrary(library: Library, { Deposited, depositOf }: Domain) {
  class Counting extends library.InMemoryEventStore {
    appended = 0;
    override async appendEvents(...args: Parameters<EventStore['appendEvents']>) {
      this.appended += 1;
      return super.appendEvents(...args);
    }
  }
  class Quiet extends library.InMemoryEventBus {
    override async publish(events: readonly DomainEvent[]) {
      await super.publish(events);
    }
  }
  const store = new Counting();
  await store.appendEvents(accountId, 'Account', [depositOf(1, 1)], 0);
  const bus = new Quiet();
  bus.subscribe(Deposited, () => {});
  await bus.publish([depositOf(1, 1)]);
  return store.appended;
}

function identities(library: Library) {
  const { projections, ...others } = library;
  const bases = {
    EventStore: others.EventStore,
    EventBus: others.EventBus,
    SnapshotStore: others.SnapshotStore,
    Projection: projections.Projection,
    CheckpointTrackingProjection: projections.CheckpointTrackingProjection,
  };
  return Object.entries(bases).map(([name, base]) => [
    name,
    base.name,
    base.length,
    base.prototype.constructor === base,
    Reflect.ownKeys(base).map(String),
    Reflect.ownKeys(base.prototype).map(String),
    name in others ? Reflect.get(others, name) === base : 'elsewhere',
    Object.getPrototypeOf(others.InMemoryEventStore) === others.EventStore,
    Object.getPrototypeOf(others.InMemoryEventBus) === others.EventBus,
    Object.getPrototypeOf(projections.DeclarativeProjection) === projections.CheckpointTrackingProjection,
    Object.getPrototypeOf(projections.CheckpointTrackingProjection) === projections.Projection,
  ]);
}
