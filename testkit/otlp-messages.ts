// SPDX-License-Identifier: Apache-2.0
// Decodes the exports of OTLP, as protobuf or as JSON, which differ in how they write ids and long numbers.
import protobuf from 'protobufjs';

export type Signal = 'traces' | 'metrics' | 'logs';

export type AttributeValue = string | number | boolean | readonly AttributeValue[] | undefined;
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** Hexadecimal in JSON, bytes in protobuf. */
export type Id = string | Uint8Array;
/** A number only in JSON that is not quite right. */
export type Long = string | number;

export interface KeyValue {
  readonly key: string;
  readonly value?: AnyValue;
}

export interface AnyValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: Long;
  readonly doubleValue?: number;
  readonly arrayValue?: { readonly values?: readonly AnyValue[] };
}

/** What all signals have around theirs. */
export interface Resource {
  readonly attributes?: readonly KeyValue[];
}

export interface Scope {
  readonly name?: string;
}

/**
 * @param contentType of the request; anything but protobuf and gRPC is read as JSON
 * @returns what OTLP's JSON would be, but for ids, which may be bytes
 * @throws when the body is no export of the signal
 */
export function decodeExport(signal: Signal, body: Buffer, contentType: string): unknown {
  if (!/protobuf|grpc/.test(contentType)) return JSON.parse(body.toString());
  const type = messages.lookupType(signal);
  return type.toObject(type.decode(body), { longs: String });
}

/** @param request of any signal; what is of several processes gives the first */
export function resourceIn(request: unknown): Attributes {
  const [first] = Object.values(request as Record<string, readonly { readonly resource?: Resource }[]>).flat();
  return attributesOf(first?.resource?.attributes);
}

export function attributesOf(pairs: readonly KeyValue[] = []): Attributes {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, plain(value)]));
}

export function plain(value: AnyValue = {}): AttributeValue {
  if (value.intValue !== undefined) return Number(value.intValue);
  if (value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(plain);
  return value.stringValue ?? value.boolValue ?? value.doubleValue;
}

export function hex(id: Id): string {
  return typeof id === 'string' ? id : Buffer.from(id).toString('hex');
}

// The parts of opentelemetry-proto 1.x that are looked at; decoding skips all other fields.
const messages = protobuf.parse(`
  syntax = "proto3";
  message traces { repeated ResourceSpans resource_spans = 1; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
  message ScopeSpans { Scope scope = 1; repeated Span spans = 2; }
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

  message metrics { repeated ResourceMetrics resource_metrics = 1; }
  message ResourceMetrics { Resource resource = 1; repeated ScopeMetrics scope_metrics = 2; }
  message ScopeMetrics { Scope scope = 1; repeated Metric metrics = 2; }
  message Metric {
    string name = 1;
    string unit = 3;
    oneof data { Points gauge = 5; Points sum = 7; Distributions histogram = 9; }
  }
  message Points { repeated Point data_points = 1; }
  message Point {
    repeated KeyValue attributes = 7;
    oneof value { double as_double = 4; sfixed64 as_int = 6; }
  }
  message Distributions { repeated Distribution data_points = 1; }
  message Distribution { repeated KeyValue attributes = 9; fixed64 count = 4; }

  message logs { repeated ResourceLogs resource_logs = 1; }
  message ResourceLogs { Resource resource = 1; repeated ScopeLogs scope_logs = 2; }
  message ScopeLogs { Scope scope = 1; repeated LogRecord log_records = 2; }
  message LogRecord {
    int32 severity_number = 2;
    string severity_text = 3;
    AnyValue body = 5;
    repeated KeyValue attributes = 6;
    bytes trace_id = 9;
    bytes span_id = 10;
  }

  message Resource { repeated KeyValue attributes = 1; }
  message Scope { string name = 1; }
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
`).root;
