// SPDX-License-Identifier: Apache-2.0
// Takes what an example exports: all three signals as OTLP over HTTP in JSON, traces and metrics over gRPC, and Zipkin's spans.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { buffer } from 'node:stream/consumers';
import protobuf from 'protobufjs';
import { decodeTraces, type ExportedSpan } from '../../testkit/otlp-traces.js';

export interface Collector {
  readonly http: string;
  readonly grpc: string;
  readonly spans: ExportedSpan[];
  /** Last value of each series: instrument and attributes → a sum, a gauge's value, or how many values a histogram has. */
  readonly metrics: Map<string, { readonly name: string; readonly value: number }>;
  readonly logs: ReceivedLog[];
  /** Bodies of requests to Zipkin's path. */
  readonly zipkin: ZipkinSpan[];
  /** Headers of every request, or metadata. */
  readonly headers: Readonly<Record<string, unknown>>[];
  close(): Promise<void>;
}

export interface ReceivedLog {
  readonly logger: string;
  readonly severity: string;
  readonly body: string;
  readonly attributes: readonly KeyValue[];
  readonly traceId: string;
}

export interface ZipkinSpan {
  readonly name: string;
  readonly id: string;
  readonly parentId?: string;
  readonly traceId: string;
  readonly timestamp: number;
  readonly tags: Readonly<Record<string, string>>;
}

export async function startCollector(): Promise<Collector> {
  const received = { spans: [], metrics: new Map(), logs: [], zipkin: [], headers: [] } as Omit<
    Collector,
    'http' | 'grpc' | 'close'
  >;
  const http = createServer(async (request, response) => {
    received.headers.push(request.headers);
    const body = await buffer(request as IncomingMessage);
    take(received, request.url ?? '', body, request.headers['content-type'] ?? '');
    const { 'content-type': type = '' } = request.headers;
    response.writeHead(200, { 'content-type': type }).end(type.includes('json') ? '{}' : '');
  }).listen(0, '127.0.0.1');
  const grpc = createHttp2Server(async (request, response) => {
    received.headers.push(request.headers);
    // A message has its length before it.
    const body = (await buffer(request)).subarray(5);
    take(received, request.url, body, 'protobuf');
    response.writeHead(200, { 'content-type': 'application/grpc' });
    response.addTrailers({ 'grpc-status': '0' });
    response.end(Buffer.alloc(5));
  }).listen(0, '127.0.0.1');
  await Promise.all([once(http, 'listening'), once(grpc, 'listening')]);
  const address = (server: Pick<Server, 'address'>) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...received,
    http: address(http),
    grpc: address(grpc),
    async close() {
      http.close();
      http.closeAllConnections();
      grpc.close();
    },
  };
}

function take(received: Omit<Collector, 'http' | 'grpc' | 'close'>, path: string, body: Buffer, type: string): void {
  if (/\/v1\/traces$|TraceService/.test(path)) received.spans.push(...decodeTraces(body, type));
  else if (/\/v1\/metrics$|MetricsService/.test(path)) {
    const request: MetricsRequest = type === 'protobuf' ? decodeMetrics(body) : JSON.parse(body.toString());
    for (const { key, ...point } of pointsOf(request)) received.metrics.set(key, point);
  } else if (path.endsWith('/v1/logs')) received.logs.push(...logsOf(JSON.parse(body.toString())));
  else if (path === '/api/v2/spans') received.zipkin.push(...JSON.parse(body.toString()));
}

function pointsOf({ resourceMetrics }: MetricsRequest) {
  return (resourceMetrics ?? [])
    .flatMap(({ scopeMetrics }) => scopeMetrics)
    .flatMap(({ metrics }) => metrics)
    .flatMap(({ name, sum, gauge, histogram }) =>
      ((sum ?? gauge ?? histogram)?.dataPoints ?? []).map(({ attributes = [], asInt, asDouble, count }) => ({
        key: name + JSON.stringify(attributes),
        name,
        value: Number(asInt ?? asDouble ?? count),
      })),
    );
}

function logsOf({ resourceLogs = [] }: LogsRequest): ReceivedLog[] {
  return resourceLogs
    .flatMap(({ scopeLogs }) => scopeLogs)
    .flatMap(({ scope, logRecords }) =>
      logRecords.map(({ severityText = '', body, attributes = [], traceId = '' }) => ({
        logger: scope?.name ?? '',
        severity: severityText,
        body: body?.stringValue ?? '',
        attributes,
        traceId,
      })),
    );
}

function decodeMetrics(body: Buffer): MetricsRequest {
  return metricsRequest.toObject(metricsRequest.decode(body), { longs: String }) as MetricsRequest;
}

// The parts of opentelemetry-proto 1.x that are looked at; decoding skips all other fields.
const metricsRequest = protobuf
  .parse(`
    syntax = "proto3";
    message MetricsRequest { repeated ResourceMetrics resource_metrics = 1; }
    message ResourceMetrics { repeated ScopeMetrics scope_metrics = 2; }
    message ScopeMetrics { repeated Metric metrics = 2; }
    message Metric { string name = 1; oneof data { Gauge gauge = 5; Sum sum = 7; Histogram histogram = 9; } }
    message Gauge { repeated Number data_points = 1; }
    message Sum { repeated Number data_points = 1; }
    message Histogram { repeated Distribution data_points = 1; }
    message Number { oneof value { double as_double = 4; sfixed64 as_int = 6; } repeated KeyValue attributes = 7; }
    message Distribution { fixed64 count = 4; repeated KeyValue attributes = 9; }
    message KeyValue { string key = 1; AnyValue value = 2; }
    message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; } }
  `)
  .root.lookupType('MetricsRequest');

interface KeyValue {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface Points {
  readonly dataPoints: readonly {
    readonly attributes?: readonly KeyValue[];
    readonly asInt?: string;
    readonly asDouble?: number;
    readonly count?: string;
  }[];
}

interface MetricsRequest {
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics: readonly {
      readonly metrics: readonly {
        readonly name: string;
        readonly sum?: Points;
        readonly gauge?: Points;
        readonly histogram?: Points;
      }[];
    }[];
  }[];
}

interface LogsRequest {
  readonly resourceLogs?: readonly {
    readonly scopeLogs: readonly {
      readonly scope?: { readonly name?: string };
      readonly logRecords: readonly {
        readonly severityText?: string;
        readonly body?: { readonly stringValue?: string };
        readonly attributes?: readonly KeyValue[];
        readonly traceId?: string;
      }[];
    }[];
  }[];
}
