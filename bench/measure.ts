// SPDX-License-Identifier: Apache-2.0
// One variant in a process of its own, so that no variant pollutes another's type feedback. Prints one JSON line.
//   node [--expose-gc …] measure.js <subject> <variant> <sdk> <bytes|time>
import { getHeapStatistics } from 'node:v8';
import { context, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  ParentBasedSampler,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { DomainEvent } from 'eventsource';
import { weaveClasses } from '../src/weaving/classes.js';
import { createProviders } from '../src/weaving/providers.js';
import { createRuntime } from '../src/weaving/runtime.js';
import { recordingMetrics } from '../testkit/signals.js';
import { type Subject, type SubjectName, subjects } from './subjects.js';

const [subjectName, variant, sdk, what] = process.argv.slice(2) as [SubjectName, string, string, string];
const events = [{ eventType: 'OrderPlaced' } as DomainEvent];
const ids = Array.from({ length: 64 }, (_, i) => `order-${1000 + i}`);

function startSdk(): void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  if (sdk === 'metrics') {
    metrics.setGlobalMeterProvider(recordingMetrics().provider);
    return;
  }
  const drop: SpanProcessor = { onStart() {}, onEnd() {}, forceFlush: async () => {}, shutdown: async () => {} };
  const root = sdk === 'unsampled' ? new AlwaysOffSampler() : new AlwaysOnSampler();
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ sampler: new ParentBasedSampler({ root }), spanProcessors: [drop] }),
  );
}

function make(): Subject {
  const { target, aspect, byHand } = subjects[subjectName];
  if (variant === 'woven') {
    const providers = createProviders();
    providers.enabled = true;
    const runtime = createRuntime(
      providers,
      { name: 'bench', version: '1' },
      { attribute: (key) => [{ key }], errorKeys: ['eventsource.error.type'], family: () => 'auto' },
    );
    const { otherShapes } = weaveClasses(runtime, [aspect], { [aspect.target]: target }).report;
    // What is not woven costs nothing, and meets all bounds.
    if (otherShapes.length > 0) throw new Error(`${aspect.target} lacks a method that its rows name: it is not woven`);
  }
  const bare = new target();
  return variant === 'by hand' ? byHand(trace.getTracer('bench', '1'), bare) : bare;
}

let sink: unknown;

async function loop(subject: Subject, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    sink = await subject.append(ids[i & 63] as string, 'Order', events, i);
    if (i % 1000 === 999) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Fixed work, timed beside every batch: divides out the slow phases of a shared machine. */
function reference(): number {
  const begin = performance.now();
  let sum = 0;
  for (let k = 0; k < 20; k++) {
    const map = new Map<string, { a: number; c: readonly [number, number] }>();
    for (let i = 0; i < 300; i++) map.set(`k${i}`, { a: i, c: [i, k] });
    for (const { a, c } of map.values()) sum = (sum * 31 + a + c[1]) | 0;
  }
  sink = sum;
  return performance.now() - begin;
}

async function bytesPerCall(subject: Subject): Promise<number> {
  const count = 20_000;
  global.gc?.();
  global.gc?.();
  const before = getHeapStatistics().used_heap_size;
  await loop(subject, count);
  return (getHeapStatistics().used_heap_size - before) / count;
}

/** Time of a call in units of the reference work. */
async function relativeTime(subject: Subject): Promise<number> {
  const batches: number[] = [];
  for (let i = 0; i < 9; i++) {
    const before = reference();
    const begin = performance.now();
    await loop(subject, 10_000);
    const took = performance.now() - begin;
    batches.push(took / (before + reference()));
  }
  return median(batches);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}

async function main(): Promise<void> {
  const subject = make();
  for (let i = 0; i < 15; i++) await loop(subject, 4000);
  const value = what === 'bytes' ? await bytesPerCall(subject) : await relativeTime(subject);
  console.log(JSON.stringify({ value, sink: typeof sink }));
}

if (sdk === 'no SDK') {
  await main();
} else if (sdk === 'metrics') {
  startSdk();
  // As in any application that uses its context manager at all: from then on Node marks each promise with its context.
  await context.with(context.active(), main);
} else {
  startSdk();
  await context.with(trace.setSpan(context.active(), trace.getTracer('bench').startSpan('parent')), main);
}
