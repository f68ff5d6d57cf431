// SPDX-License-Identifier: Apache-2.0
import { fetched, freePorts, type Program, startProgram, temporaryFolder } from './program.js';

/** What its API gives of a span. */
export interface ZipkinSpan {
  readonly traceId: string;
  readonly id: string;
  readonly parentId?: string;
  readonly name: string;
  readonly kind?: 'CLIENT' | 'SERVER' | 'PRODUCER' | 'CONSUMER';
  /** Microseconds. */
  readonly timestamp: number;
  readonly duration: number;
  readonly localEndpoint?: { readonly serviceName?: string };
  readonly tags?: Readonly<Record<string, string>>;
  readonly annotations?: readonly { readonly value: string }[];
}

export interface Zipkin extends Program {
  /** For `OTEL_EXPORTER_ZIPKIN_ENDPOINT`. */
  readonly endpoint: string;
  /** The spans of all traces of a service. */
  spansOf(service: string): Promise<ZipkinSpan[]>;
}

export async function startZipkin(): Promise<Zipkin> {
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const program = await startProgram('zipkin', {
    command: ['java', '-Xmx256m', '-jar'],
    args: [],
    env: { QUERY_PORT: String(port), SELF_TRACING_ENABLED: 'false' },
    folder: temporaryFolder('zipkin'),
    isReady: () => fetched(`${url}/health`),
  });
  return {
    ...program,
    endpoint: `${url}/api/v2/spans`,
    async spansOf(service) {
      const traces = await fetched(`${url}/api/v2/traces?serviceName=${encodeURIComponent(service)}&limit=10000`);
      return (JSON.parse(traces) as ZipkinSpan[][]).flat();
    },
  };
}
