// SPDX-License-Identifier: Apache-2.0
// Telemetry that cannot be sent: one line, and the application does as it would without.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { onEachNode } from '../../testkit/child.js';
import { allSignals, delayIn, runExporting, tellingItsEnd } from './child-sdk.js';

type Variables = Readonly<Record<string, string>>;

const LIMIT = 500;
/** What a busy machine may take besides, and less than the ten seconds in which exporters try again. */
const BUSY = 9000;
const CLOSED = 'http://127.0.0.1:9';
const traces: Variables = { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };
const metrics: Variables = { OTEL_TRACES_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };
const logs: Variables = { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' };
const grpc: Variables = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
const json: Variables = { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };

/** Runs an application that prints `done` and exits with 3. @returns the one line on stderr */
async function complaintOf(node: string, env: Variables, answer: number | 'none' = 200): Promise<string> {
  const files = { 'all.mjs': `${allSignals} process.exitCode = 3; ${tellingItsEnd}` };
  const limit = { OTEL_INSTRUMENTATION_EVENTSOURCE_FLUSH_TIMEOUT: String(LIMIT) };
  const result = await runExporting('all.mjs', { node, files, answer, env: { ...limit, ...env } });
  assert.equal(result.code, 3);
  const delayed = delayIn(result);
  assert.ok(delayed < BUSY + LIMIT, `${delayed} ms`);
  const lines = result.stderr.split('\n');
  assert.deepEqual([lines.length, lines[1]], [2, ''], result.stderr);
  return lines[0] ?? '';
}

/** The address and the reason in the line. */
const partsOf = (line: string) =>
  /^opentelemetry-instrumentation-eventsource: telemetry could not be sent to (\S+) \((.*)\)\. Start a /
    .exec(line)
    ?.slice(1);

describe('telemetry that nobody takes', () => {
  for (const [what, env] of [
    ['all signals as JSON', json],
    ['traces', traces],
    ['traces by gRPC', { ...traces, ...grpc }],
    ['metrics', metrics],
    ['metrics by gRPC', { ...metrics, ...grpc }],
    ['log records', logs],
    ['log records by gRPC', { ...logs, ...grpc }],
  ] as const) {
    onEachNode(`is told of in one line: ${what}`, async (node) => {
      const [address, reason] = partsOf(await complaintOf(node, { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: CLOSED })) ?? [];
      assert.equal(address, CLOSED);
      assert.match(reason ?? '', /ECONNREFUSED 127\.0\.0\.1:9|no answer within 500 ms/);
    });
  }

  onEachNode('is told of in one line: traces for Zipkin', async (node) => {
    const endpoint = `${CLOSED}/api/v2/spans`;
    const line = await complaintOf(node, {
      ...traces,
      OTEL_TRACES_EXPORTER: 'zipkin',
      OTEL_EXPORTER_ZIPKIN_ENDPOINT: endpoint,
    });
    assert.deepEqual(partsOf(line), [endpoint, 'connect ECONNREFUSED 127.0.0.1:9']);
    assert.match(line, / name another in OTEL_EXPORTER_ZIPKIN_ENDPOINT, /);
  });
});

describe('telemetry for a receiver that accepts connections and says nothing', () => {
  let server: Server;
  let endpoint: string;
  before(async () => {
    server = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1');
    await once(server, 'listening');
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => server.close());

  for (const [what, env] of [
    ['all signals', {}],
    ['all signals by gRPC', grpc],
    ['metrics by gRPC', { ...metrics, ...grpc }],
    ['traces for Zipkin', { ...traces, OTEL_TRACES_EXPORTER: 'zipkin' }],
  ] as const) {
    onEachNode(`holds up the end of the process no longer than the limit: ${what}`, async (node) => {
      const line = await complaintOf(node, {
        ...env,
        OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
        OTEL_EXPORTER_ZIPKIN_ENDPOINT: endpoint,
      });
      assert.deepEqual(partsOf(line), [endpoint, 'no answer within 500 ms']);
    });
  }
});

describe('telemetry with headers', () => {
  onEachNode('that the receiver refuses is told of with its answer', async (node) => {
    const [, reason] =
      partsOf(await complaintOf(node, { ...traces, OTEL_EXPORTER_OTLP_HEADERS: 'api-key=wrong' }, 401)) ?? [];
    assert.equal(reason, '401 Unauthorized for POST /v1/traces');
  });

  for (const [what, env, complaint] of [
    ['over HTTP', traces, /could not be sent .*Header name must be a valid HTTP token/],
    ['by gRPC', { ...traces, ...grpc }, /the SDK did not start: Metadata key "api key" contains illegal characters/],
  ] as const) {
    onEachNode(`that cannot be sent is told of in one line: ${what}`, async (node) => {
      assert.match(await complaintOf(node, { ...env, OTEL_EXPORTER_OTLP_HEADERS: 'api key=secret' }), complaint);
    });
  }
});

describe('an address that is none', () => {
  for (const [what, env] of [
    ['for gRPC', { ...traces, ...grpc, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://user:se@cret@no address' }],
    [
      'for Zipkin',
      { ...traces, OTEL_TRACES_EXPORTER: 'zipkin', OTEL_EXPORTER_ZIPKIN_ENDPOINT: 'http://user:se@cret@no address' },
    ],
  ] as const) {
    onEachNode(`is named in one line, without its password: ${what}`, async (node) => {
      assert.match(await complaintOf(node, env), /: the SDK did not start: Invalid URL: http:\/\/no address$/);
    });
  }
});
