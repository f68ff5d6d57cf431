// SPDX-License-Identifier: Apache-2.0
// `many-values.js SERIES|MEMORY`, under the preload with `--expose-gc`: events of 10,000 aggregates, 1,000 tenants and 5,000 types go
// through stores, projections, subscriptions and the steps of a Kafka bus. Prints as JSON how many series each instrument has, or
// by how many bytes the heap has grown over 1,000,000 recorded operations.
import { context, metrics } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { AggregateRepository, AggregateRoot, type DomainEvent } from 'eventsource';
import { InMemoryEventBus, KafkaEventBus, type KafkaRecord } from 'eventsource/bus';
import { HandlerAdapter } from 'eventsource/handlers';
import { Projection } from 'eventsource/projections';
import { InMemoryCheckpointRepository } from 'eventsource/repositories';
import { InMemorySnapshotStore } from 'eventsource/snapshots';
import { InMemoryEventStore } from 'eventsource/stores';
import { SubscriptionManager } from 'eventsource/subscriptions';
import { recordingMetrics } from '../../../testkit/signals.js';
import { Deposited } from '../../libraries/eventsource/accounts.js';

const AGGREGATES = 10_000;
const TENANTS = 1000;
const TYPES = 5000;

const { provider, collect } = recordingMetrics();
metrics.setGlobalMeterProvider(provider);
// Without one a load does not hear how many events were replayed.
if (process.argv[2] !== 'MEMORY') context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

const idOf = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const events = Array.from(
  { length: AGGREGATES },
  (_, i) =>
    new Deposited({
      aggregateId: idOf(i),
      eventType: `Type-${i % TYPES}`,
      tenantId: idOf(i % TENANTS),
      actorId: `actor-${i}`,
      amount: i,
    }),
);

/** The steps of a bus, without a broker. */
class LocalKafkaBus extends KafkaEventBus {
  override async sendToKafka() {
    return { partition: 0, offset: 0 };
  }
  override decodeMessage({ message }: KafkaRecord): DomainEvent {
    return events[Number(message.key)] as DomainEvent;
  }
}

async function measureKafka(bus: LocalKafkaBus, adapter: HandlerAdapter, index: number): Promise<void> {
  const event = events[index % events.length] as DomainEvent;
  await bus.publishSingleEvent(event);
  await bus.dispatchToHandler(adapter, event);
}

async function consume(bus: LocalKafkaBus, index: number): Promise<void> {
  const { eventType } = events[index] as DomainEvent;
  const headers = { event_type: Buffer.from(eventType) };
  const message = { key: Buffer.from(String(index)), value: Buffer.from('{}'), headers, offset: '0' };
  await bus.processMessage({ topic: 'events.stream', partition: 0, message } as unknown as KafkaRecord, async () => {});
}

async function handleAll(): Promise<void> {
  const store = new InMemoryEventStore();
  const bus = new InMemoryEventBus();
  const manager = new SubscriptionManager(store, bus, new InMemoryCheckpointRepository());
  const feed = { handle: async () => {}, subscribedTo: () => [Deposited] };
  for (const event of events.slice(0, AGGREGATES / 2)) {
    await store.appendEvents(event.aggregateId, 'Account', [event], 0);
  }
  await manager.subscribe(feed, { name: 'feed', config: { startFrom: 'beginning' } });
  await manager.start();
  for (const event of events.slice(AGGREGATES / 2)) await bus.publish([event]);
  for (let i = 0; i < 300; i++) await manager.subscribe(feed, { name: `feed-${i}` });
}

class Anything extends AggregateRoot<object> {
  protected override apply(): void {
    this.state = {};
  }
  protected override getInitialState(): object {
    return {};
  }
}

class Everything extends Projection {
  protected override async processEvent(): Promise<void> {}
  override async reset(): Promise<void> {}
}

/** As many types of aggregates as there are tenants. */
async function loadAll(): Promise<void> {
  const store = new InMemoryEventStore();
  const snapshotStore = new InMemorySnapshotStore();
  const projection = new Everything();
  for (const [i, event] of events.entries()) {
    const aggregateType = `Aggregate-${i % TENANTS}`;
    const own = new Deposited({ ...event, amount: i, aggregateType });
    await store.appendEvents(own.aggregateId, aggregateType, [own], 0);
    await new AggregateRepository(store, Anything, aggregateType, { snapshotStore }).load(own.aggregateId);
    await projection.handle(event);
  }
}

async function series(bus: LocalKafkaBus, adapter: HandlerAdapter): Promise<Record<string, number>> {
  bus.subscribe(Deposited, feedOf());
  for (let i = 0; i < events.length; i++) {
    await measureKafka(bus, adapter, i);
    await consume(bus, i);
  }
  await handleAll();
  await loadAll();
  const counts: Record<string, number> = {};
  for (const each of Object.keys(await collect())) {
    for (const id of ['00000000-', 'actor-']) if (each.includes(id)) throw new Error(`an id is in ${each}`);
    const name = each.replace(/\{.*/, '');
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

function feedOf() {
  return { handle: async () => {} };
}

const bus = new LocalKafkaBus({ bootstrapServers: '127.0.0.1:1' });
const adapter = new HandlerAdapter(feedOf());

async function growth(): Promise<{ readonly grownBy: number; readonly recorded: number }> {
  await run(50_000);
  const before = await heapUsed();
  await run(500_000);
  const grownBy = (await heapUsed()) - before;
  const counted = await collect();
  const recorded = Object.values(counted).reduce((sum, of) => sum + of, 0);
  return { grownBy, recorded };
}

/** Two measurements each. */
async function run(times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    await bus.dispatchToHandler(adapter, events[i % events.length] as DomainEvent);
    if (i % 1000 === 999) await new Promise((resolve) => setImmediate(resolve));
  }
}

async function heapUsed(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    global.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return process.memoryUsage().heapUsed;
}

console.log(JSON.stringify(process.argv[2] === 'MEMORY' ? await growth() : await series(bus, adapter)));
