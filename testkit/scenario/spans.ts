// SPDX-License-Identifier: Apache-2.0
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { Marks } from './marks.js';
import { normaliseAttributes, sortedByName } from './normalise.js';
import type { SpanNode } from './result.js';

/** The instrumentation scope of the spans that the scenario itself opens. */
export const SCENARIO_SCOPE = 'scenario';

/** The ended spans as a forest; a span whose parent is not among them is a root. */
export function toForest(spans: readonly ReadableSpan[], marks: Marks): SpanNode[] {
  const byId = new Map(spans.map((span) => [span.spanContext().spanId, span]));
  const nodesBelow = (parent: ReadableSpan | undefined): SpanNode[] =>
    sortedByName(spans.filter((span) => byId.get(span.parentSpanContext?.spanId ?? '') === parent).map(toNode));

  function toNode(span: ReadableSpan): SpanNode {
    const links = span.links.map(({ context }) => byId.get(context.spanId)?.name ?? '<not exported>');
    return {
      name: span.name,
      kind: SpanKind[span.kind],
      status: SpanStatusCode[span.status.code],
      attributes: normaliseAttributes(span.attributes, marks),
      ...(span.instrumentationScope.name === SCENARIO_SCOPE && { scope: 'scenario' as const }),
      ...unlessEmpty('exceptions', exceptionsOf(span)),
      ...unlessEmpty('links', links),
      ...unlessEmpty('children', nodesBelow(span)),
    };
  }

  return nodesBelow(undefined);
}

function exceptionsOf(span: ReadableSpan): string[] {
  return span.events
    .filter(({ name }) => name === 'exception')
    .map(({ attributes }) => String(attributes?.['exception.type']).replace(/^.*\./, ''));
}

function unlessEmpty<K extends string, T>(key: K, list: readonly T[]): { [P in K]?: readonly T[] } {
  return (list.length > 0 ? { [key]: list } : {}) as { [P in K]?: readonly T[] };
}
