// SPDX-License-Identifier: Apache-2.0
// An OTLP receiver on the loopback, for children that export with `http/json`.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Receiver {
  readonly endpoint: string;
  /** What a child needs in its environment to send here. */
  readonly env: Readonly<Record<string, string>>;
  /** `path` of every request so far. */
  readonly paths: string[];
  /** The spans received so far. */
  readonly spans: ReceivedSpan[];
  close(): Promise<void>;
}

export interface ReceivedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
}

interface TraceRequest {
  readonly resourceSpans?: readonly { readonly scopeSpans: readonly { readonly spans: readonly ReceivedSpan[] }[] }[];
}

/** @param answer the status of every answer, or `none` to leave every request hanging */
export async function startReceiver(answer: number | 'none' = 200): Promise<Receiver> {
  const paths: string[] = [];
  const spans: ReceivedSpan[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      paths.push(request.url ?? '');
      if (request.url === '/v1/traces') spans.push(...spansIn(JSON.parse(body)));
      if (answer !== 'none') response.writeHead(answer, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    endpoint,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
    paths,
    spans,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function spansIn({ resourceSpans = [] }: TraceRequest): ReceivedSpan[] {
  return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
}
