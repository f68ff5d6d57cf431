// SPDX-License-Identifier: Apache-2.0
// Runs an example as a user would, under the preload, and compares what comes of it with what it says itself.
import assert from 'node:assert/strict';
import { type ChildResult, type ChildRun, root, runNode } from '../../testkit/child.js';
import type { AttributeValue, ExportedSpan } from '../../testkit/otlp-traces.js';
import { type SpanTree, treesOf } from '../../testkit/span-trees.js';
import { type Collector, startCollector } from './collector.js';
import type { Example } from './examples.js';

export interface ExampleRun extends Collector {
  readonly result: ChildResult;
}

export interface RunExample extends Pick<ChildRun, 'onOutput'> {
  /** Added to the environment; gets where to send. */
  readonly env?: (collector: Collector) => Readonly<Record<string, string>>;
  /** @default one of its own */
  readonly collector?: Collector;
}

/** An example without a provider of its own gets the SDK of the preload, which sends everything to the collector. */
export async function runExample(example: Example, options: RunExample = {}): Promise<ExampleRun> {
  const collector = options.collector ?? (await startCollector());
  try {
    const result = await runNode({
      cwd: root,
      args: ['--import', './register', `dist/fixtures/guide/${example.name.replace(/\.ts$/, '.js')}`],
      env: { ...(example.hasProvider ? {} : preloadSends(example, collector)), ...options.env?.(collector) },
      ...(options.onOutput ? { onOutput: options.onOutput } : {}),
    });
    return { ...collector, result };
  } finally {
    if (options.collector === undefined) await collector.close();
  }
}

function preloadSends({ name }: Example, { http }: Collector): Readonly<Record<string, string>> {
  return {
    OTEL_SERVICE_NAME: name,
    OTEL_EXPORTER_OTLP_ENDPOINT: http,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_LOGS_EXPORTER: 'otlp',
  };
}

/** Everything that the example says of itself holds; spans that it does not say are not there. */
export function assertClaims({ claims, onConsole, name }: Example, run: ExampleRun): void {
  const { code, stdout, stderr } = run.result;
  assert.deepEqual({ code, stderr: claims.Says ? '' : stderr }, { code: 0, stderr: '' });
  assert.notDeepEqual(Object.keys(claims), [], `${name} says nothing of what comes of it`);
  const { Prints = [], Says, Spans, Metrics, Logs } = claims;
  if (!onConsole) assertLines(stdout, Prints);
  if (Says) assertLines(stderr, Says);
  if (Spans) assert.deepEqual(linesOf(onConsole ? printedTrees(stdout) : treesOf(run.spans), Spans), Spans);
  if (Metrics) assert.deepEqual(totals(run, Metrics), Metrics);
  if (Logs) assert.deepEqual(logLines(run), Logs);
}

/** `…` stands for what is another at each run. */
function assertLines(actual: string, expected: readonly string[]): void {
  const lines = actual === '' ? [] : actual.trimEnd().split('\n');
  const matches = (line: string | undefined, index: number) =>
    new RegExp(`^${(expected[index] ?? '').split('…').map(literally).join('.+')}$`).test(line ?? '');
  assert.deepEqual(
    lines.map((line, index) => (matches(line, index) ? expected[index] : line)),
    expected,
  );
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** Spans, indented below their parents, each with those attributes that the expected line has. */
function linesOf(trees: readonly Tree[], expected: readonly string[]): string[] {
  const lines: string[] = [];
  const draw = ({ span, children }: Tree, indent: string): void => {
    const [, ...wanted] = (expected[lines.length] ?? '').trim().split('  ');
    const attributes = wanted.map((pair) => pair.slice(0, pair.indexOf('=')));
    const shown = attributes.map((key) => `${key}=${key === 'kind' ? span.kind : String(span.attributes[key])}`);
    lines.push([indent + span.name, ...shown].join('  '));
    for (const child of children) draw(child, `${indent}  `);
  };
  for (const tree of trees) draw(tree, '');
  return lines;
}

interface Tree {
  readonly span: Pick<ExportedSpan, 'name' | 'kind'> & { readonly attributes: Readonly<Record<string, unknown>> };
  readonly children: readonly Tree[];
}

/** What `ConsoleSpanExporter` prints: one object for each span. */
function printedTrees(stdout: string): SpanTree[] {
  const spans = [...stdout.matchAll(/^\{\n[\s\S]*?^\}$/gm)].map(([text]) => printedSpan(text));
  return treesOf(spans);
}

function printedSpan(text: string): ExportedSpan {
  const field = (pattern: RegExp) => pattern.exec(text)?.[1];
  const attributes = field(/^ {2}attributes: \{\n([\s\S]*?)^ {2}\}/m) ?? '';
  return {
    traceId: field(/^ {2}traceId: '(\w+)'/m) ?? '',
    spanId: field(/^ {2}id: '(\w+)'/m) ?? '',
    parentSpanId: field(/^ {2}parentSpanContext: \{[\s\S]*?spanId: '(\w+)'/m),
    name: field(/^ {2}name: '(.+)'/m) ?? '',
    kind: 'INTERNAL',
    status: 'UNSET',
    startNanos: BigInt(Math.round(Number(field(/^ {2}timestamp: ([\d.]+)/m)) * 1000)),
    durationMillis: 0,
    attributes: Object.fromEntries(
      [...attributes.matchAll(/^ {4}'?([\w.]+)'?: '?(.*?)'?,?$/gm)].map(([, key, value]) => [key, value]),
    ) as Record<string, AttributeValue>,
    events: [],
    links: [],
    service: '',
    scope: '',
  };
}

/** The metrics that are named, each with the total of its series. */
function totals({ metrics }: Pick<Collector, 'metrics'>, named: readonly string[]): string[] {
  return named.map((line) => {
    const [name = ''] = line.split('  ');
    const points = [...metrics.values()].filter((point) => point.name === name);
    return `${name}  ${points.length === 0 ? 'none' : points.reduce((sum, { value }) => sum + value, 0)}`;
  });
}

function logLines({ logs }: Pick<Collector, 'logs'>): string[] {
  return logs.map(({ severity, logger, body }) => `${severity} ${logger}  ${body}`);
}
