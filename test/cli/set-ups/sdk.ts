// SPDX-License-Identifier: Apache-2.0
// Set-ups of an SDK that is missing, is not asked for, or drops what it gets.
import { onConsole } from '../application.js';
import { batch, manifest, noOthers, PREFIX, provider, type SetUp } from './shared.js';

export const setUpsOfSdk: Readonly<Record<string, SetUp>> = {
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
  'the exporter none': {
    env: { ...noOthers, OTEL_TRACES_EXPORTER: 'none' },
    finds: ['no-exporter'],
  },
  'an SDK that is switched off': { env: { ...onConsole, OTEL_SDK_DISABLED: 'true' }, finds: ['sdk-disabled'] },
  'an SDK that the preload must not start': {
    env: { ...onConsole, [`${PREFIX}SDK`]: 'false' },
    finds: ['sdk-disabled'],
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
};
