// SPDX-License-Identifier: Apache-2.0
// Set-ups in which nothing is seen, or less than somebody wants, each with the findings that the doctor must have, and no others.

import type { FindingId } from '../../src/cli/findings/index.js';
import { packageName } from '../../testkit/installed.js';
import type { OtlpReceiverOptions } from '../../testkit/otlp-receiver.js';
import { type DoctorRun, onConsole, preload } from './application.js';

export interface SetUp extends DoctorRun {
  readonly finds: readonly FindingId[];
  /** Of what is seen; each of them must be there. */
  readonly seen?: readonly RegExp[];
  /** Starts a receiver, which the environment names unless it names another. */
  readonly receiver?: OtlpReceiverOptions;
  /** Of the endpoint, where the receiver has another. */
  readonly scheme?: 'http' | 'https';
  /** Hints alone: the exit code is 0. */
  readonly isHealthy?: true;
}

const PREFIX = 'OTEL_INSTRUMENTATION_EVENTSOURCE_';
const noOthers = { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' } as const;
/** Seconds in which an application has loaded, on a busy machine as well. Others run meanwhile. */
export const LONG_ENOUGH = '15';
/** Nobody listens there. */
const CLOSED = 'http://127.0.0.1:9';
const closed = { ...noOthers, OTEL_EXPORTER_OTLP_ENDPOINT: CLOSED, [`${PREFIX}FLUSH_TIMEOUT`]: '300' };
const flush = { ...noOthers, [`${PREFIX}FLUSH_TIMEOUT`]: '300' };

const provider = (options: string) => `
  import { ConsoleSpanExporter, BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
  const provider = new NodeTracerProvider(${options});
`;
const batch = provider(
  '{ spanProcessors: [new BatchSpanProcessor(new ConsoleSpanExporter(), { scheduledDelayMillis: 60_000 })] }',
);
const manifest = (name: string, version = '1.0.0', type = 'commonjs') =>
  JSON.stringify({ name, version, type, main: './index.js' });

export const setUps: Readonly<Record<string, SetUp>> = {
  'a preload that is missing': {
    flags: [],
    env: onConsole,
    finds: ['preload-missing'],
    seen: [/eventsource was loaded/],
  },
  'a preload that is the first import of an ES module': {
    flags: [],
    app: ['late.mjs'],
    files: { 'late.mjs': `import '${packageName}/register'; import './app.mjs';` },
    env: onConsole,
    finds: ['loaded-too-late'],
    seen: [/eventsource \(.*eventsource.*\) was loaded before/],
  },
  'a NodeSDK in the first import of an ES module': {
    flags: [],
    app: ['late-sdk.mjs'],
    files: {
      'sdk.mjs': `
        import { NodeSDK } from '@opentelemetry/sdk-node';
        import { EventSourceInstrumentation } from '${packageName}';
        const sdk = new NodeSDK({ instrumentations: [new EventSourceInstrumentation()] });
        sdk.start();
        process.once('beforeExit', () => sdk.shutdown());
      `,
      'late-sdk.mjs': "import './sdk.mjs'; import './app.mjs';",
    },
    env: onConsole,
    finds: ['loaded-too-late'],
  },
  'no variable that asks for an SDK': { finds: ['no-provider'], seen: [/none is set/] },
  'OTEL_SERVICE_NAME alone': {
    env: { OTEL_SERVICE_NAME: 'shop' },
    finds: ['no-provider'],
    seen: [/OTEL_SERVICE_NAME/],
  },
  'OTEL_CONFIG_FILE alone': { env: { OTEL_CONFIG_FILE: 'otel.yaml' }, finds: ['no-provider'] },
  'a misspelt variable of OpenTelemetry': {
    env: { OTEL_TRACE_EXPORTER: 'console' },
    finds: ['variable-misspelt', 'no-provider'],
    seen: [/^OTEL_TRACE_EXPORTER is no variable of OpenTelemetry; OTEL_TRACES_EXPORTER is\.$/],
  },
  'a variable of OpenTelemetry in small letters': {
    env: { otel_traces_exporter: 'console' },
    finds: ['variable-misspelt', 'no-provider'],
    seen: [/^otel_traces_exporter is no variable of OpenTelemetry; OTEL_TRACES_EXPORTER is\.$/],
  },
  'a variable of OpenTelemetry with the prefix of a protocol, and no preload': {
    flags: [],
    env: { ...onConsole, OTLP_TRACES_EXPORTER: 'console' },
    finds: ['variable-misspelt', 'preload-missing'],
    seen: [/^OTLP_TRACES_EXPORTER is no variable of OpenTelemetry; OTEL_TRACES_EXPORTER is\.$/],
  },
  'a file of configuration, which the SDK of the preload does not read': {
    env: { ...onConsole, OTEL_CONFIG_FILE: 'otel.yaml' },
    finds: ['config-file-not-read'],
    seen: [/^OTEL_CONFIG_FILE is set; /],
  },
  'a misspelt variable of ours': {
    env: { ...onConsole, [`${PREFIX}FAMILLIES`]: 'projections=on' },
    finds: ['variable-misspelt'],
    seen: [/FAMILLIES: there is no such variable; the nearest is \w+_FAMILIES\b/],
  },
  'a value of ours that cannot be used': {
    env: { ...onConsole, [`${PREFIX}FAMILIES`]: 'stores=yes' },
    finds: ['value-not-usable'],
    seen: [/not usable; accepted/],
  },
  'an exporter that does not exist, with metrics for which nobody listens': {
    env: { ...closed, OTEL_TRACES_EXPORTER: 'jaeger', OTEL_METRICS_EXPORTER: 'otlp' },
    finds: ['value-not-usable', 'endpoint-unreachable'],
    seen: [/^Of metrics or log records: telemetry could not be sent/],
  },
  'an exporter that does not exist': {
    env: { ...noOthers, OTEL_TRACES_EXPORTER: 'jaeger' },
    finds: ['value-not-usable'],
    seen: [/^OTEL_TRACES_EXPORTER is jaeger; accepted: otlp, /],
  },
  'the exporter none': {
    env: { ...noOthers, OTEL_TRACES_EXPORTER: 'none' },
    finds: ['no-exporter'],
  },
  'an SDK that is switched off': { env: { ...onConsole, OTEL_SDK_DISABLED: 'true' }, finds: ['sdk-disabled'] },
  'an SDK that the preload must not start': {
    env: { ...onConsole, [`${PREFIX}SDK`]: 'false' },
    finds: ['sdk-disabled'],
  },
  'an instrumentation that is switched off': {
    env: { ...onConsole, [`${PREFIX}ENABLED`]: 'false' },
    finds: ['switched-off'],
    seen: [/switched off by OTEL_INSTRUMENTATION_EVENTSOURCE_ENABLED=false\.$/],
  },
  'a list of instrumentations without ours': {
    env: { ...onConsole, OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,pg' },
    finds: ['switched-off'],
    seen: [/switched off by OTEL_NODE_ENABLED_INSTRUMENTATIONS=http,pg, which does not name eventsource\.$/],
  },
  'a list of instrumentations that are off, with ours': {
    env: { ...onConsole, OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'fs,eventsource' },
    finds: ['switched-off'],
    seen: [/switched off by OTEL_NODE_DISABLED_INSTRUMENTATIONS=fs,eventsource\.$/],
  },
  'an instrumentation that code switches off': {
    flags: [],
    app: ['off.mjs'],
    files: {
      'off.mjs': `
        import { EventSourceInstrumentation } from '${packageName}';
        new EventSourceInstrumentation({ enabled: false });
        await import('./app.mjs');
      `,
    },
    finds: ['switched-off', 'no-provider'],
    seen: [/switched off by `enabled: false` in code\.$/],
  },
  'variables that the application sets': {
    app: ['dotenv.mjs'],
    files: { 'dotenv.mjs': "process.env.OTEL_TRACES_EXPORTER = 'console'; await import('./app.mjs');" },
    finds: ['variables-too-late', 'no-provider'],
    seen: [/OTEL_TRACES_EXPORTER/],
  },
  'an endpoint at which nobody listens': {
    env: closed,
    finds: ['endpoint-unreachable'],
    seen: [/to http:\/\/127\.0\.0\.1:9\/v1\/traces: connect ECONNREFUSED/],
  },
  'an endpoint for gRPC at which nobody listens': {
    env: { ...closed, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    finds: ['endpoint-unreachable'],
    seen: [/ECONNREFUSED|UNAVAILABLE/],
  },
  'an endpoint for metrics at which nobody listens': {
    env: { ...closed, OTEL_TRACES_EXPORTER: 'console', OTEL_METRICS_EXPORTER: 'otlp' },
    finds: ['endpoint-unreachable'],
    seen: [/^Of metrics or log records: telemetry could not be sent/],
  },
  'an endpoint without http://, whose host is taken for a scheme': {
    env: { ...closed, OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4318' },
    finds: ['endpoint-address'],
    seen: [
      /^OTEL_EXPORTER_OTLP_ENDPOINT does not begin with http:\/\/ or https:\/\/; write http:\/\/localhost:4318\.$/,
    ],
  },
  'an endpoint without http://, which the SDK cannot parse': {
    env: { ...closed, OTEL_EXPORTER_OTLP_ENDPOINT: '127.0.0.1:9' },
    finds: ['endpoint-address'],
    seen: [/; write http:\/\/127\.0\.0\.1:9\.$/],
  },
  'an endpoint with quotes around it': {
    env: { ...closed, OTEL_EXPORTER_OTLP_ENDPOINT: `"${CLOSED}"` },
    finds: ['endpoint-address'],
    seen: [/^OTEL_EXPORTER_OTLP_ENDPOINT has quotes .*; write http:\/\/127\.0\.0\.1:9\.$/],
  },
  'an endpoint without http:// that code gives to its exporter': {
    app: ['own-exporter.mjs'],
    files: {
      'own-exporter.mjs': `
        import { createRequire } from 'node:module';
        import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
        const require = createRequire(createRequire(import.meta.url).resolve('@opentelemetry/sdk-node'));
        const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-proto');
        const exporter = new OTLPTraceExporter({ url: 'localhost:9/v1/traces' });
        const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
        provider.register();
        process.once('beforeExit', () => provider.shutdown().catch(() => {}));
        await import('./app.mjs');
      `,
    },
    finds: ['endpoint-address'],
    seen: [/Protocol "localhost:" not supported/],
  },
  'an endpoint whose path is there twice': {
    receiver: { answer: 404 },
    env: flush,
    finds: ['endpoint-path'],
    seen: [/\/v1\/traces\/v1\/traces: 404/, /ends with a path that the SDK adds/],
  },
  'an endpoint that is not available': { receiver: { answer: 503 }, env: flush, finds: ['endpoint-unavailable'] },
  'an endpoint that has had too much': { receiver: { answer: 429 }, env: flush, finds: ['endpoint-unavailable'] },
  'an endpoint that denies': { receiver: { answer: 401 }, env: flush, finds: ['endpoint-denies'], seen: [/401/] },
  'an endpoint that refuses': { receiver: { answer: 415 }, env: flush, finds: ['endpoint-refuses'], seen: [/415/] },
  'an endpoint that answers with a web page': {
    receiver: { type: 'text/html; charset=utf-8' },
    env: flush,
    finds: ['endpoint-page'],
    isHealthy: true,
  },
  'an endpoint that does not answer': { receiver: { answer: 'none' }, env: flush, finds: ['endpoint-silent'] },
  'an endpoint that speaks gRPC': {
    receiver: { protocol: 'grpc' },
    env: { ...flush, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' },
    finds: ['endpoint-protocol'],
  },
  'an endpoint for HTTP that gets gRPC': {
    receiver: {},
    env: { ...flush, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    finds: ['endpoint-protocol'],
  },
  'an endpoint without TLS that gets https://': {
    receiver: {},
    scheme: 'https',
    env: flush,
    finds: ['endpoint-protocol'],
    seen: [/wrong version number/],
  },
  'an endpoint without TLS that gets gRPC with https://': {
    receiver: {},
    scheme: 'https',
    env: { ...flush, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    finds: ['endpoint-protocol'],
    seen: [/wrong version number/],
  },
  'a sampler that keeps nothing': {
    env: { ...onConsole, OTEL_TRACES_SAMPLER: 'always_off' },
    finds: ['sampler-drops-all'],
    seen: [/AlwaysOffSampler keeps none/],
  },
  'a ratio of 0': {
    env: { ...onConsole, OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' },
    finds: ['sampler-drops-all'],
  },
  'no propagator': {
    env: { ...onConsole, OTEL_PROPAGATORS: 'none' },
    finds: ['no-propagator'],
    seen: [/Nothing is injected/],
  },
  'a provider without a context manager': {
    app: ['no-context.mjs'],
    files: {
      'no-context.mjs': `
        ${batch}
        import { propagation, trace } from '@opentelemetry/api';
        import { W3CTraceContextPropagator } from '@opentelemetry/core';
        trace.setGlobalTracerProvider(provider);
        propagation.setGlobalPropagator(new W3CTraceContextPropagator());
        process.once('beforeExit', () => provider.shutdown());
        await import('./app.mjs');
      `,
    },
    finds: ['no-context-manager'],
  },
  'a provider without a processor': {
    app: ['no-processor.mjs'],
    files: { 'no-processor.mjs': `${provider('{}')} provider.register(); await import('./app.mjs');` },
    finds: ['no-exporter'],
    seen: [/has no span processor/],
  },
  'a provider without a processor, and process.exit() at the end of the work': {
    app: ['no-processor-exit.mjs'],
    files: {
      'no-processor-exit.mjs': `${provider('{}')} provider.register(); await import('./app.mjs'); process.exit(0);`,
    },
    finds: ['no-exporter'],
  },
  'a provider that is registered with an older copy of the API': {
    app: ['vendor.mjs'],
    files: {
      'node_modules/vendor/package.json': manifest('vendor'),
      'node_modules/vendor/index.js': `
        const { context, propagation, trace } = require('@opentelemetry/api');
        const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
        const { W3CTraceContextPropagator } = require('@opentelemetry/core');
        const { ConsoleSpanExporter, NodeTracerProvider, SimpleSpanProcessor } = require('@opentelemetry/sdk-trace-node');
        context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
        propagation.setGlobalPropagator(new W3CTraceContextPropagator());
        const spanProcessors = [new SimpleSpanProcessor(new ConsoleSpanExporter())];
        trace.setGlobalTracerProvider(new NodeTracerProvider({ spanProcessors }));
      `,
      'vendor.mjs': "import 'vendor'; await import('./app.mjs');",
    },
    finds: ['api-copies'],
    seen: [/with version 1\.8\.0 of the API, which newer ones do not read: .*1\.9\.\d+ \(/],
    isHealthy: true,
  },
  'a NodeSDK that nobody shuts down': {
    app: ['no-shutdown.mjs'],
    files: { 'no-shutdown.mjs': `${batch} provider.register(); await import('./app.mjs');` },
    finds: ['no-shutdown'],
    seen: [/ended with 2 spans unsent/],
  },
  'process.exit() at the end of the work': {
    app: ['exit.mjs'],
    files: { 'exit.mjs': "import './app.mjs'; process.exit(0);" },
    env: closed,
    finds: ['exit-before-flush'],
    seen: [/with 2 spans unsent/],
  },
  'a server that answers SIGTERM with process.exit()': {
    flags: [...preload, '--for', LONG_ENOUGH],
    app: ['server.mjs'],
    files: {
      'server.mjs': `
        ${batch}
        provider.register();
        const { work } = await import('./app.mjs');
        setInterval(() => {}, 60_000);
        process.on('SIGTERM', async () => { await work(); process.exit(0); });
      `,
    },
    finds: ['exit-before-flush'],
    seen: [/with 4 spans unsent/],
  },
  'an application that ends with an error': {
    app: ['broken.mjs'],
    files: { 'broken.mjs': "import './app.mjs'; throw new TypeError('no database');" },
    env: onConsole,
    finds: ['application-failed'],
    seen: [/ended with: no database/],
  },
  'an application that is not there': {
    app: ['no-such.mjs'],
    env: onConsole,
    finds: ['application-failed'],
    seen: [/Cannot find module .*no-such\.mjs/],
  },
  'an application that is not there, without a preload and an SDK': {
    flags: [],
    app: ['no-such.mjs'],
    finds: ['application-failed'],
  },
  'a preload whose name is misspelt': {
    flags: ['--import', `${packageName}/registre`],
    finds: ['application-failed'],
    seen: [/registre/],
  },
  'a preload of a package that is misspelt': {
    flags: ['--import', 'opentelemetry-instrumentation-eventsorce/register'],
    finds: ['application-failed'],
    seen: [/Cannot find package 'opentelemetry-instrumentation-eventsorce'/],
  },
  'an application in TypeScript that Node.js cannot run': {
    app: ['broken.ts'],
    files: { 'broken.ts': "import { InMemoryEventStore } from 'eventsource'; enum Order { Placed }" },
    env: onConsole,
    finds: ['application-failed'],
    seen: [/TypeScript|\.ts|outside a module/, /^broken\.ts is TypeScript, .* or name `--import tsx`/],
  },
  'an application that keeps its thread busy': {
    flags: ['--require', `${packageName}/register`, '--for', '1'],
    app: ['busy.cjs'],
    files: { 'busy.cjs': 'for (;;) {}' },
    env: onConsole,
    finds: ['no-answer'],
    seen: [/^After 1 s the application had to end, and did not answer; 15 s later the doctor ended it with SIGKILL\.$/],
  },
  'an application that somebody kills': {
    app: ['killed.mjs'],
    files: { 'killed.mjs': "import './app.mjs'; process.kill(process.pid, 'SIGKILL');" },
    env: onConsole,
    finds: ['no-report'],
    seen: [/^The process was ended by SIGKILL, which does not come from the doctor /],
  },
  'tests, which Node.js runs in processes of their own': {
    flags: ['--test', ...preload],
    app: ['app.test.mjs'],
    files: {
      'app.test.mjs': "import { test } from 'node:test'; import { work } from './app.mjs'; test('works', work);",
    },
    env: onConsole,
    finds: ['started-elsewhere'],
  },
  'tests without a preload': {
    flags: ['--test'],
    app: ['app.test.mjs'],
    env: onConsole,
    finds: ['preload-missing', 'started-elsewhere'],
  },
  'work in a process of its own': {
    app: ['forks.mjs'],
    files: { 'forks.mjs': "import { fork } from 'node:child_process'; fork('./app.mjs');" },
    env: onConsole,
    finds: ['started-elsewhere', 'library-not-loaded'],
    seen: [/^A worker thread or process was started, and no span of ours ended in this one\.$/],
  },
  'a flag that Node.js does not know': {
    flags: ['--no-such-flag'],
    finds: ['no-report'],
    seen: [/ended with 9 before/, /--no-such-flag/],
  },
  'work in a worker without a preload': {
    app: ['threads.mjs'],
    files: {
      'threads.mjs': `
        import { Worker } from 'node:worker_threads';
        new Worker(new URL('./app.mjs', import.meta.url), { execArgv: [] });
      `,
    },
    env: onConsole,
    finds: ['started-elsewhere', 'library-not-loaded'],
  },
  'a library that the application does not load': {
    app: ['empty.mjs'],
    files: { 'empty.mjs': '' },
    env: onConsole,
    finds: ['library-not-loaded'],
    seen: [/installed: .*eventsource/],
  },
  'a library that the application has not loaded when its time is over': {
    flags: [...preload, '--for', '4'],
    app: ['slow.mjs'],
    files: { 'slow.mjs': 'setTimeout(() => import("eventsource"), 60_000);' },
    env: onConsole,
    finds: ['library-not-loaded'],
    seen: [
      /^None of the libraries had been loaded after 4(?:\.\d)? s, when the time was over; installed: .*eventsource/,
    ],
  },
  'a preload that has not been reached when the time is over': {
    flags: ['--import', './waits.mjs', ...preload, '--for', '4'],
    files: { 'waits.mjs': 'await new Promise((resolve) => setTimeout(resolve, 60_000));' },
    env: onConsole,
    finds: ['library-not-loaded'],
    seen: [/ had been loaded after 4(?:\.\d)? s, when the time was over/],
  },
  'a library that is switched off': {
    env: { ...onConsole, [`${PREFIX}LIBRARIES`]: 'eventsource=false' },
    finds: ['library-not-watched'],
  },
  'module names without that of the library': {
    env: { ...onConsole, [`${PREFIX}MODULE_NAMES`]: 'eventsorce' },
    finds: ['library-not-watched', 'name-not-found'],
    seen: [/for eventsource was loaded: eventsorce/],
  },
  'the library under another name': {
    app: ['alias.mjs'],
    files: {
      'alias.mjs': "import { InMemoryEventStore } from 'our-store'; await new InMemoryEventStore().getEvents('o');",
    },
    env: onConsole,
    finds: ['library-under-another-name'],
    seen: [/^The package our-store has classes of eventsource: /],
  },
  'a version that the tables are not for': {
    app: ['castore.cjs'],
    files: {
      'node_modules/@castore/core/package.json': manifest('@castore/core', '3.0.0'),
      'node_modules/@castore/core/index.js': 'exports.EventStore = class EventStore {};',
      'castore.cjs': "require('@castore/core');",
    },
    env: onConsole,
    finds: ['unsupported-version'],
    seen: [/@castore\/core 3\.0\.0 is not of \^2\.0\.0/],
  },
  'a library that somebody else traces': {
    app: ['kurrent.cjs'],
    files: {
      'node_modules/@kurrent/kurrentdb-client/package.json': manifest('@kurrent/kurrentdb-client'),
      'node_modules/@kurrent/kurrentdb-client/index.js': 'exports.KurrentDBClient = class {};',
      'node_modules/@kurrent/opentelemetry/package.json': manifest('@kurrent/opentelemetry'),
      'node_modules/@kurrent/opentelemetry/index.js': '',
      'kurrent.cjs': "require('@kurrent/opentelemetry'); require('@kurrent/kurrentdb-client');",
    },
    env: onConsole,
    finds: ['traced-by-another'],
    seen: [/^kurrent is left alone: traced by @kurrent\/opentelemetry\.$/],
  },
  'classes of another shape': {
    app: ['shape.cjs'],
    files: {
      'node_modules/eventsource-ts/package.json': JSON.stringify({
        name: 'eventsource-ts',
        version: '9.0.0',
        exports: { '.': './index.js', './stores': './index.js' },
      }),
      'node_modules/eventsource-ts/index.js': 'exports.InMemoryEventStore = class InMemoryEventStore { append() {} };',
      'shape.cjs': "require('eventsource-ts');",
    },
    env: onConsole,
    finds: ['other-shape'],
    seen: [/InMemoryEventStore/],
  },
  'a library in a bundle': {
    app: ['bundle.mjs'],
    env: onConsole,
    finds: ['bundled'],
    seen: [/^bundle\.mjs has eventsource in it/],
  },
  'a library in a minified bundle': {
    app: ['minified.mjs'],
    env: onConsole,
    finds: ['bundled'],
    seen: [/^minified\.mjs has eventsource in it \(.*EventStore/],
  },
  'an application with classes of its own in place of the library’s': {
    app: ['own.mjs'],
    files: {
      'own.mjs': `
        import 'eventsource';
        class Store {
          async appendEvents(id, type, events) { return events.length; }
          async getEvents(id, { from = 0 } = {}) { return []; }
          async *readStream(stream) {}
          async *readAll() {}
          async eventExists(id) { return false; }
          async getEventsByType(type) { return []; }
          async getStreamVersion(id) { return 0; }
          async getGlobalPosition() { return 0; }
          async initialize() {}
          async close() {}
        }
        await new Store().getEvents('o');
      `,
    },
    env: onConsole,
    finds: ['own-classes', 'no-calls'],
  },
  'a library of which nothing is called': {
    app: ['idle.mjs'],
    files: { 'idle.mjs': "import 'eventsource';" },
    env: onConsole,
    finds: ['no-calls'],
  },
  'calls that run no work': {
    app: ['no-work.mjs'],
    files: {
      'no-work.mjs': `
        import { InMemoryEventStore } from 'eventsource';
        await new InMemoryEventStore().appendEvents('order-1', 'Order', [], 0);
      `,
    },
    env: onConsole,
    finds: ['no-work'],
    seen: [/^1 call of stores gave no span\.$/],
  },
  'projections, which are off by default': {
    app: ['projection.mjs'],
    files: {
      'projection.mjs': `
        import { Projection } from 'eventsource';
        import './app.mjs';
        class OrderSummary extends Projection { async reset() {} async processEvent() {} }
        await new OrderSummary().handle({ eventType: 'OrderPlaced' });
      `,
    },
    env: onConsole,
    finds: ['projections-off'],
    seen: [/OrderSummary/],
    isHealthy: true,
  },
  'an object that says no for itself': {
    app: ['object.mjs'],
    files: {
      'object.mjs': `
        import { InMemoryEventStore } from 'eventsource';
        await new InMemoryEventStore({ enableTracing: false }).getEvents('o');
      `,
    },
    env: onConsole,
    finds: ['objects-off'],
    seen: [/family stores .*: InMemoryEventStore/],
  },
  'a projection that is off, with what it makes for itself': {
    app: ['projection-with-checkpoints.mjs'],
    files: {
      'projection-with-checkpoints.mjs': `
        import { CheckpointTrackingProjection } from 'eventsource';
        import './app.mjs';
        class OrderSummary extends CheckpointTrackingProjection {
          subscribedTo() { return []; }
          async reset() {}
          async processEvent() {}
        }
        await new OrderSummary().handle({ eventType: 'OrderPlaced', eventId: 'e' });
      `,
    },
    env: onConsole,
    finds: ['projections-off'],
    seen: [/family checkpoints .*: InMemoryCheckpointRepository; checkpoints=on overrules it\.$/],
    isHealthy: true,
  },
  'a repository of checkpoints that says no for itself': {
    app: ['checkpoints.mjs'],
    files: {
      'checkpoints.mjs': `
        import { InMemoryCheckpointRepository } from 'eventsource';
        import './app.mjs';
        await new InMemoryCheckpointRepository({ enableTracing: false }).getCheckpoint('p');
      `,
    },
    env: onConsole,
    finds: ['objects-off'],
    seen: [/family checkpoints .*; checkpoints=on overrules it\.$/],
    isHealthy: true,
  },
  'a family that is off': {
    env: { ...onConsole, [`${PREFIX}FAMILIES`]: 'stores=off' },
    finds: ['family-off'],
    seen: [/family stores of eventsource is off; it was called 2 times\.$/],
  },
  'a table of one’s own with a row that fails': {
    app: ['own-library.mjs'],
    files: {
      'node_modules/shoplib/package.json': manifest('shoplib', '1.0.0', 'module'),
      'node_modules/shoplib/index.js': 'export class Till { open() {} }',
      'table.mjs': `
        export default {
          key: 'shoplib',
          packages: [{ name: 'shoplib' }],
          families: { tills: 'auto' },
          aspects: [{
            target: 'Till',
            family: 'tills',
            methods: { open: { span: 'till.open', attributes: { a: () => { throw new Error('no such till'); } } } },
          }],
        };
      `,
      'own-library.mjs': "import { Till } from 'shoplib'; new Till().open(); import './app.mjs';",
    },
    env: { ...onConsole, [`${PREFIX}TABLES`]: './table.mjs' },
    finds: ['row-failed'],
    seen: [/Till\.open: no such till/],
  },
  'a table of one’s own for a package that nobody loads': {
    app: ['own-typo.mjs'],
    files: {
      'node_modules/shoplib/package.json': manifest('shoplib', '1.0.0', 'module'),
      'node_modules/shoplib/index.js': 'export class Till { open() {} }',
      'typo.mjs': `
        const methods = { open: { span: 'till.open' } };
        const aspects = [{ target: 'Till', family: 'tills', methods }];
        export default { key: 'shop', packages: [{ name: 'shoplb' }], families: { tills: 'auto' }, aspects };
      `,
      'own-typo.mjs': "import { Till } from 'shoplib'; new Till().open();",
    },
    env: { ...onConsole, [`${PREFIX}TABLES`]: './typo.mjs' },
    finds: ['table-not-used'],
    seen: [/^The table shop is for shoplb; none of that name was loaded\.$/],
  },
  'a table of one’s own with a method that the class has not': {
    app: ['own-method.mjs'],
    files: {
      'node_modules/shoplib/package.json': manifest('shoplib', '1.0.0', 'module'),
      'node_modules/shoplib/index.js': 'export class Till { open() {} }',
      'method.mjs': `
        const methods = { opens: { span: 'till.open' } };
        const aspects = [{ target: 'Till', family: 'tills', methods }];
        export default { key: 'shop', packages: [{ name: 'shoplib' }], families: { tills: 'auto' }, aspects };
      `,
      'own-method.mjs': "import { Till } from 'shoplib'; new Till().open();",
    },
    env: { ...onConsole, [`${PREFIX}TABLES`]: './method.mjs' },
    finds: ['other-shape'],
    seen: [/^Of another shape than those of shop: Till \(which has no opens\)\.$/],
  },
  'a table of one’s own that is not there': {
    env: { ...onConsole, [`${PREFIX}TABLES`]: './none.mjs' },
    finds: ['complaint'],
    seen: [/none\.mjs/],
  },
};
