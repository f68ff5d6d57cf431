// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeTraces, type ExportedSpan } from '../otlp-traces.js';
import { fetched, freePorts, type Program, startProgram, temporaryFolder } from './program.js';

export interface Jaeger extends Program {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`, by the value of `OTEL_EXPORTER_OTLP_PROTOCOL`. */
  readonly endpoints: Readonly<Record<'grpc' | 'http/protobuf', string>>;
  /** The spans of all traces of a service. */
  spansOf(service: string): Promise<ExportedSpan[]>;
}

export async function startJaeger(): Promise<Jaeger> {
  const folder = temporaryFolder('jaeger');
  const [grpc = 0, http = 0, api = 0, apiGrpc = 0] = await freePorts(4);
  const endpoint = (port: number) => ({ endpoint: `127.0.0.1:${port}` });
  // JSON is YAML.
  const configuration = {
    extensions: {
      jaeger_storage: { backends: { memory: { memory: { max_traces: 100_000 } } } },
      jaeger_query: { storage: { traces: 'memory' }, http: endpoint(api), grpc: endpoint(apiGrpc) },
    },
    receivers: { otlp: { protocols: { grpc: endpoint(grpc), http: endpoint(http) } } },
    exporters: { jaeger_storage_exporter: { trace_storage: 'memory' } },
    service: {
      extensions: ['jaeger_storage', 'jaeger_query'],
      pipelines: { traces: { receivers: ['otlp'], exporters: ['jaeger_storage_exporter'] } },
      telemetry: { metrics: { level: 'none' }, logs: { level: 'warn' } },
    },
  };
  const file = join(folder, 'jaeger.yaml');
  writeFileSync(file, JSON.stringify(configuration));
  const url = `http://127.0.0.1:${api}`;
  const program = await startProgram('jaeger', {
    args: ['--config', file],
    env: { OTEL_TRACES_SAMPLER: 'always_off' }, // it would trace itself
    folder,
    isReady: () => fetched(`${url}/api/services`),
  });
  return {
    ...program,
    endpoints: { grpc: `http://127.0.0.1:${grpc}`, 'http/protobuf': `http://127.0.0.1:${http}` },
    async spansOf(service) {
      const [from, to] = [Date.now() - 3_600_000, Date.now() + 60_000].map((time) => new Date(time).toISOString());
      const query = new URLSearchParams({
        'query.service_name': service,
        'query.start_time_min': from ?? '',
        'query.start_time_max': to ?? '',
        'query.num_traces': '10000',
      });
      const { result } = JSON.parse(await fetched(`${url}/api/v3/traces?${query}`));
      return decodeTraces(Buffer.from(JSON.stringify(result)), 'application/json');
    },
  };
}
