// SPDX-License-Identifier: Apache-2.0
// An OTLP receiver on the loopback, for the demos and for tests: takes what an SDK exports, over HTTP as protobuf or JSON,
// compressed or not, and over gRPC.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { createServer as createHttp2Server, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { type ExportedRecord, recordsOf } from './otlp-logs.js';
import { type Attributes, decodeExport, resourceIn, type Signal } from './otlp-messages.js';
import { type ExportedPoint, pointsOf } from './otlp-metrics.js';
import { type ExportedSpan, spansOf } from './otlp-traces.js';

export interface OtlpReceiver {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly endpoint: string;
  /** What a process needs in its environment to send here. */
  readonly env: Readonly<Record<string, string>>;
  /** Every request so far that could be read. */
  readonly requests: readonly OtlpRequest[];
  /** Of every request so far. */
  readonly paths: readonly string[];
  /** The spans received so far. */
  readonly spans: readonly ExportedSpan[];
  /** The metrics received so far, those of each export. */
  readonly points: readonly ExportedPoint[];
  /** The log records received so far. */
  readonly records: readonly ExportedRecord[];
  close(): Promise<void>;
}

export interface OtlpRequest {
  readonly signal: Signal | undefined;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Of the process. */
  readonly resource: Attributes;
}

export interface OtlpReceiverOptions {
  /** The status of every answer over HTTP, or `none` to leave every request hanging. @default 200 */
  readonly answer?: number | 'none';
  /** The content type of every answer over HTTP. @default that of the request */
  readonly type?: string;
  /** @default both encodings of OTLP over HTTP */
  readonly protocol?: 'http' | 'grpc';
}

/** What cannot be read is answered with 400. */
export async function startOtlpReceiver({
  answer = 200,
  type,
  protocol = 'http',
}: OtlpReceiverOptions = {}): Promise<OtlpReceiver> {
  const [requests, paths] = [[] as OtlpRequest[], [] as string[]];
  const [spans, points, records] = [[] as ExportedSpan[], [] as ExportedPoint[], [] as ExportedRecord[]];
  /** @throws when it cannot be read */
  const take = (path: string, headers: IncomingHttpHeaders, body: Buffer) => {
    paths.push(path);
    const signal = signalOf(path);
    const request = signal === undefined ? {} : decodeExport(signal, body, headers['content-type'] ?? '');
    requests.push({ signal, path, headers, resource: resourceIn(request) });
    spans.push(...spansOf(request));
    points.push(...pointsOf(request));
    records.push(...recordsOf(request));
  };
  const { server, end } = protocol === 'grpc' ? grpcServer(take, answer) : httpServer(take, answer, type);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    endpoint,
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      ...(protocol === 'grpc' ? { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' } : {}),
    },
    requests,
    paths,
    spans,
    points,
    records,
    async close() {
      server.close();
      end();
      await once(server, 'close');
    },
  };
}

type Take = (path: string, headers: IncomingHttpHeaders, body: Buffer) => void;
type Answer = number | 'none';

/** `/v1/traces`, or `/opentelemetry.proto.collector.trace.v1.TraceService/Export`. */
function signalOf(path: string): Signal | undefined {
  return (['traces', 'metrics', 'logs'] as const).find((signal) =>
    new RegExp(`(?:^/v1/${signal}|\\.${signal.replace('traces', 'trace')}\\.v1\\.\\w+/Export)$`).test(path),
  );
}

function httpServer(take: Take, answer: Answer, answered: string | undefined): { server: Server; end: () => void } {
  const server = createServer(async (request, response) => {
    try {
      const body = await buffer(request);
      const { 'content-type': type = '', 'content-encoding': encoding } = request.headers;
      take(request.url ?? '', request.headers, encoding === 'gzip' ? gunzipSync(body) : body);
      if (answer === 'none') return;
      response.writeHead(answer, { 'content-type': answered ?? type }).end(type.includes('json') ? '{}' : '');
    } catch {
      response.writeHead(400).end();
    }
  });
  return { server, end: () => server.closeAllConnections() };
}

/** A call has one message, five bytes behind which it begins: whether it is compressed, and its length. */
const FRAME = 5;
const INVALID_ARGUMENT = '3';

function grpcServer(take: Take, answer: Answer): { server: Http2Server; end: () => void } {
  const sessions = new Set<ServerHttp2Session>();
  const server = createHttp2Server();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', async (stream, headers) => {
    stream.on('error', () => {}); // the other side has gone
    let status = '0';
    try {
      const body = await buffer(stream);
      const message = body.subarray(FRAME);
      take(headers[':path'] ?? '', headers, body[0] === 1 ? gunzipSync(message) : message);
    } catch {
      status = INVALID_ARGUMENT;
    }
    if (answer === 'none' || stream.destroyed) return;
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': status }));
    stream.respond({ ':status': answer, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.end(Buffer.alloc(FRAME));
  });
  return {
    server,
    end() {
      for (const session of sessions) session.destroy();
    },
  };
}
