// SPDX-License-Identifier: Apache-2.0
import { fetched, freePorts, type Program, startProgram, temporaryFolder } from './program.js';

/** A log record: `_msg`, `_time`, `severity`, `trace_id`, `span_id` and what attributes it has. */
export type StoredRecord = Readonly<Record<string, string>>;

export interface VictoriaLogs extends Program {
  /** For `OTEL_EXPORTER_OTLP_LOGS_ENDPOINT`; it takes http/protobuf. */
  readonly endpoint: string;
  /** @param query in LogsQL */
  query(query: string): Promise<StoredRecord[]>;
}

export async function startVictoriaLogs(): Promise<VictoriaLogs> {
  const folder = temporaryFolder('victoria-logs');
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const program = await startProgram('victoria-logs', {
    args: [`-storageDataPath=${folder}/data`, `-httpListenAddr=127.0.0.1:${port}`],
    folder,
    isReady: () => fetched(`${url}/health`),
  });
  return {
    ...program,
    endpoint: `${url}/insert/opentelemetry/v1/logs`,
    async query(query) {
      const body = new URLSearchParams({ query, limit: '10000' });
      const lines = await fetched(`${url}/select/logsql/query`, { method: 'POST', body });
      return lines
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line));
    },
  };
}
