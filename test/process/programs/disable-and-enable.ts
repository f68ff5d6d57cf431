// SPDX-License-Identifier: Apache-2.0
// Spans while on, 100,000 calls while off, spans while on again; and what a call allocates while off.
import { appendFileSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';
import { context } from '@opentelemetry/api';
import { EventSourceInstrumentation } from '../../../src/index.js';
import type { Program } from '../../../testkit/whole-library.js';
import { accountId } from './domain.js';

const CALLS = 100_000;
/** Few enough for no garbage collection to come between. */
const MEASURED = 20_000;
/** Whatever else is allocated meanwhile, by the compiler for one, only adds: the least of several counts. */
const TIMES = 3;

export const program: Program = async (library) => {
  // The bare run has a copy of the instrumentation too, which weaves nothing: the target was loaded before.
  const instrumentation = new EventSourceInstrumentation({ moduleNames: ['nothing'] });
  const store = new library.InMemoryEventStore();
  const read = () => store.getEvents(accountId, { aggregateType: 'Account' });
  const calls = async (count: number) => {
    for (let i = 0; i < count; i++) {
      await read();
      if (i % 1000 === 999) await new Promise((resolve) => setImmediate(resolve));
    }
  };

  // As every application with telemetry of its own does: from then on Node marks each promise with its context.
  await context.with(context.active(), read);
  mark('off');
  instrumentation.disable();
  await calls(CALLS - TIMES * MEASURED);
  const counts: number[] = [];
  for (let time = 0; time < TIMES; time++) counts.push(await bytesOf(() => calls(MEASURED)));
  mark('on');
  instrumentation.enable();
  await read();
  return Math.min(...counts) / MEASURED;
};

async function bytesOf(work: () => Promise<void>): Promise<number> {
  global.gc?.();
  const before = getHeapStatistics().used_heap_size;
  await work();
  return getHeapStatistics().used_heap_size - before;
}

/** Among the spans, so that the test sees what came when. */
function mark(name: string): void {
  appendFileSync(process.env.SPANS_FILE ?? '', `${JSON.stringify({ name })}\n`);
}
