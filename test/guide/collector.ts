// SPDX-License-Identifier: Apache-2.0
// Takes what an example exports, over OTLP of either kind or in Zipkin's way.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type OtlpReceiver, startOtlpReceiver } from '../../testkit/otlp-receiver.js';

export interface Collector {
  readonly http: OtlpReceiver;
  readonly grpc: OtlpReceiver;
  readonly zipkin: { readonly url: string; readonly spans: readonly ZipkinSpan[] };
  close(): Promise<void>;
}

export interface ZipkinSpan {
  readonly name: string;
  readonly id: string;
  readonly parentId?: string;
  readonly traceId: string;
  /** Microseconds since the epoch. */
  readonly timestamp: number;
  readonly tags: Readonly<Record<string, string>>;
}

export async function startCollector(): Promise<Collector> {
  const [http, grpc] = await Promise.all([startOtlpReceiver(), startOtlpReceiver({ protocol: 'grpc' })]);
  const spans: ZipkinSpan[] = [];
  const server = createServer(async (request, response) => {
    spans.push(...(JSON.parse(await text(request)) as ZipkinSpan[]));
    response.writeHead(202).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    http,
    grpc,
    zipkin: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, spans },
    async close() {
      server.close();
      server.closeAllConnections();
      await Promise.all([http.close(), grpc.close()]);
    },
  };
}
