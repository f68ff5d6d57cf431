// SPDX-License-Identifier: Apache-2.0
// Set-ups in which spans do not arrive where they are sent.
import { CLOSED, closed, flush, type SetUp } from './shared.js';

export const setUpsOfExporting: Readonly<Record<string, SetUp>> = {
  'an endpoint at which nobody listens': {
    env: closed,
    finds: ['endpoint-unreachable'],
    seen: [/to http:\/\/127\.0\.0\.1:9\/v1\/traces: connect ECONNREFUSED/],
  },
  'an endpoint for gRPC at which nobody listens': {
    env: { ...closed, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    finds: ['endpoint-unreachable'],
    seen: [/ECONNREFUSED|UNAVAILABLE/],
  },
  'an endpoint for metrics at which nobody listens': {
    env: { ...closed, OTEL_TRACES_EXPORTER: 'console', OTEL_METRICS_EXPORTER: 'otlp' },
    finds: ['endpoint-unreachable'],
    seen: [/^Of metrics or log records: telemetry could not be sent/],
  },
  'an endpoint without http://, whose host is taken for a scheme': {
    env: { ...closed, OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4318' },
    finds: ['endpoint-address'],
    seen: [
      /^OTEL_EXPORTER_OTLP_ENDPOINT does not begin with http:\/\/ or https:\/\/; write http:\/\/localhost:4318\.$/,
    ],
  },
  'an endpoint without http://, which the SDK cannot parse': {
    env: { ...closed, OTEL_EXPORTER_OTLP_ENDPOINT: '127.0.0.1:9' },
    finds: ['endpoint-address'],
    seen: [/; write http:\/\/127\.0\.0\.1:9\.$/],
  },
  'an endpoint with quotes around it': {
    env: { ...closed, OTEL_EXPORTER_OTLP_ENDPOINT: `"${CLOSED}"` },
    finds: ['endpoint-address'],
    seen: [/^OTEL_EXPORTER_OTLP_ENDPOINT has quotes .*; write http:\/\/127\.0\.0\.1:9\.$/],
  },
  'an endpoint without http:// that code gives to its exporter': {
    app: ['own-exporter.mjs'],
    files: {
      'own-exporter.mjs': `
        import { createRequire } from 'node:module';
        import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
        const require = createRequire(createRequire(import.meta.url).resolve('@opentelemetry/sdk-node'));
        const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-proto');
        const exporter = new OTLPTraceExporter({ url: 'localhost:9/v1/traces' });
        const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
        provider.register();
        process.once('beforeExit', () => provider.shutdown().catch(() => {}));
        await import('./app.mjs');
      `,
    },
    finds: ['endpoint-address'],
    seen: [/Protocol "localhost:" not supported/],
  },
  'an endpoint whose path is there twice': {
    receiver: { answer: 404 },
    env: flush,
    finds: ['endpoint-path'],
    seen: [/\/v1\/traces\/v1\/traces: 404/, /ends with a path that the SDK adds/],
  },
  'an endpoint that is not available': { receiver: { answer: 503 }, env: flush, finds: ['endpoint-unavailable'] },
  'an endpoint that has had too much': { receiver: { answer: 429 }, env: flush, finds: ['endpoint-unavailable'] },
  'an endpoint that denies': { receiver: { answer: 401 }, env: flush, finds: ['endpoint-denies'], seen: [/401/] },
  'an endpoint that refuses': { receiver: { answer: 415 }, env: flush, finds: ['endpoint-refuses'], seen: [/415/] },
  'an endpoint that answers with a web page': {
    receiver: { type: 'text/html; charset=utf-8' },
    env: flush,
    finds: ['endpoint-page'],
    isHealthy: true,
  },
  'an endpoint that does not answer': { receiver: { answer: 'none' }, env: flush, finds: ['endpoint-silent'] },
  'an endpoint that speaks gRPC': {
    receiver: { protocol: 'grpc' },
    env: { ...flush, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' },
    finds: ['endpoint-protocol'],
  },
  'an endpoint for HTTP that gets gRPC': {
    receiver: {},
    env: { ...flush, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    finds: ['endpoint-protocol'],
  },
  'an endpoint without TLS that gets https://': {
    receiver: {},
    scheme: 'https',
    env: flush,
    finds: ['endpoint-protocol'],
    seen: [/wrong version number/],
  },
  'an endpoint without TLS that gets gRPC with https://': {
    receiver: {},
    scheme: 'https',
    env: { ...flush, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    finds: ['endpoint-protocol'],
    seen: [/wrong version number/],
  },
};
