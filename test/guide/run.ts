// SPDX-License-Identifier: Apache-2.0
// Runs an example as a user would, under the preload, and compares what comes of it with what it says itself.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type ChildResult, type ChildRun, root, runNode } from '../../testkit/child.js';
import { type Collector, startCollector } from './collector.js';
import type { Claims, Example } from './examples.js';
import { linesOf, printedTrees, receivedTrees } from './spans.js';

export interface ExampleRun extends Collector {
  readonly result: ChildResult;
}

export interface RunExample extends Pick<ChildRun, 'onOutput'> {
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** @default one of its own */
  readonly collector?: Collector;
}

/** The addresses of back ends that examples read. */
const addresses = ({ http, grpc, zipkin }: Collector) => ({
  JAEGER_URL: http.endpoint,
  HONEYCOMB_URL: http.endpoint,
  ZIPKIN_URL: zipkin.url,
  TEMPO_URL: grpc.endpoint,
  COLLECTOR_URL: grpc.endpoint,
});

/** An example without a provider of its own gets the SDK of the preload, which sends everything to the collector. */
export async function runExample(example: Example, options: RunExample = {}): Promise<ExampleRun> {
  const collector = options.collector ?? (await startCollector());
  try {
    const result = await runNode({
      cwd: root,
      args: ['--import', './register', compiled(example)],
      env: {
        ...addresses(collector),
        ...(example.name.includes('prometheus') ? { PROMETHEUS_PORT: await freePort() } : {}),
        ...(example.hasProvider ? {} : preloadSendsTo(collector)),
        OTEL_SERVICE_NAME: example.name,
        ...options.env,
      },
      timeoutMillis: 40_000,
      ...(options.onOutput ? { onOutput: options.onOutput } : {}),
    });
    return { ...collector, result };
  } finally {
    if (options.collector === undefined) await collector.close();
  }
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return String(port);
}

function compiled({ name }: Pick<Example, 'name'>): string {
  return `dist/fixtures/guide/${name.replace(/\.ts$/, '.js')}`;
}

function preloadSendsTo({ http }: Collector): Readonly<Record<string, string>> {
  return {
    ...http.env,
    OTEL_METRIC_EXPORT_INTERVAL: '100',
    OTEL_METRIC_EXPORT_TIMEOUT: '100',
    // Where many tests run at once, two seconds can be too little.
    OTEL_INSTRUMENTATION_EVENTSOURCE_FLUSH_TIMEOUT: '20000',
  };
}

/** Runs it once for each variable of which it says something. */
export async function runAsClaimed(example: Example, env: RunExample['env'] = {}): Promise<void> {
  assert.notDeepEqual(Object.keys(example.claims), [], `${example.name} says nothing of what comes of it`);
  for (const [variable, claims] of Object.entries(example.claims)) {
    const [name = '', value = ''] = variable.split('=');
    const run = await runExample(example, { env: { ...env, ...(name === '' ? {} : { [name]: value }) } });
    assertClaims(example, claims, run);
  }
}

/** What the example says of itself holds; spans and lines that it does not say are not there. */
export function assertClaims({ onConsole }: Pick<Example, 'onConsole'>, claims: Claims, run: ExampleRun): void {
  const { code, stdout, stderr } = run.result;
  const { Prints = [], Stderr = [], Spans, Metrics, Logs } = claims;
  assertPrinted(stderr, Stderr);
  assert.equal(code, 0);
  if (!onConsole) assertPrinted(claims.inAnyOrder ? inOrderOf(Prints, stdout) : stdout, Prints);
  if (Spans) assert.deepEqual(linesOf(onConsole ? printedTrees(stdout) : receivedTrees(run), Spans), Spans);
  if (Metrics) assert.deepEqual(totals(run, Metrics), Metrics);
  if (Logs) assert.deepEqual(logLines(run), Logs);
}

/** `…` stands for what is another at each run. */
export function assertPrinted(actual: string, expected: readonly string[]): void {
  const lines = actual === '' ? [] : actual.trimEnd().split('\n');
  const matches = (line: string, index: number) => patternOf(expected[index] ?? '').test(line);
  assert.deepEqual(
    lines.map((line, index) => (matches(line, index) ? expected[index] : line)),
    expected,
  );
}

/** The lines as they are expected, whichever writer was first. */
function inOrderOf(expected: readonly string[], actual: string): string {
  const position = (line: string) => expected.findIndex((each) => patternOf(each).test(line));
  return actual
    .trimEnd()
    .split('\n')
    .sort((a, b) => position(a) - position(b))
    .join('\n');
}

function patternOf(line: string): RegExp {
  return new RegExp(`^${line.split('…').map(literally).join('.+')}$`);
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** The metrics that are named, each with the total of its series as last exported; `…` stands for any. */
function totals({ http, grpc }: Collector, named: readonly string[]): string[] {
  const series = new Map(
    [...http.points, ...grpc.points].map((point) => [point.name + JSON.stringify(point.attributes), point]),
  );
  return named.map((line) => {
    const [name = '', expected] = line.split('  ');
    const points = [...series.values()].filter((point) => point.name === name);
    if (points.length === 0) return `${name}  none`;
    return `${name}  ${expected === '…' ? expected : points.reduce((sum, { value }) => sum + value, 0)}`;
  });
}

const SEVERITIES = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

function logLines({ http }: Collector): string[] {
  return http.records.map(
    ({ severity, scope, body }) => `${SEVERITIES[Math.floor((severity - 1) / 4)]} ${scope}  ${body}`,
  );
}
