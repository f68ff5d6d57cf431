// SPDX-License-Identifier: Apache-2.0
// `hanging-store.js [sdk MILLIS]`: a live subscription over a store that gives no answer any more. `sdk`: with an SDK of its own,
// which collects every so many milliseconds, and which it collects from at the end where it does not do so often. Its last line is JSON:
// how often the store was asked, how long that collection took, the lag that it gave, and how long the process lived on.
import * as eventsource from 'eventsource';
import { InMemoryEventBus } from 'eventsource/bus';
import { InMemoryCheckpointRepository } from 'eventsource/repositories';
import { InMemoryEventStore } from 'eventsource/stores';
import * as subscriptions from 'eventsource/subscriptions';
import { Account, Deposited } from '../../libraries/eventsource/accounts.js';

export interface Ending {
  readonly asked: number;
  readonly collectionMillis: number;
  /** Ticks of {@link TICK_MILLIS} in it. */
  readonly collectionTicks: number;
  readonly exportedLag: number | undefined;
  readonly livedOnTicks: number;
}

/** What waits is told by how often a timer fires meanwhile: on a machine that stands still it does not fire, though time passes. */
export const TICK_MILLIS = 50;

class HangingStore extends InMemoryEventStore {
  hangs = false;
  asked = 0;
  override async getGlobalPosition(): Promise<number> {
    this.asked += 1;
    return this.hangs ? new Promise(() => {}) : super.getGlobalPosition();
  }
}

const interval = Number(process.argv[3]);
const own = process.argv[2] === 'sdk' ? await ownSdk(interval) : undefined;
const store = new HangingStore();
const manager = new subscriptions.SubscriptionManager(
  store,
  new InMemoryEventBus(),
  new InMemoryCheckpointRepository(),
);
await manager.subscribe({ handle: async () => {}, subscribedTo: () => [Deposited] }, { name: 'feed' });
await manager.start();
const accounts = new eventsource.AggregateRepository(store, Account, 'Account');
const account = accounts.createNew(crypto.randomUUID());
account.move(1);
await accounts.save(account);
store.asked = 0;
store.hangs = true;
// Some collections, where they are that frequent.
await new Promise((resolve) => setTimeout(resolve, 1500));
let ticks = 0;
setInterval(() => {
  ticks += 1;
}, TICK_MILLIS).unref();
const began = performance.now();
const exportedLag = interval > 1000 ? await own?.collect() : undefined;
const [collectionMillis, collectionTicks] = [performance.now() - began, ticks];
process.on('exit', () => {
  const livedOnTicks = ticks - collectionTicks;
  console.log(JSON.stringify({ asked: store.asked, collectionMillis, collectionTicks, exportedLag, livedOnTicks }));
});

async function ownSdk(exportIntervalMillis: number) {
  const { metrics } = await import('@opentelemetry/api');
  const { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } = await import(
    '@opentelemetry/sdk-metrics'
  );
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis,
    exportTimeoutMillis: exportIntervalMillis,
  });
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  return {
    async collect(): Promise<number | undefined> {
      await reader.forceFlush();
      const all = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
      const value = all.find(({ descriptor }) => descriptor.name === 'subscription.lag')?.dataPoints[0]?.value;
      return value as number | undefined;
    },
  };
}
