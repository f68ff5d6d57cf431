// SPDX-License-Identifier: Apache-2.0
// An HTTP application that uses a package and the target, and somebody else's instrumentations of `http` and that package.
import { below } from '../../testkit/small-target.js';

const greeter = (type: 'module' | 'commonjs') => ({
  'package.json': JSON.stringify({
    name: type === 'module' ? 'greeter-esm' : 'greeter-cjs',
    version: '1.0.0',
    type,
    main: './index.js',
  }),
  'index.js': `${type === 'module' ? 'export const greet =' : 'exports.greet ='} (name) => 'hello ' + name;\n`,
});

const serve = `
  const store = new InMemoryEventStore();
  const server = http.createServer(async (request, response) => {
    await store.getEvents('00000000-0000-4000-8000-000000000001');
    response.end(greet(request.url));
  });
  server.listen(0, '127.0.0.1', () => {
    http.get({ host: '127.0.0.1', port: server.address().port, path: '/you' }, (response) => {
      response.resume().on('end', () => server.close());
    });
  });
`;

/** Keyed by path. */
export const neighbourhood: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "application" }',
  ...below('node_modules/greeter-esm', greeter('module')),
  ...below('node_modules/greeter-cjs', greeter('commonjs')),
  'application.mjs': `
    import http from 'node:http';
    import { greet } from 'greeter-esm';
    import { InMemoryEventStore } from 'eventsource/stores';
    ${serve}
  `,
  'application.cjs': `
    const http = require('node:http');
    const { greet } = require('greeter-cjs');
    const { InMemoryEventStore } = require('eventsource/stores');
    ${serve}
  `,
  // Their SDK, with NodeSDK as everybody has it: it loads \`http\` for its exporters.
  'vendor.cjs': `
    const { InstrumentationBase, InstrumentationNodeModuleDefinition } = require('@opentelemetry/instrumentation');
    const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
    const { NodeSDK, tracing } = require('@opentelemetry/sdk-node');
    class GreeterInstrumentation extends InstrumentationBase {
      constructor() {
        super('greeter', '1.0.0', {});
      }
      init() {
        return ['greeter-esm', 'greeter-cjs'].map((name) => new InstrumentationNodeModuleDefinition(name, ['*'], (greeter) => {
          this._wrap(greeter, 'greet', (original) => (...args) => {
            this.tracer.startSpan('greet').end();
            return original(...args);
          });
          return greeter;
        }));
      }
    }
    const exporter = new tracing.InMemorySpanExporter();
    new NodeSDK({
      instrumentations: [new HttpInstrumentation(), new GreeterInstrumentation()],
      spanProcessors: [new tracing.SimpleSpanProcessor(exporter)],
      metricReaders: [],
      logRecordProcessors: [],
    }).start();
    process.on('exit', () => {
      const spans = exporter.getFinishedSpans().map(({ name, kind, instrumentationScope }) =>
        [instrumentationScope.name, name, kind].join(' '));
      console.log(spans.sort().join('\\n'));
    });
  `,
  // The hook of ES modules as its documentation has it: with an include list, since without one it wraps everything.
  'vendor-hook.mjs': `
    import { register } from 'node:module';
    import { createAddHookMessageChannel } from 'import-in-the-middle';
    const { registerOptions, waitForAllMessagesAcknowledged } = createAddHookMessageChannel();
    register('@opentelemetry/instrumentation/hook.mjs', import.meta.url, registerOptions);
    await import('./vendor.cjs');
    await waitForAllMessagesAcknowledged();
  `,
  'vendor-list.mjs': `
    import { register } from 'node:module';
    register('@opentelemetry/instrumentation/hook.mjs', import.meta.url, { data: { include: ['http', 'node:http', 'greeter-esm'] } });
    await import('./vendor.cjs');
  `,
  'vendor-all.mjs': `
    import { register } from 'node:module';
    register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);
    await import('./vendor.cjs');
  `,
  'vendor-sync.mjs': `
    import { register } from 'import-in-the-middle/register-hooks.mjs';
    register({ include: ['http', 'node:http', 'greeter-esm'] });
    await import('./vendor.cjs');
  `,
  // What a preload must not do: the constructor of the base class installs a hook on every `require`, and instrumentations that
  // the application makes later no longer see what was loaded through it. So ours implements the interface instead.
  'base.cjs': `
    const { InstrumentationBase } = require('@opentelemetry/instrumentation');
    new (class extends InstrumentationBase { init() { return []; } })('empty', '1.0.0', {});
    require('@opentelemetry/sdk-node');
  `,
  // Instrumentations without an SDK: the environment's is to be theirs too.
  'no-sdk.cjs': `
    const { registerInstrumentations } = require('@opentelemetry/instrumentation');
    const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
    registerInstrumentations({ instrumentations: [new HttpInstrumentation()] });
  `,
  'vendor-first.cjs': "require('./vendor.cjs'); require('./application.cjs');",
};

/** What the neighbours record of one run, sorted. */
export const theirSpans = [
  '@opentelemetry/instrumentation-http GET 1',
  '@opentelemetry/instrumentation-http GET 2',
  'greeter greet 0',
];
export const ourSpan = 'opentelemetry-instrumentation-eventsource in_memory_event_store.get_events 0';
