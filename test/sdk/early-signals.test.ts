// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { applicationWith, onEachNode, register, runNode, usePackages } from '../../testkit/child.js';

const imports = `
  import { context, diag, metrics, trace } from '@opentelemetry/api';
  import { logs } from '@opentelemetry/api-logs';
`;
const SDK_LOADED = "Object.keys(process.getBuiltinModule('module')._cache).some((file) => file.includes('/sdk-node/'))";

/** All signals go to the console, so that what is exported can be read from stdout. */
async function run(node: string, main: string, env: Readonly<Record<string, string>> = {}) {
  const { folder, remove } = applicationWith({ 'main.mjs': imports + main });
  usePackages(folder, '@opentelemetry', 'eventsource');
  try {
    const exporters = {
      OTEL_TRACES_EXPORTER: 'console',
      OTEL_METRICS_EXPORTER: 'console',
      OTEL_LOGS_EXPORTER: 'console',
    };
    return await runNode({
      node,
      args: ['--import', register, 'main.mjs'],
      cwd: folder,
      env: { OTEL_NODE_RESOURCE_DETECTORS: 'none', ...exporters, ...env },
    });
  } finally {
    remove();
  }
}

/** The values of the metrics that the console exporter printed, by name. */
function metricsIn(stdout: string): Record<string, string> {
  const values: Record<string, string> = {};
  let name = '';
  for (const line of stdout.split('\n')) {
    name = /^ {4}name: '(.*)',/.exec(line)?.[1] ?? name;
    const value = /^ {6,10}(?:value|sum): (\S+?),?$/.exec(line)?.[1];
    if (value !== undefined) values[name] = value;
  }
  return values;
}

const logsIn = (stdout: string) => [...stdout.matchAll(/^ {2}body: '(.*)',/gm)].map(([, body]) => body);

/** A provider of the application for each signal, and what they got. */
const ownProviders = `
  import * as traces from '@opentelemetry/sdk-trace-base';
  import * as meters from '@opentelemetry/sdk-metrics';
  import * as loggers from '@opentelemetry/sdk-logs';
  const spans = new traces.InMemorySpanExporter();
  const records = new loggers.InMemoryLogRecordExporter();
  const measured = new meters.InMemoryMetricExporter(meters.AggregationTemporality.CUMULATIVE);
  const reader = new meters.PeriodicExportingMetricReader({ exporter: measured, exportIntervalMillis: 60_000 });
  const own = {
    traces: () => trace.setGlobalTracerProvider(new traces.BasicTracerProvider({ spanProcessors: [new traces.SimpleSpanProcessor(spans)] })),
    metrics: () => metrics.setGlobalMeterProvider(new meters.MeterProvider({ readers: [reader] })),
    logs: () => logs.setGlobalLoggerProvider(new loggers.LoggerProvider({ processors: [new loggers.SimpleLogRecordProcessor({ exporter: records })] })),
  };
  const complaints = [];
  diag.setLogger({ error: (text) => complaints.push(text), warn: (text) => complaints.push(text), info() {}, debug() {}, verbose() {} });
  const report = async () => {
    if (metrics.getMeterProvider().constructor.name !== 'NoopMeterProvider') await reader.forceFlush();
    const points = measured.getMetrics().at(-1)?.scopeMetrics.flatMap(({ metrics }) => metrics) ?? [];
    console.log(JSON.stringify({
      spans: spans.getFinishedSpans().map(({ name }) => name),
      metrics: Object.fromEntries(points.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints[0].value])),
      logs: records.getFinishedLogRecords().map(({ body }) => body),
      complaints, loaded: ${SDK_LOADED},
    }));
  };
`;

const early = `
  const meter = metrics.getMeter('application');
  const counter = meter.createCounter('counter');
  const gauge = meter.createObservableGauge('depth');
  gauge.addCallback((result) => result.observe(7));
  const logger = logs.getLogger('application');
`;

describe('an SDK from the environment, and the signals of an application that makes none:', () => {
  for (const [what, first, seen] of [
    ['a measurement', 'counter.add(3);', { metrics: { counter: '3', depth: '7' }, logs: [] }],
    ['a log record', "logger.emit({ body: 'hello' });", { metrics: { depth: '7' }, logs: ['hello'] }],
    [
      'the question whether a log record is wanted',
      "if (logger.enabled()) logger.emit({ body: 'hello' });",
      { metrics: { depth: '7' }, logs: ['hello'] },
    ],
    [
      'a span',
      "trace.getTracer('t').startSpan('one').end(); counter.add(1);",
      { metrics: { counter: '1', depth: '7' }, logs: [] },
    ],
  ] as const) {
    onEachNode(`loses nothing where ${what} comes first`, async (node) => {
      const { stdout, stderr, code } = await run(node, early + first);
      assert.deepEqual({ stderr, code }, { stderr: '', code: 0 });
      assert.deepEqual({ metrics: metricsIn(stdout), logs: logsIn(stdout) }, seen);
    });
  }

  onEachNode('keeps early instruments of every kind', async (node) => {
    const { stdout, stderr } = await run(
      node,
      `
        const meter = metrics.getMeter('application');
        meter.createUpDownCounter('up-down').add(-2);
        meter.createHistogram('histogram').record(5);
        meter.createGauge('gauge').record(6);
        const removed = () => console.log('removed');
        const observable = meter.createObservableCounter('observed');
        observable.addCallback(removed);
        observable.addCallback((result) => result.observe(8));
        observable.removeCallback(removed);
        const [a, b] = [meter.createObservableUpDownCounter('a'), meter.createObservableGauge('b')];
        meter.addBatchObservableCallback((result) => { result.observe(a, 9); result.observe(b, 10); }, [a, b]);
        meter.addBatchObservableCallback(removed, [a]);
        meter.removeBatchObservableCallback(removed, [a]);
      `,
    );
    assert.equal(stderr, '');
    const expected = { 'up-down': '-2', histogram: '5', gauge: '6', observed: '8', a: '9', b: '10' };
    assert.deepEqual(metricsIn(stdout), expected);
    assert.doesNotMatch(stdout, /removed/);
  });

  onEachNode('looks like none meanwhile, and is not loaded', async (node) => {
    const main = `${early}
      const classOf = (object) => object.constructor.name;
      console.log([metrics.getMeterProvider(), meter, counter, gauge, logger].map(classOf).join(), ${SDK_LOADED});
      console.log(meter.createCounter('other') instanceof counter.constructor);
    `;
    const { stdout } = await run(node, main);
    const classes = 'NoopMeterProvider,NoopMeter,NoopCounterMetric,NoopObservableGaugeMetric,ProxyLogger';
    assert.equal(stdout, `${classes} false\ntrue\n`);
  });

  onEachNode('leaves the API as it was where it makes no meter provider', async (node) => {
    const main = `${early} counter.add(1); logger.emit({ body: 'lost' });
      console.log(Object.getOwnPropertyNames(metrics.getMeterProvider()).join(), metrics.getMeterProvider().constructor.name);
    `;
    const { stdout, stderr } = await run(node, main, { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' });
    assert.deepEqual({ stdout, stderr }, { stdout: ' NoopMeterProvider\n', stderr: '' });
  });

  onEachNode('comes with the first call of the library, also where nothing of that is traced', async (node) => {
    const main = `
      import { InMemoryEventStore } from 'eventsource/stores';
      await new InMemoryEventStore().getEvents('00000000-0000-4000-8000-000000000001');
      console.log(metrics.getMeterProvider().constructor.name);
    `;
    const { stdout } = await run(node, main, { OTEL_TRACES_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' });
    assert.match(stdout, /^MeterProvider\n/);
    assert.match(stdout, /name: 'eventsource\.read\.duration'/);
  });
});

describe('an application with providers of its own under exporter variables', () => {
  const emit = "trace.getTracer('t').startSpan('one').end(); counter.add(3); logger.emit({ body: 'hello' });";

  onEachNode('gets what its early instruments and loggers record, where it makes all', async (node) => {
    const { stdout, stderr } = await run(
      node,
      `${early} ${ownProviders} own.metrics(); own.logs(); own.traces(); ${emit} await report();`,
    );
    assert.equal(stderr, '');
    assert.deepEqual(JSON.parse(stdout), {
      spans: ['one'],
      metrics: { counter: 3, depth: 7 },
      logs: ['hello'],
      complaints: [],
      loaded: false,
    });
  });

  for (const [mine, use] of [
    ['metrics', 'counter.add(3);'],
    ['logs', "logger.emit({ body: 'hello' });"],
  ] as const) {
    const seen = { spans: [], metrics: {}, logs: [], complaints: [] };
    const its = mine === 'metrics' ? { metrics: { counter: 3, depth: 7 } } : { logs: ['hello'] };

    onEachNode(`gets no SDK for its ${mine}, where it makes a provider for these alone`, async (node) => {
      const { stdout, stderr } = await run(node, `${early} ${ownProviders} own.${mine}(); ${use} await report();`);
      assert.equal(stderr, '');
      assert.deepEqual(JSON.parse(stdout), { ...seen, ...its, loaded: false });
    });

    onEachNode(`keeps its ${mine} beside an SDK for the rest, without a complaint`, async (node) => {
      const env = {
        OTEL_TRACES_EXPORTER: 'none',
        [mine === 'metrics' ? 'OTEL_LOGS_EXPORTER' : 'OTEL_METRICS_EXPORTER']: 'none',
      };
      const { stdout, stderr } = await run(
        node,
        `${early} ${ownProviders} own.${mine}(); trace.getTracer('t').startSpan('one').end(); ${use}
        await report(); console.log(process.env.OTEL_METRICS_EXPORTER, process.env.OTEL_LOGS_EXPORTER);`,
        env,
      );
      assert.equal(stderr, '');
      const [report, exporters] = stdout.trim().split('\n');
      assert.deepEqual(JSON.parse(report ?? ''), { ...seen, complaints: [NO_TRACES], ...its, loaded: true });
      assert.equal(exporters, mine === 'metrics' ? 'console none' : 'none console');
    });
  }
});

const NO_TRACES = 'OTEL_TRACES_EXPORTER contains "none". SDK will not be initialized.';

describe('variables that the SDK does not understand', () => {
  for (const [variables, said] of [
    [{ OTEL_METRICS_EXPORTER: 'statsd' }, /Unsupported OTEL_METRICS_EXPORTER value: "statsd"/],
    [{ OTEL_LOGS_EXPORTER: 'syslog' }, /Unsupported OTEL_LOGS_EXPORTER value: "syslog"/],
    [{ OTEL_TRACES_EXPORTER: 'jaeger' }, /Unrecognized OTEL_TRACES_EXPORTER value: jaeger/],
    [{ OTEL_LOGS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: 'htp' }, /Unsupported OTLP logs protocol: "htp"/],
    [{ OTEL_TRACES_SAMPLER: 'sometimes' }, /unknown OTEL_TRACES_SAMPLER value "sometimes"/],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: 'half' }, /'half' for OTEL_TRACES_SAMPLER_ARG/],
    [{ OTEL_PROPAGATORS: 'w3c' }, /Propagator "w3c" .* is unavailable/],
    [{ OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: 'many' }, /'many' for OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT/],
    [
      { OTEL_LOGS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: '127.0.0.1:9' },
      /: OTEL_\w+ does not begin with .*; write http:\/\/127\.0\.0\.1:9\./,
    ],
    [
      { OTEL_LOGS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:9' },
      /: OTEL_\w+ does not begin with .*; write http:\/\/localhost:9\./,
    ],
    [
      { OTEL_LOGS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: "'http://localhost:9'" },
      /: OTEL_\w+ has quotes .*; write http:\/\/localhost:9\./,
    ],
    [{ OTEL_LOGS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: 'no address' }, /Could not parse .*: 'no address'/],
    [{ OTEL_EXPORTER_OTLP_HEADERS: 'a=b,secret' }, /OTEL_EXPORTER_OTLP_HEADERS has a part that is not key=value\./],
    [{ OTEL_EXPORTER_OTLP_LOGS_HEADERS: 'secret=' }, /OTEL_EXPORTER_OTLP_LOGS_HEADERS has a part that is not/],
    [{ OTEL_EXPORTER_PROMETHEUS_PORT: 'http' }, /OTEL_EXPORTER_PROMETHEUS_PORT is no port: "http"/],
    [{ OTEL_NODE_RESOURCE_DETECTORS: 'env', OTEL_RESOURCE_ATTRIBUTES: 'a=b,c' }, /OTEL_RESOURCE_ATTRIBUTES: "c"/],
  ] as const) {
    onEachNode(`are said in one line: ${JSON.stringify(variables)}`, async (node) => {
      const { stdout, stderr, code } = await run(
        node,
        "trace.getTracer('t').startSpan('one').end(); console.log('done');",
        variables,
      );
      assert.match(stderr, new RegExp(`^opentelemetry-\\S+: the SDK does not understand .*${said.source}.*\\n$`));
      assert.doesNotMatch(stderr, /secret/);
      assert.deepEqual([code, stdout.includes('done')], [0, true]);
    });
  }

  onEachNode('are said by the application itself where it listens', async (node) => {
    const { stderr, stdout } = await run(
      node,
      "diag.setLogger({ error() {}, warn: console.log, info() {}, debug() {}, verbose() {} }); trace.getTracer('t').startSpan('one').end();",
      { OTEL_METRICS_EXPORTER: 'statsd' },
    );
    assert.equal(stderr, '');
    assert.match(stdout, /Unsupported OTEL_METRICS_EXPORTER/);
  });

  onEachNode('leave the application free to listen afterwards', async (node) => {
    const { stderr } = await run(
      node,
      "trace.getTracer('t').startSpan('one').end(); diag.setLogger({ error: console.error, warn: console.error, info() {}, debug() {}, verbose() {} });",
    );
    assert.equal(stderr, '');
  });

  onEachNode('may name a scrape port that is taken, which is said in one line', async (node) => {
    const main = `
      import { createServer } from 'node:net';
      const server = createServer();
      await new Promise((resolve) => server.listen(0, resolve));
      process.env.OTEL_EXPORTER_PROMETHEUS_PORT = server.address().port;
      trace.getTracer('t').startSpan('one').end();
      setTimeout(() => { server.close(); console.log('done'); }, 300);
    `;
    const { stdout, stderr, code } = await run(node, main, { OTEL_METRICS_EXPORTER: 'prometheus' });
    assert.match(
      stderr,
      /^opentelemetry-\S+: metrics cannot be scraped: listen EADDRINUSE: .* \(OTEL_EXPORTER_PROMETHEUS_PORT sets another port\)\n$/,
    );
    assert.deepEqual([code, stdout.includes('done')], [0, true]);
  });
});
