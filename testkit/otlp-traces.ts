// SPDX-License-Identifier: Apache-2.0
// Decodes trace exports of OTLP/HTTP, as JSON or protobuf, into spans that are easy to look at.
import protobuf from 'protobufjs';

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

export type AttributeValue = string | number | boolean | readonly AttributeValue[] | undefined;
export type Attributes = Readonly<Record<string, AttributeValue>>;

/**
 * @param contentType of the request; anything but protobuf is read as JSON
 * @throws when the body is no trace export
 */
export function decodeTraces(body: Buffer, contentType: string): ExportedSpan[] {
  const request: TraceRequest = contentType.includes('protobuf') ? fromProtobuf(body) : JSON.parse(body.toString());
  return (request.resourceSpans ?? []).flatMap(({ resource, scopeSpans = [] }) => {
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

function attributesOf(pairs: readonly KeyValue[] = []): Attributes {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, plain(value)]));
}

function plain(value: AnyValue = {}): AttributeValue {
  if (value.intValue !== undefined) return Number(value.intValue);
  if (value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(plain);
  return value.stringValue ?? value.boolValue ?? value.doubleValue;
}

/** Ids are hexadecimal in OTLP's JSON and bytes in protobuf. */
function hex(id: string | Uint8Array): string {
  return typeof id === 'string' ? id : Buffer.from(id).toString('hex');
}

function fromProtobuf(body: Buffer): TraceRequest {
  return traceRequest.toObject(traceRequest.decode(body), { longs: String }) as TraceRequest;
}

// The parts of opentelemetry-proto 1.x that are looked at; decoding skips all other fields.
const traceRequest = protobuf
  .parse(`
    syntax = "proto3";
    message TraceRequest { repeated ResourceSpans resource_spans = 1; }
    message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
    message Resource { repeated KeyValue attributes = 1; }
    message ScopeSpans { Scope scope = 1; repeated Span spans = 2; }
    message Scope { string name = 1; }
    message Span {
      bytes trace_id = 1;
      bytes span_id = 2;
      bytes parent_span_id = 4;
      string name = 5;
      int32 kind = 6;
      fixed64 start_time_unix_nano = 7;
      fixed64 end_time_unix_nano = 8;
      repeated KeyValue attributes = 9;
      repeated Event events = 11;
      repeated Link links = 13;
      Status status = 15;
    }
    message Event { string name = 2; repeated KeyValue attributes = 3; }
    message Link { bytes trace_id = 1; bytes span_id = 2; }
    message Status { int32 code = 3; }
    message KeyValue { string key = 1; AnyValue value = 2; }
    message AnyValue {
      oneof value {
        string string_value = 1;
        bool bool_value = 2;
        int64 int_value = 3;
        double double_value = 4;
        ArrayValue array_value = 5;
      }
    }
    message ArrayValue { repeated AnyValue values = 1; }
  `)
  .root.lookupType('TraceRequest');

interface TraceRequest {
  readonly resourceSpans?: readonly {
    readonly resource?: { readonly attributes?: readonly KeyValue[] };
    readonly scopeSpans?: readonly { readonly scope?: { readonly name?: string }; readonly spans?: readonly Span[] }[];
  }[];
}

interface Span {
  readonly traceId: string | Uint8Array;
  readonly spanId: string | Uint8Array;
  readonly parentSpanId?: string | Uint8Array;
  readonly name: string;
  readonly kind?: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly KeyValue[];
  readonly events?: readonly { readonly name: string; readonly attributes?: readonly KeyValue[] }[];
  readonly links?: readonly { readonly traceId: string | Uint8Array; readonly spanId: string | Uint8Array }[];
  readonly status?: { readonly code?: number };
}

interface KeyValue {
  readonly key: string;
  readonly value?: AnyValue;
}

interface AnyValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string | number;
  readonly doubleValue?: number;
  readonly arrayValue?: { readonly values?: readonly AnyValue[] };
}
