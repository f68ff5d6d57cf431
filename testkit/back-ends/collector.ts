// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePorts, type Program, startProgram, temporaryFolder } from './program.js';

/** One export, in the JSON of OTLP. */
export type OtlpExport = Readonly<Record<string, unknown>>;

export interface Collector extends Program {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`, by the value of `OTEL_EXPORTER_OTLP_PROTOCOL`. */
  readonly endpoints: Readonly<Record<'grpc' | 'http/protobuf' | 'http/json', string>>;
  /** What it has written so far, in the order of arrival. */
  exports(): OtlpExport[];
}

/** The OpenTelemetry Collector, which writes all that it gets into a file. */
export async function startCollector(): Promise<Collector> {
  const folder = temporaryFolder('collector');
  const [grpc = 0, http = 0] = await freePorts(2);
  const output = join(folder, 'telemetry.jsonl');
  const pipeline = { receivers: ['otlp'], exporters: ['file'] };
  // JSON is YAML.
  const configuration = {
    receivers: {
      otlp: { protocols: { grpc: { endpoint: `127.0.0.1:${grpc}` }, http: { endpoint: `127.0.0.1:${http}` } } },
    },
    exporters: { file: { path: output, flush_interval: '50ms' } },
    service: {
      telemetry: { metrics: { level: 'none' }, logs: { level: 'warn' } },
      pipelines: { traces: pipeline, metrics: pipeline, logs: pipeline },
    },
  };
  const file = join(folder, 'collector.yaml');
  writeFileSync(file, JSON.stringify(configuration));
  const program = await startProgram('collector', {
    args: ['--config', file],
    folder,
    isReady: () => Promise.all([grpc, http].map(accepts)),
  });
  const overHttp = `http://127.0.0.1:${http}`;
  return {
    ...program,
    endpoints: { grpc: `http://127.0.0.1:${grpc}`, 'http/protobuf': overHttp, 'http/json': overHttp },
    exports() {
      if (!existsSync(output)) return [];
      const lines = readFileSync(output, 'utf8').split('\n');
      return lines.slice(0, -1).map((line) => JSON.parse(line)); // the last one may be half written
    },
  };
}

function accepts(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
