// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { type Broker, removeFrom } from '../../testkit/brokers.js';
import { startOtlpReceiver } from '../../testkit/otlp-receiver.js';
import type { ExportedSpan } from '../../testkit/otlp-traces.js';
import { startProcess } from '../../testkit/processes.js';
import { describeOnServer } from '../../testkit/servers.js';
import { ours, programPath, tracesTo, uniqueName } from './support/run.js';

/** Names of the spans that each message gives, on either side. */
const CHAIN = {
  redis: ['publish', 'process', 'dispatch', 'handle'],
  rabbitmq: ['publish', 'consume', 'dispatch', 'handle'],
  kafka: ['publish', 'consume', 'dispatch'],
} satisfies Record<Broker, string[]>;

/** Sampled shares that hardly any run misses, by how many events there are. */
const runs = [
  { broker: 'redis', count: 10_000, share: [0.08, 0.12] },
  { broker: 'rabbitmq', count: 2000, share: [0.06, 0.14] },
  { broker: 'kafka', count: 1000, share: [0.05, 0.15] },
] as const;

for (const { broker, count, share } of runs) {
  describeOnServer(broker, `a sampler of 0.1 in two processes, over ${broker}`, () => {
    it(`takes whole traces, about a tenth of ${count}`, async () => {
      const spans = await sampled(broker, count);
      const traces = byTrace(spans);
      for (const trace of traces.values()) assert.deepEqual(shortNames(trace), [...CHAIN[broker]].sort());
      const [least, most] = share;
      const taken = traces.size / count;
      assert.ok(taken > least && taken < most, `${taken}`);
    }).timeout(120_000);
  });
}

/** What two processes export that share `count` events. */
async function sampled(broker: Broker, count: number): Promise<readonly ExportedSpan[]> {
  const receiver = await startOtlpReceiver();
  const name = uniqueName();
  const start = (program: string) =>
    startProcess([programPath(program), broker, name, String(count)], {
      preloads: [ours],
      env: {
        ...tracesTo(receiver.endpoint),
        OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
        OTEL_TRACES_SAMPLER_ARG: '0.1',
        OTEL_BSP_SCHEDULE_DELAY: '500',
        OTEL_BSP_MAX_QUEUE_SIZE: '10000',
      },
    });
  const consumer = start('consume-many');
  try {
    await consumer.said('ready');
    await Promise.all([start('publish-many').ended(), consumer.ended()]);
    return receiver.spans;
  } finally {
    consumer.kill();
    await receiver.close();
    await removeFrom(broker, name);
  }
}

function shortNames(trace: readonly ExportedSpan[]): string[] {
  return trace.map(({ name }) => /event_bus\.(\w+)/.exec(name)?.[1] ?? name).sort();
}

function byTrace(spans: readonly ExportedSpan[]): Map<string, ExportedSpan[]> {
  const traces = new Map<string, ExportedSpan[]>();
  for (const span of spans) {
    const trace = traces.get(span.traceId) ?? [];
    trace.push(span);
    traces.set(span.traceId, trace);
  }
  return traces;
}
