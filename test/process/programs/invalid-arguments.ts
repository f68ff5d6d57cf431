// SPDX-License-Identifier: Apache-2.0
// Calls every woven method of the embedded components with arguments that no sane application passes.
import type { DomainEvent, EventSubscriber } from 'eventsource';
import { library as eventsource } from '../../../src/libraries/eventsource/index.js';
import type { Library, Program } from '../../../testkit/whole-library.js';
import { domainOf } from './domain.js';

const lists: readonly (readonly unknown[])[] = [
  [],
  [undefined, undefined, undefined],
  [null, null, null, null, null, null],
  ['text', 'text', 'text', 'text', 'text', 'text'],
  [{}, {}, {}, {}, {}, {}],
  [[], [], [], [], [], []],
  [[null], [null], [null], [null]],
  [7, true, Symbol('symbol'), 1n, () => {}, Number.NaN],
  [Object.create(null), Object.create(null), Object.create(null), Object.create(null)],
];

/** How each method answered, without us and with us alike. */
export const program: Program = async (library) => {
  // Each manager that listens to signals adds to them.
  process.setMaxListeners(100);
  const objects = objectsOf(library);
  const answers: string[] = [];
  for (const { target, methods = {} } of eventsource.aspects) {
    const make = objects[target];
    if (make === undefined) continue;
    for (const name of Object.keys(methods)) {
      for (const [index, args] of lists.entries()) {
        const method = Reflect.get(make(), name);
        answers.push(`${target}.${name} ${index}: ${await answerOf(() => Reflect.apply(method, make(), args))}`);
      }
    }
  }
  // An object that has lost its method's receiver, as `const { save } = repository` does.
  for (const { target, methods = {} } of eventsource.aspects) {
    const make = objects[target];
    if (make === undefined) continue;
    for (const name of Object.keys(methods)) {
      const method = Reflect.get(make(), name);
      for (const self of [undefined, null, 7]) {
        answers.push(`${target}.${name} of ${self}: ${await answerOf(() => Reflect.apply(method, self, []))}`);
      }
    }
  }
  return answers;
};

async function answerOf(call: () => unknown): Promise<string> {
  try {
    const made = call();
    const settled = (made as AsyncIterator<unknown> | undefined)?.next?.() ?? made;
    const value = await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, 50, 'waits'))]);
    return typeof value;
  } catch (error) {
    return String(error);
  }
}

function objectsOf(library: Library): Readonly<Record<string, () => object>> {
  const { Account, Deposited } = domainOf(library);
  const { projections, snapshots, subscriptions } = library;
  const enableTracing = true;
  const database = library.openSQLite(':memory:');
  class Balances extends projections.DeclarativeProjection {
    static readonly handlers = { deposited: Deposited };
    static override readonly maxRetries = 1;
    async deposited(_event: DomainEvent): Promise<void> {}
  }
  class Plain extends projections.Projection {
    override async reset() {}
    protected override async processEvent(_event: DomainEvent) {}
  }
  const subscriber: EventSubscriber = { subscribedTo: () => [Deposited], handle: async () => {} };
  const subscription = () =>
    new subscriptions.Subscription('balances', subscriber, new subscriptions.SubscriptionConfig());
  const parts = () =>
    [
      new library.InMemoryEventStore(),
      new library.InMemoryEventBus(),
      new library.InMemoryCheckpointRepository(),
    ] as const;
  const repository = () =>
    new library.AggregateRepository(new library.InMemoryEventStore(), Account, 'Account', {
      snapshotStore: new library.InMemorySnapshotStore(),
    });
  const lifecycle = () => new subscriptions.SubscriptionLifecycleManager(...parts());
  return {
    InMemoryEventStore: () => new library.InMemoryEventStore(),
    // Of its own: once it has its tables, they are there for whoever shares it.
    SQLiteEventStore: () => new library.SQLiteEventStore(':memory:'),
    EventRegistry: () => new library.EventRegistry(),
    InMemoryEventBus: () => new library.InMemoryEventBus(),
    AggregateRepository: repository,
    AggregateRoot: () => new Account('x'),
    AggregateSnapshotManager: () =>
      new library.AggregateSnapshotManager(new library.InMemorySnapshotStore(), 'Account'),
    InMemorySnapshotStore: () => new library.InMemorySnapshotStore(),
    SQLiteSnapshotStore: () => new snapshots.SQLiteSnapshotStore(database),
    InMemoryCheckpointRepository: () => new library.InMemoryCheckpointRepository(),
    SQLiteCheckpointRepository: () => new library.SQLiteCheckpointRepository(database),
    InMemoryDLQRepository: () => new library.InMemoryDLQRepository(),
    SQLiteDLQRepository: () => new library.SQLiteDLQRepository(database),
    InMemoryOutboxRepository: () => new library.InMemoryOutboxRepository(),
    SQLiteOutboxRepository: () => new library.SQLiteOutboxRepository(database),
    Projection: () => new Plain({ enableTracing }),
    CheckpointTrackingProjection: () => new Balances({ enableTracing }),
    DeclarativeProjection: () => new Balances({ enableTracing }),
    ProjectionRegistry: () => new projections.ProjectionRegistry({ enableTracing }),
    ProjectionCoordinator: () =>
      new projections.ProjectionCoordinator(new projections.ProjectionRegistry(), { enableTracing }),
    ProjectionCheckpointManager: () => new projections.ProjectionCheckpointManager('balances', { enableTracing }),
    ProjectionDLQManager: () => new projections.ProjectionDLQManager('balances', { enableTracing }),
    SubscriptionManager: () => {
      const manager = new subscriptions.SubscriptionManager(...parts());
      // One that runs until a shutdown is requested keeps the process alive.
      setTimeout(() => manager.requestShutdown(), 100).unref();
      return manager;
    },
    SubscriptionLifecycleManager: lifecycle,
    StartFromResolver: () => {
      const [store, , checkpoints] = parts();
      return new subscriptions.StartFromResolver(store, checkpoints);
    },
    TransitionCoordinator: () => new subscriptions.TransitionCoordinator(...parts(), subscription()),
    CatchUpRunner: () => {
      const [store, , checkpoints] = parts();
      return new subscriptions.CatchUpRunner(store, checkpoints, subscription());
    },
    LiveRunner: () => {
      const [, bus, checkpoints] = parts();
      return new subscriptions.LiveRunner(bus, checkpoints, subscription());
    },
    SubscriberRegistry: () => new projections.SubscriberRegistry(),
    Subscription: subscription,
    SubscriptionErrorHandler: () => new subscriptions.SubscriptionErrorHandler(),
    RetryableOperation: () =>
      new subscriptions.RetryableOperation({ ...subscriptions.DEFAULT_RETRY_CONFIG, maxRetries: 0 }),
    CircuitBreaker: () => new subscriptions.CircuitBreaker(),
    PauseResumeController: () =>
      new subscriptions.PauseResumeController(new subscriptions.SubscriptionRegistry(), lifecycle()),
  };
}
