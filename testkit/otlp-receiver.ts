// SPDX-License-Identifier: Apache-2.0
// An OTLP/HTTP receiver on the loopback, for the demos and for tests: takes what an SDK exports by default (protobuf), JSON
// too, compressed or not.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { decodeTraces, type ExportedSpan } from './otlp-traces.js';

export interface OtlpReceiver {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly endpoint: string;
  /** The spans received so far. */
  readonly spans: readonly ExportedSpan[];
  close(): Promise<void>;
}

/** Metrics and logs are accepted and forgotten; what cannot be read is answered with 400. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ExportedSpan[] = [];
  const server = createServer(async (request, response) => {
    try {
      const body = await bodyOf(request);
      const { 'content-type': type = '' } = request.headers;
      if (request.url === '/v1/traces') spans.push(...decodeTraces(body, type));
      response.writeHead(200, { 'content-type': type }).end(type.includes('json') ? '{}' : '');
    } catch {
      response.writeHead(400).end();
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const body = await buffer(request);
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}
