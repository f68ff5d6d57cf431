// SPDX-License-Identifier: Apache-2.0
// Spans of an example, from wherever they went, as the lines in which it says what comes of it.
import type { AttributeValue, ExportedSpan } from '../../testkit/otlp-traces.js';
import { type SpanTree, treesOf } from '../../testkit/span-trees.js';
import type { Collector, ZipkinSpan } from './collector.js';

/** Spans, indented below their parents, each with those attributes that the expected line has. */
export function linesOf(trees: readonly SpanTree[], expected: readonly string[]): string[] {
  const lines: string[] = [];
  const draw = ({ span, children }: SpanTree, indent: string): void => {
    const [, ...wanted] = (expected[lines.length] ?? '').trim().split('  ');
    const attributes = wanted.map((pair) => pair.slice(0, pair.indexOf('=')));
    const shown = attributes.map((key) => `${key}=${key === 'kind' ? span.kind : String(span.attributes[key])}`);
    lines.push([indent + span.name, ...shown].join('  '));
    for (const child of children) draw(child, `${indent}  `);
  };
  for (const tree of trees) draw(tree, '');
  return lines;
}

export function receivedTrees({ http, grpc, zipkin }: Collector): SpanTree[] {
  return treesOf([...http.spans, ...grpc.spans, ...zipkin.spans.map(ofZipkin)]);
}

function ofZipkin({ name, id, parentId, traceId, timestamp, tags }: ZipkinSpan): ExportedSpan {
  return {
    ...plain,
    traceId,
    spanId: id,
    parentSpanId: parentId,
    name,
    startNanos: BigInt(timestamp) * 1000n,
    attributes: tags,
  };
}

/** What `ConsoleSpanExporter` prints: one object for each span. */
export function printedTrees(stdout: string): SpanTree[] {
  return treesOf([...stdout.matchAll(/^\{\n[\s\S]*?^\}$/gm)].map(([text]) => ofConsole(text)));
}

function ofConsole(text: string): ExportedSpan {
  const field = (pattern: RegExp) => pattern.exec(text)?.[1];
  const attributes = field(/^ {2}attributes: \{\n([\s\S]*?)^ {2}\}/m) ?? '';
  const pairs = [...attributes.matchAll(/^ {4}'?([\w.]+)'?: '?(.*?)'?,?$/gm)].map(([, key, value]) => [key, value]);
  return {
    ...plain,
    traceId: field(/^ {2}traceId: '(\w+)'/m) ?? '',
    spanId: field(/^ {2}id: '(\w+)'/m) ?? '',
    parentSpanId: field(/^ {2}parentSpanContext: \{[\s\S]*?spanId: '(\w+)'/m),
    name: field(/^ {2}name: '(.+)'/m) ?? '',
    startNanos: BigInt(Math.round(Number(field(/^ {2}timestamp: ([\d.]+)/m)) * 1000)),
    attributes: Object.fromEntries(pairs) as Record<string, AttributeValue>,
  };
}

/** What is not looked at. */
const plain = {
  kind: 'INTERNAL',
  status: 'UNSET',
  durationMillis: 0,
  events: [],
  links: [],
  service: '',
  scope: '',
} as const;
