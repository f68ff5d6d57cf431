// Accounts: something of every sub-path of the target, on SQLite and in memory.
export async function accounts({ eventsource, migrations, projections, snapshots, stores, subscriptions, request }) {
  const { AggregateRoot, AggregateRepository, DomainEvent, EventStore, InMemoryEventBus, registerEvent } = eventsource;
  const aggregateId = '00000000-0000-4000-8000-000000000001';
  class Deposited extends DomainEvent {
    static aggregateType = 'Account';
  }
  registerEvent(Deposited);
  class Account extends AggregateRoot {
    static aggregateType = 'Account';
    getInitialState() {
      return { balance: 0 };
    }
    apply({ amount }) {
      this.state = { balance: (this.state ?? this.getInitialState()).balance + amount };
    }
    deposit(amount) {
      const aggregateVersion = this.getNextVersion();
      this.raiseEvent(new Deposited({ aggregateId: this.aggregateId, aggregateVersion, amount }));
    }
  }
  class Balances extends projections.CheckpointTrackingProjection {
    seen = 0;
    subscribedTo() {
      return [Deposited];
    }
    async processEvent() {
      this.seen += 1;
    }
    async truncateReadModels() {}
  }
  // Derived from what is abstract: the application's own store.
  class OwnEventStore extends EventStore {
    async getEvents() {
      return [];
    }
    async appendEvents() {}
  }

  const database = stores.openSQLite(':memory:');
  database.exec(migrations.getSchema('all', 'sqlite'));
  const store = new stores.SQLiteEventStore(database);
  await store.initialize();
  const bus = new InMemoryEventBus();
  const snapshotStore = new snapshots.SQLiteSnapshotStore(database);
  const repository = new AggregateRepository(store, Account, 'Account', {
    eventPublisher: bus,
    snapshotStore,
    snapshotThreshold: 2,
  });
  const checkpoints = new eventsource.InMemoryCheckpointRepository({ enableTracing: true });
  const balances = new Balances({ checkpointRepo: checkpoints, enableTracing: true });
  const registry = new projections.ProjectionRegistry({ enableTracing: true });
  registry.registerProjection(balances);
  const coordinator = new projections.ProjectionCoordinator(registry, { enableTracing: true });
  const manager = new subscriptions.SubscriptionManager(store, bus, new eventsource.InMemoryCheckpointRepository());

  await request('POST /accounts', async () => {
    const account = repository.createNew(aggregateId);
    account.deposit(5);
    account.deposit(7);
    await repository.save(account);
  });
  const balance = await request('GET /accounts', async () => (await repository.load(aggregateId)).state.balance);
  const { events } = await store.getEvents(aggregateId);
  await request('dispatch', () => coordinator.dispatchEvents(events));
  await request('own store', () => new OwnEventStore().getEvents(aggregateId));
  const mailer = { subscribedTo: () => [Deposited], async handle() {} };
  await manager.subscribe(mailer, { name: 'Mailer', config: { startFrom: 'beginning' } });
  await manager.start();
  await manager.stop();
  database.close();
  return { balance, seen: balances.seen };
}
