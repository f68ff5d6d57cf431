// SPDX-License-Identifier: Apache-2.0
// Trace exports of OTLP as spans that are easy to look at.
import {
  type Attributes,
  attributesOf,
  decodeExport,
  hex,
  type Id,
  type KeyValue,
  type Resource,
  type Scope,
} from './otlp-messages.js';

export type { Attributes, AttributeValue } from './otlp-messages.js';

export interface ExportedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** `undefined` on the root of a trace. */
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly kind: 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER';
  readonly status: 'UNSET' | 'OK' | 'ERROR';
  /** Nanoseconds since the epoch. */
  readonly startNanos: bigint;
  readonly durationMillis: number;
  readonly attributes: Attributes;
  readonly events: readonly { readonly name: string; readonly attributes: Attributes }[];
  /** Ids of the spans that it links to. */
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  /** `service.name` of the process. */
  readonly service: string;
  /** Name of the instrumentation. */
  readonly scope: string;
}

/**
 * @param contentType of the request; anything but protobuf and gRPC is read as JSON
 * @throws when the body is no trace export
 */
export function decodeTraces(body: Buffer, contentType: string): ExportedSpan[] {
  return spansOf(decodeExport('traces', body, contentType));
}

/** @param request in the JSON of OTLP; one without spans is none of traces */
export function spansOf(request: unknown): ExportedSpan[] {
  return ((request as TraceRequest).resourceSpans ?? []).flatMap(({ resource, scopeSpans = [] }) => {
    const service = String(attributesOf(resource?.attributes)['service.name']);
    return scopeSpans.flatMap(({ scope, spans = [] }) =>
      spans.map((span) => exportedSpan(span, service, scope?.name ?? '')),
    );
  });
}

const KINDS = ['INTERNAL', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const;
const STATUSES = ['UNSET', 'OK', 'ERROR'] as const;

function exportedSpan(span: Span, service: string, scope: string): ExportedSpan {
  const startNanos = BigInt(span.startTimeUnixNano);
  return {
    traceId: hex(span.traceId),
    spanId: hex(span.spanId),
    parentSpanId: span.parentSpanId === undefined ? undefined : hex(span.parentSpanId) || undefined,
    name: span.name,
    kind: KINDS[span.kind ?? 0] ?? 'INTERNAL',
    status: STATUSES[span.status?.code ?? 0] ?? 'UNSET',
    startNanos,
    durationMillis: Number(BigInt(span.endTimeUnixNano) - startNanos) / 1e6,
    attributes: attributesOf(span.attributes),
    events: (span.events ?? []).map(({ name, attributes }) => ({ name, attributes: attributesOf(attributes) })),
    links: (span.links ?? []).map(({ traceId, spanId }) => ({ traceId: hex(traceId), spanId: hex(spanId) })),
    service,
    scope,
  };
}

interface TraceRequest {
  readonly resourceSpans?: readonly {
    readonly resource?: Resource;
    readonly scopeSpans?: readonly { readonly scope?: Scope; readonly spans?: readonly Span[] }[];
  }[];
}

interface Span {
  readonly traceId: Id;
  readonly spanId: Id;
  readonly parentSpanId?: Id;
  readonly name: string;
  readonly kind?: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly KeyValue[];
  readonly events?: readonly { readonly name: string; readonly attributes?: readonly KeyValue[] }[];
  readonly links?: readonly { readonly traceId: Id; readonly spanId: Id }[];
  readonly status?: { readonly code?: number };
}
