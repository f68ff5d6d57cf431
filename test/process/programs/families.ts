// SPDX-License-Identifier: Apache-2.0
// One call of each family on objects that are switched on, off, or not at all, under each mode of the family.
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { DomainEvent } from 'eventsource';
import { type EventSourceInstrumentationConfig, type Family, weave } from '../../../src/index.js';
import type { Library, Program } from '../../../testkit/whole-library.js';
import { accountId, type Domain, domainOf } from './domain.js';

interface Switch {
  readonly enableTracing?: boolean;
}
type Calls = (library: Library, own: Switch, domain: Domain) => Promise<unknown>;

const calls: Readonly<Record<Family, Calls>> = {
  stores: ({ InMemoryEventStore }, own) => new InMemoryEventStore(own).getEvents(accountId),
  async buses({ InMemoryEventBus }, own, { Deposited, depositOf }) {
    const bus = new InMemoryEventBus(own);
    bus.subscribe(Deposited, () => {});
    await bus.publish([depositOf(1, 1)]);
  },
  aggregates: ({ AggregateRepository, InMemoryEventStore }, own, { Account }) =>
    new AggregateRepository(new InMemoryEventStore(), Account, 'Account', own).exists(accountId),
  snapshots: ({ InMemorySnapshotStore }, own) => new InMemorySnapshotStore(own).snapshotExists(accountId, 'Account'),
  checkpoints: ({ InMemoryCheckpointRepository }, own) => new InMemoryCheckpointRepository(own).getAllCheckpoints(),
  'dead-letters': ({ InMemoryDLQRepository }, own) => new InMemoryDLQRepository(own).getFailureStats(),
  outbox: ({ InMemoryOutboxRepository }, own) => new InMemoryOutboxRepository(own).getStats(),
  projections({ projections: { Projection } }, own, { depositOf }) {
    class Balances extends Projection {
      override async reset() {}
      protected override async processEvent(_event: DomainEvent) {}
    }
    return new Balances(own).handle(depositOf(1, 1));
  },
  subscriptions({ subscriptions, ...library }, own) {
    const manager = new subscriptions.SubscriptionManager(
      new library.InMemoryEventStore(),
      new library.InMemoryEventBus(),
      new library.InMemoryCheckpointRepository(),
      own,
    );
    return manager.unsubscribe('nobody');
  },
};

const switches = { on: { enableTracing: true }, off: { enableTracing: false }, unset: {} } as const;

/** `family` → `mode` → `own switch` → spans. */
export type FamilySpans = Record<string, Record<string, Record<keyof typeof switches, string>>>;

export const program: Program = async (library) => {
  const exporter = new InMemorySpanExporter();
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const domain = domainOf(library);
  const families = Object.keys(calls) as Family[];
  const report: FamilySpans = {};

  const spansOf = async (family: Family, config: EventSourceInstrumentationConfig) => {
    weave(library, config);
    const seen: Record<string, string> = {};
    for (const [name, own] of Object.entries(switches)) {
      exporter.reset();
      await calls[family](library, own, domain);
      seen[name] = exporter
        .getFinishedSpans()
        .map((span) => span.name)
        .join(' ');
    }
    return seen as FamilySpans[string][string];
  };

  for (const family of families) {
    const modes: FamilySpans[string] = {};
    for (const mode of ['auto', 'on', 'off'] as const) {
      const others = Object.fromEntries(families.map((other) => [other, 'off' as const]));
      modes[mode] = await spansOf(family, { families: { ...others, [family]: mode } });
    }
    report[family] = modes;
  }
  report['in-memory publish'] = {
    auto: await spansOf('buses', { inMemoryPublishSpan: true }),
    on: await spansOf('buses', { inMemoryPublishSpan: true, families: { buses: 'on' } }),
    off: await spansOf('buses', { inMemoryPublishSpan: true, families: { buses: 'off' } }),
  };
  return report;
};
