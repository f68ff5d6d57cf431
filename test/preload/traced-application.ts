// SPDX-License-Identifier: Apache-2.0
// An application that uses one store of the target and prints the spans that its own provider recorded.

/** Keyed by path. `provider.mjs` prints the names of the spans in the end. */
export const tracedApplication = {
  'provider.mjs': `
    import { context, trace } from '@opentelemetry/api';
    import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
    import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
    const exporter = new InMemorySpanExporter();
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
    process.on('exit', () => console.log(exporter.getFinishedSpans().map(({ name }) => name).join()));
  `,
  'store.mjs': `
    import { InMemoryEventStore } from 'eventsource/stores';
    export const read = (Store = InMemoryEventStore) => new Store().getEvents('00000000-0000-4000-8000-000000000001');
  `,
  'esm.mjs': "import './provider.mjs'; import { read } from './store.mjs'; await read();",
  'commonjs.cjs': `
    require('./provider.mjs');
    const { InMemoryEventStore } = require('eventsource/stores');
    new InMemoryEventStore().getEvents('00000000-0000-4000-8000-000000000001');
  `,
  'both.mjs': `
    import './provider.mjs';
    import { createRequire } from 'node:module';
    import { read } from './store.mjs';
    const required = createRequire(import.meta.url)('eventsource/stores');
    await read();
    await read(required.InMemoryEventStore);
  `,
  'worker.mjs': "import { Worker } from 'node:worker_threads'; new Worker(new URL('esm.mjs', import.meta.url));",
  'fork.mjs': "import { fork } from 'node:child_process'; fork(new URL('esm.mjs', import.meta.url));",
} as const;

export const oneSpan = 'in_memory_event_store.get_events\n';
