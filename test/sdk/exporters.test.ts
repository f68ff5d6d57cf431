// SPDX-License-Identifier: Apache-2.0
// Where telemetry goes, and which of it, is told by variables alone, which NodeSDK reads.
import assert from 'node:assert/strict';
import { startOtlpReceiver } from '../../testkit/otlp-receiver.js';
import { allSignals, type Exporting, runExporting } from './child-sdk.js';

type Variables = Readonly<Record<string, string>>;

const SIGNALS = ['TRACES', 'METRICS', 'LOGS'] as const;
const JSON_TYPE = 'application/json';
const PROTOBUF = 'application/x-protobuf';

/** Runs an application that has telemetry of each kind, and `more`. */
async function run(
  env: Variables,
  { protocol = 'http', more = '' }: { protocol?: 'http' | 'grpc'; more?: string } = {},
) {
  const files = { 'all.mjs': `${allSignals}${more}` };
  const result = await runExporting('all.mjs', { files, env, protocol });
  assert.deepEqual({ stderr: result.stderr, code: result.code }, { stderr: '', code: 0 });
  return result;
}

/** The content type of each signal that arrived. */
function typesOf({ receiver }: Exporting): Record<string, string | undefined> {
  return Object.fromEntries(receiver.requests.map(({ signal, headers }) => [signal, headers['content-type']]));
}

const none = (...signals: readonly (typeof SIGNALS)[number][]): Variables =>
  Object.fromEntries(signals.map((signal) => [`OTEL_${signal}_EXPORTER`, 'none']));

describe('variables of exporters', function () {
  this.timeout(120_000);

  for (const [variables, expected] of [
    [{}, { traces: PROTOBUF, metrics: PROTOBUF, logs: PROTOBUF }],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, { traces: JSON_TYPE, metrics: JSON_TYPE, logs: JSON_TYPE }],
    [
      { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/protobuf' },
      { traces: JSON_TYPE, metrics: PROTOBUF, logs: JSON_TYPE },
    ],
    [
      { OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json', OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: 'http/json' },
      { traces: JSON_TYPE, metrics: PROTOBUF, logs: JSON_TYPE },
    ],
    [none('METRICS', 'LOGS'), { traces: PROTOBUF }],
    [none('TRACES', 'LOGS'), { metrics: PROTOBUF }],
    [none('TRACES', 'METRICS'), { logs: PROTOBUF }],
  ] as const) {
    it(`choose the encoding of each signal, or none: ${JSON.stringify(variables)}`, async () => {
      const result = await run(variables);
      assert.deepEqual(typesOf(result), expected);
      const { spans, points, records } = result.receiver;
      assert.deepEqual(
        { traces: spans.length, metrics: points.length, logs: records.length },
        {
          traces: 'traces' in expected ? 2 : 0,
          metrics: 'metrics' in expected ? 1 : 0,
          logs: 'logs' in expected ? 1 : 0,
        },
      );
    });
  }

  it('choose gRPC for all signals', async () => {
    const { receiver } = await run({}, { protocol: 'grpc' });
    assert.deepEqual([...receiver.paths].sort(), [
      '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
      '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
      '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
    ]);
    assert.deepEqual([receiver.spans.length, receiver.points.length, receiver.records.length], [2, 1, 1]);
  });

  for (const signal of SIGNALS) {
    it(`send ${signal} by gRPC to one place and the rest by HTTP to another`, async () => {
      const grpc = await startOtlpReceiver({ protocol: 'grpc' });
      const { receiver } = await run({
        [`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`]: 'grpc',
        [`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`]: grpc.endpoint,
      });
      await grpc.close();
      assert.deepEqual(
        grpc.requests.map(({ signal }) => signal),
        [signal.toLowerCase()],
      );
      const others = SIGNALS.filter((other) => other !== signal).map((other) => other.toLowerCase());
      assert.deepEqual([...new Set(receiver.requests.map(({ signal }) => signal))].sort(), others.sort());
    });
  }

  for (const protocol of ['http', 'grpc'] as const) {
    it(`add headers, those of one signal before those of all, over ${protocol}`, async () => {
      const { receiver } = await run(
        {
          OTEL_EXPORTER_OTLP_HEADERS: 'x-team=all,x-key=a%20b==',
          OTEL_EXPORTER_OTLP_LOGS_HEADERS: 'x-team=logs',
        },
        { protocol },
      );
      const teams = receiver.requests.map(({ signal, headers }) => [signal, headers['x-team'], headers['x-key']]);
      assert.deepEqual(teams.sort(), [
        ['logs', 'logs', 'a b=='],
        ['metrics', 'all', 'a b=='],
        ['traces', 'all', 'a b=='],
      ]);
    });
  }

  it('compress', async () => {
    const { receiver } = await run({ OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' });
    assert.deepEqual(new Set(receiver.requests.map(({ headers }) => headers['content-encoding'])), new Set(['gzip']));
    assert.equal(receiver.spans.length, 2);
  });

  for (const [sampler, argument, sampled] of [
    ['always_on', '', 2],
    ['always_off', '', 0],
    ['traceidratio', '0', 0],
    ['traceidratio', '1', 2],
    ['parentbased_always_on', '', 2],
    ['parentbased_always_off', '', 0],
    ['parentbased_traceidratio', '0', 0],
    ['parentbased_traceidratio', '1', 2],
  ] as const) {
    it(`choose the sampler ${sampler} ${argument}`, async () => {
      const variables = {
        OTEL_TRACES_SAMPLER: sampler,
        ...(argument === '' ? {} : { OTEL_TRACES_SAMPLER_ARG: argument }),
      };
      const { receiver } = await run({ ...none('METRICS', 'LOGS'), ...variables });
      assert.equal(receiver.spans.length, sampled);
    });
  }

  it('set how many spans and records are sent at once', async () => {
    const more = "for (let i = 0; i < 3; i++) logs.getLogger('application').emit({ body: 'more' });";
    const variables = { OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '1', OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: '2' };
    const { receiver } = await run({ ...none('METRICS'), ...variables }, { more });
    const sizes = (wanted: string) => receiver.requests.filter(({ signal }) => signal === wanted).length;
    assert.deepEqual({ traces: sizes('traces'), logs: sizes('logs') }, { traces: 2, logs: 2 });
    assert.deepEqual([receiver.spans.length, receiver.records.length], [2, 4]);
  });

  it('set how many spans wait at most', async () => {
    const more = "for (let i = 0; i < 50; i++) trace.getTracer('application').startSpan('more').end();";
    const variables = { OTEL_BSP_MAX_QUEUE_SIZE: '5', OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '5' };
    const { receiver } = await run({ ...none('METRICS', 'LOGS'), ...variables }, { more });
    assert.ok(receiver.spans.length > 0 && receiver.spans.length < 52, `${receiver.spans.length} spans`);
  });

  it('set when telemetry is sent while the process runs', async () => {
    const more = 'setTimeout(() => process.exit(), 1500);'; // which loses what has not been sent
    const variables = {
      OTEL_BSP_SCHEDULE_DELAY: '100',
      OTEL_BLRP_SCHEDULE_DELAY: '100',
      OTEL_METRIC_EXPORT_INTERVAL: '100',
      OTEL_METRIC_EXPORT_TIMEOUT: '100',
    };
    const { receiver } = await run(variables, { more });
    const { spans, points, records } = receiver;
    assert.deepEqual([spans.length, records.length], [2, 1]);
    assert.ok(points.length > 2, `${points.length} exports of metrics`);
  });

  for (const [propagators, fields] of [
    ['', 'baggage,traceparent,tracestate'],
    ['tracecontext', 'traceparent,tracestate'],
    ['baggage', 'baggage'],
    ['b3', 'b3'],
    ['b3multi', 'x-b3-flags,x-b3-parentspanid,x-b3-sampled,x-b3-spanid,x-b3-traceid'],
    ['jaeger', 'uber-trace-id'],
    ['b3,baggage', 'b3,baggage'],
    ['none', ''],
  ] as const) {
    it(`choose the propagators "${propagators}"`, async () => {
      const more = "import { propagation } from '@opentelemetry/api'; console.log(propagation.fields().sort().join());";
      const variables: Variables = propagators === '' ? {} : { OTEL_PROPAGATORS: propagators };
      const { stdout } = await run({ ...none('METRICS', 'LOGS'), ...variables }, { more });
      assert.equal(stdout, `${fields}\n`);
    });
  }

  it('describe the resource, the same for all signals', async () => {
    const { receiver } = await run({
      OTEL_NODE_RESOURCE_DETECTORS: 'env',
      OTEL_SERVICE_NAME: 'shop',
      OTEL_RESOURCE_ATTRIBUTES: 'service.name=other,service.version=1.2,deployment.environment.name=north%20sea',
    });
    assert.equal(receiver.requests.length, 3);
    for (const { resource } of receiver.requests) {
      const { 'service.name': name, 'service.version': version, 'deployment.environment.name': environment } = resource;
      assert.deepEqual({ name, version, environment }, { name: 'shop', version: '1.2', environment: 'north sea' });
    }
  });

  it('limit the length of values', async () => {
    const more = "trace.getTracer('application').startSpan('long', { attributes: { text: 'abcdef' } }).end();";
    const variables = { OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: '3' };
    const { receiver } = await run({ ...none('METRICS', 'LOGS'), ...variables }, { more });
    assert.equal(receiver.spans.find(({ name }) => name === 'long')?.attributes.text, 'abc');
  });

  it('may name two exporters of one signal', async () => {
    const variables = { OTEL_TRACES_EXPORTER: 'console,otlp', OTEL_LOGS_EXPORTER: 'console,otlp' };
    const { stdout, receiver } = await run({ ...none('METRICS'), ...variables });
    assert.match(stdout, /name: 'outer'/);
    assert.match(stdout, /body: 'hello'/);
    assert.deepEqual([receiver.spans.length, receiver.records.length], [2, 1]);
  });
});
