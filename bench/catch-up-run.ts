// SPDX-License-Identifier: Apache-2.0
// One catch-up in a process of its own: a subscription over all events of an SQLite file. Prints one JSON line.
//   node [--import register] [--expose-gc] catch-up-run.js <file> <prepare|bare|traced> [heap]
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { BasicTracerProvider, BatchSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { DomainEvent, EventRegistry } from 'eventsource';
import { InMemoryEventBus } from 'eventsource/bus';
import { SQLiteCheckpointRepository } from 'eventsource/repositories';
import { openSQLite, SQLiteEventStore } from 'eventsource/stores';
import { SubscriptionManager } from 'eventsource/subscriptions';

const EVENTS = 100_000;
const EVENTS_OF_ONE_ORDER = 100;
const HEAP_SAMPLES = 20;

class ItemAdded extends DomainEvent<{ sku: string; quantity: number }> {
  static override readonly aggregateType = 'Order';
}

const [file, mode, what] = process.argv.slice(2) as [string, 'prepare' | 'bare' | 'traced', 'heap' | undefined];
const registry = new EventRegistry();
registry.register(ItemAdded);
const database = openSQLite(file);
const store = new SQLiteEventStore(database, { eventRegistry: registry });

if (mode === 'prepare') await prepare();
else console.log(JSON.stringify(await catchUp()));
database.close();

async function prepare(): Promise<void> {
  await store.initialize();
  for (let order = 0; order < EVENTS / EVENTS_OF_ONE_ORDER; order++) {
    const aggregateId = `order-${order}`;
    const items = Array.from(
      { length: EVENTS_OF_ONE_ORDER },
      (_, i) => new ItemAdded({ aggregateId, aggregateVersion: i + 1, tenantId: 'acme', sku: `sku-${i}`, quantity: i }),
    );
    await store.appendEvents(aggregateId, 'Order', items, 0);
  }
}

async function catchUp() {
  const exporter = countingExporter();
  // The SDK's defaults: a queue of 2048 spans, batches of 512.
  const processor = new BatchSpanProcessor(exporter);
  if (mode === 'traced') {
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [processor] }));
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  }
  const heap: number[] = [];
  let handled = 0;
  const feed = {
    subscribedTo: () => [ItemAdded],
    async handle() {
      handled += 1;
      if (what === 'heap' && handled % (EVENTS / HEAP_SAMPLES) === 0) heap.push(await heapUsed());
    },
  };
  const manager = new SubscriptionManager(store, new InMemoryEventBus(), new SQLiteCheckpointRepository(database));
  await manager.subscribe(feed, { name: 'Feed' });
  const [begin, cpuBegin] = [performance.now(), process.cpuUsage()];
  await manager.startSubscription('Feed');
  const millis = performance.now() - begin;
  const { user, system } = process.cpuUsage(cpuBegin);
  await manager.stop();
  await processor.forceFlush();
  return { handled, millis, cpuMillis: (user + system) / 1000, spans: exporter.spans, heap };
}

/** Answers as one over a network does, in a later turn, and keeps nothing. */
function countingExporter() {
  return {
    spans: 0,
    export(batch: ReadableSpan[], done: (result: ExportResult) => void) {
      this.spans += batch.length;
      setImmediate(done, { code: ExportResultCode.SUCCESS });
    },
    async forceFlush() {},
    async shutdown() {},
  };
}

/** Bytes after a forced collection. */
async function heapUsed(): Promise<number> {
  // Objects with finalizers take a second round.
  for (let round = 0; round < 2; round++) {
    global.gc?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed;
}
