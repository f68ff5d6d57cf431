// SPDX-License-Identifier: Apache-2.0
// The example traces of docs/guide.md, recorded on the real servers: for the command that writes them and the test that compares.
import { randomUUID } from 'node:crypto';
import { removeFrom } from './brokers.js';
import { dropSchema } from './distributed-shop.js';
import { startOtlpReceiver } from './otlp-receiver.js';
import type { Attributes } from './otlp-traces.js';
import { startProcess } from './processes.js';
import { addressOf } from './servers.js';
import { type SpanTree, treesOf } from './span-trees.js';

/** What is shown of a span, in this order. */
const SHOWN = [
  'eventsource.aggregate.id',
  'eventsource.aggregate.type',
  'snapshot.used',
  'events.replayed',
  'eventsource.version',
  'eventsource.from_version',
  'db.system',
  'messaging.system',
  'messaging.destination',
  'eventsource.event.type',
  'eventsource.event.count',
  'eventsource.handler.count',
  'eventsource.handler.name',
  'eventsource.handler.success',
];

/** The files of the traces, in `fixtures/guide`, with the processes that make them: the last one begins when the others wait. */
const programs = {
  '09-trace-load-with-snapshot.txt': { 'load-with-snapshot': 'shop' },
  '10-trace-publishing.txt': { 'save-and-publish': 'shop' },
  '11-trace-distributed.txt': { consumer: 'Service B (consumer)', publisher: 'Service A (publisher)' },
} as const satisfies Record<string, Readonly<Record<string, string>>>;

export type TraceFile = keyof typeof programs;
export const traceFiles = Object.keys(programs) as readonly TraceFile[];

/** Runs the programs of a trace under the preload, and draws what they export. */
export async function recordTrace(file: TraceFile): Promise<string> {
  const receiver = await startOtlpReceiver();
  const name = `guide_${randomUUID().slice(0, 8)}`;
  const env = {
    ...Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^(?:OTEL_|NODE_)/.test(key))),
    AMQP_URL: addressOf('rabbitmq'),
    POSTGRES_URL: addressOf('postgresql'),
    EXCHANGE: name,
    SCHEMA: name,
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
    OTEL_INSTRUMENTATION_EVENTSOURCE_FLUSH_TIMEOUT: '20000',
  };
  const start = ([program, service]: readonly [string, string]) =>
    startProcess([`dist/fixtures/guide/traces/${program}.js`], {
      preloads: ['./register'],
      env: { ...env, OTEL_SERVICE_NAME: service },
    });
  const [first, second] = Object.entries(programs[file]) as [[string, string], [string, string]?];
  try {
    const waiting = start(first);
    if (second !== undefined) {
      await waiting.said('Waiting');
      await start(second).ended();
    }
    await waiting.ended();
  } finally {
    await receiver.close();
    await (file.includes('snapshot') ? dropSchema(name) : removeFrom('rabbitmq', name));
  }
  return `${draw(treesOf(receiver.spans)).join('\n').replaceAll(name, 'events')}\n`;
}

/** The text without what is another at each run. */
export function withoutTimes(text: string): string {
  return text.replace(/\] [\d.]+ ms/g, ']');
}

interface Above {
  readonly indent: string;
  readonly service: string;
  readonly attributes: Attributes;
}

/** Names of spans in brackets; below them their attributes, but for what a span above says already, and their children. */
function draw(trees: readonly SpanTree[], above?: Above): string[] {
  const { indent = '', attributes: known = {} } = above ?? {};
  return trees.flatMap(({ span: { name, durationMillis, attributes, service }, children }) => {
    const news = SHOWN.filter((key) => attributes[key] !== undefined && attributes[key] !== known[key]);
    return [
      ...(service === (above?.service ?? 'shop') ? [] : [...(above === undefined ? [] : ['']), `${service}:`]),
      `${indent}[${name}] ${durationMillis.toFixed(1)} ms`,
      ...news.map((key) => `${indent}    ${key}: ${JSON.stringify(attributes[key])}`),
      ...draw(children, { indent: `${indent}  `, service, attributes: { ...known, ...attributes } }),
    ];
  });
}
