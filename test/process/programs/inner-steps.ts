// SPDX-License-Identifier: Apache-2.0
// Spies on the methods that an application does not call itself, then what an application does: each must be reached, through
// the prototype and with its object, or a woven method would never run.

import type { DomainEvent, EventClass } from 'eventsource';
import sinon from 'sinon';
import { library as eventsource } from '../../../src/libraries/eventsource/index.js';
import type { Library, Program } from '../../../testkit/whole-library.js';
import { accountId, domainOf } from './domain.js';

/** Their inner steps need a server: see the tests on real ones. */
const needsServer = /^(?:PostgreSQL|Redis|RabbitMQ|Kafka)/;

/** `Class.method` → whether every call was on an object of the class, and how many there were. */
export type Reached = Record<string, { readonly calls: number; readonly onItsObject: boolean }>;

export const program: Program = async (library) => {
  const exported: Record<string, unknown> = Object.assign({}, ...Object.values(library).filter(isObject), library);
  const spies = eventsource.aspects
    .filter(({ target }) => !needsServer.test(target))
    .flatMap(({ target, methods = {}, unspanned = {} }) =>
      Object.entries(methods)
        .filter(([, { span, via }]) => span === undefined || via !== undefined)
        // Those that an application calls itself, and that are only logged, are tried where their records are.
        .filter(([name, { hands, logs }]) => hands !== undefined || logs === undefined || !(name in unspanned))
        .map(([name]) => {
          const owner = exported[target] as abstract new () => Record<string, () => unknown>;
          return { row: `${target}.${name}`, owner, spy: sinon.spy(owner.prototype, name) };
        }),
    );
  await snapshotsAndBus(library);
  await projecting(library);
  await subscribing(library);
  return Object.fromEntries(
    spies.map(({ row, owner, spy }) => [
      row,
      { calls: spy.callCount, onItsObject: spy.thisValues.every((self) => self instanceof owner) },
    ]),
  );
};

async function snapshotsAndBus(library: Library): Promise<void> {
  const { Account, Deposited } = domain(library);
  const eventPublisher = new library.InMemoryEventBus();
  eventPublisher.subscribe(Deposited, () => {});
  const accounts = new library.AggregateRepository(new library.InMemoryEventStore(), Account, 'Account', {
    eventPublisher,
    snapshotStore: new library.InMemorySnapshotStore(),
    snapshotThreshold: 1,
  });
  const account = new Account(accountId);
  account.deposit(1);
  await accounts.save(account);
  await accounts.createSnapshot(account);
  await accounts.load(accountId);
}

async function projecting(library: Library): Promise<void> {
  const { Deposited, depositOf } = domain(library);
  class Balances extends library.projections.DeclarativeProjection {
    static readonly handlers = { deposited: Deposited };
    static override readonly maxRetries = 2;
    static override readonly retryBackoffBase = 0;
    async deposited({ amount }: { amount: number }): Promise<void> {
      if (amount < 0) throw new RangeError('negative');
    }
    override async reset(): Promise<void> {
      await super.reset();
    }
  }
  const balances = new Balances();
  await balances.handle(depositOf(1, 1));
  await balances.handle(depositOf(-1, 2)).catch(() => {});
  await balances.getCheckpoint();
  await new library.projections.ProjectionDLQManager('Balances').getFailedEvents();
  class Ledger extends library.projections.DatabaseProjection {
    static readonly handlers = { deposited: Deposited };
    static override readonly retryBackoffBase = 0;
    async deposited(_connection: object, _event: object): Promise<void> {
      throw new RangeError('full');
    }
  }
  const transaction = async (work: (connection: object) => Promise<unknown>) => void (await work({}));
  await new Ledger(() => ({ transaction }) as never).handle(depositOf(1, 3)).catch(() => {});
  const registry = new library.projections.ProjectionRegistry();
  registry.registerProjection(balances);
  await registry.dispatch(depositOf(1, 3));
  const coordinator = new library.projections.ProjectionCoordinator(registry);
  await coordinator.rebuildAll([depositOf(1, 3)]);
  await coordinator.rebuildProjection(balances, [depositOf(1, 4)]);
}

async function subscribing(library: Library): Promise<void> {
  const { Deposited, depositOf } = domain(library);
  const store = new library.InMemoryEventStore();
  const bus = new library.InMemoryEventBus();
  let version = 0;
  const publish = async () => {
    version += 1;
    const event = depositOf(version, version);
    await store.appendEvents(accountId, 'Account', [event], version - 1);
    await bus.publish([event]);
  };
  await publish();
  const manager = new library.subscriptions.SubscriptionManager(
    store,
    bus,
    new library.InMemoryCheckpointRepository(),
    {
      dlqRepo: new library.InMemoryDLQRepository(),
    },
  );
  const subscriber = {
    subscribedTo: (): readonly EventClass[] => [Deposited],
    async handle({ aggregateVersion }: DomainEvent) {
      // Arrives while the subscription is catching up, and must wait.
      if (aggregateVersion === 1) await publish();
      if (aggregateVersion === 3) throw new RangeError('not three');
    },
  };
  const { name } = await manager.subscribe(subscriber, { name: 'balances', config: { startFrom: 'beginning' } });
  await manager.start();
  await manager.pauseSubscription(name);
  await publish();
  await manager.resumeSubscription(name);
  await publish();
  await manager.stop();
  const operation = new library.subscriptions.RetryableOperation({
    ...library.subscriptions.DEFAULT_RETRY_CONFIG,
    initialDelay: 0,
  });
  let tries = 0;
  await operation.run(async () => {
    tries += 1;
    if (tries === 1) throw new library.subscriptions.EventStoreConnectionError('lost');
  });
}

let made: ReturnType<typeof domainOf> | undefined;
function domain(library: Library) {
  made ??= domainOf(library);
  return made;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
