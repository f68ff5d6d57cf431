// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  addFiles,
  applicationWith,
  nodeBinary,
  onEachNode,
  register,
  root,
  runNode,
  usePackages,
} from '../../testkit/child.js';
import { startOtlpReceiver } from '../../testkit/otlp-receiver.js';
import type { ExportedSpan } from '../../testkit/otlp-traces.js';
import { copyPackages } from '../../testkit/packed.js';

const OLDER = '1.4.1';
const SDK = ['trace-base', 'metrics'].map((name) => `@opentelemetry/sdk-${name}`);
const MANAGER = '@opentelemetry/context-async-hooks';

/**
 * Installs a copy of the API in `folder` that says that it is an older one, and an SDK on it. What such a copy lacks matters to nobody here;
 * by the version copies decide whether they read each other.
 *
 * @returns the version that it had
 */
function installOlderApi(folder: string): string {
  const api = join(folder, 'node_modules/@opentelemetry/api');
  cpSync(join(root, 'node_modules/@opentelemetry/api'), api, { recursive: true });
  copyPackages(folder, [...SDK, MANAGER]);
  const version: string = JSON.parse(readFileSync(join(api, 'package.json'), 'utf8')).version;
  for (const file of ['package.json', 'build/src/version.js', 'build/esm/version.js', 'build/esnext/version.js']) {
    const path = join(api, file);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(version, OLDER));
  }
  return version;
}

interface Run {
  readonly node: string;
  /** Whether the environment asks for an SDK. */
  readonly exporting?: boolean;
  readonly args?: readonly string[];
}

async function run(folder: string, { node, exporting = false, args = ['--import', register, 'main.mjs'] }: Run) {
  const receiver = await startOtlpReceiver();
  try {
    const env = exporting ? { ...receiver.env, OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' } : {};
    const result = await runNode({ node, args, cwd: folder, env });
    return { ...result, spans: receiver.spans as readonly ExportedSpan[] };
  } finally {
    await receiver.close();
  }
}

const woven = `
  import { InMemoryEventStore } from 'eventsource/stores';
  import { context, diag, trace } from '@opentelemetry/api';
  const read = () => new InMemoryEventStore().getEvents('00000000-0000-4000-8000-000000000001');
`;
const ownProvider = `
  import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
  import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
  const exporter = new InMemorySpanExporter();
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
`;

describe("an application's own, older copy of the API", () => {
  let folder: string;
  let remove: () => void;
  let version: string;

  before(function () {
    this.timeout(60_000);
    ({ folder, remove } = applicationWith({}));
    usePackages(folder, 'eventsource');
    version = installOlderApi(folder);
  });
  after(() => remove());

  const runWithOlderApi = (node: string, main: string, { exporting = false } = {}) => {
    addFiles(folder, { 'main.mjs': main });
    return run(folder, { node, exporting });
  };

  for (const exporting of [false, true]) {
    const variables = exporting ? 'with' : 'without';
    onEachNode(`gets our spans below its own, at its provider, ${variables} exporter variables`, async (node) => {
      const main = `${woven} ${ownProvider}
        await trace.getTracer('application').startActiveSpan('outer', async (span) => { await read(); span.end(); });
        const [inner, outer] = exporter.getFinishedSpans();
        console.log(inner?.name, outer?.name, inner?.parentSpanContext?.spanId === outer?.spanContext().spanId);
      `;
      const { stdout, stderr, spans } = await runWithOlderApi(node, main, { exporting });
      assert.deepEqual({ stdout, stderr }, { stdout: 'in_memory_event_store.get_events outer true\n', stderr: '' });
      assert.deepEqual(spans, []);
    });
  }

  onEachNode('is served by the SDK from the environment', async (node) => {
    const main = `${woven}
      await trace.getTracer('application').startActiveSpan('outer', async (span) => { await read(); span.end(); });
    `;
    const { stderr, spans } = await runWithOlderApi(node, main, { exporting: true });
    assert.equal(stderr, '');
    const [inner, outer] = spans;
    assert.deepEqual([inner?.name, outer?.name], ['in_memory_event_store.get_events', 'outer']);
    assert.equal(inner?.parentSpanId, outer?.spanId);
  });

  onEachNode('that keeps the SDK from being registered is said in one line, with both versions', async (node) => {
    const main = `${woven} diag.setLogger({ error() {}, warn() {}, info() {}, debug() {}, verbose() {} }); await read(); await read();`;
    const { stderr, code } = await runWithOlderApi(node, main, { exporting: true });
    assert.equal(code, 0);
    assert.match(
      stderr,
      new RegExp(
        `^opentelemetry-\\S+: the SDK cannot be registered: .*api ${OLDER}, the SDK ${version}\\. Install .*\\n$`,
      ),
    );
  });
});

/** Registers what it has with its own copy of the API, as dd-trace does, when it is told to. */
const vendor = {
  'node_modules/vendor/package.json': '{ "name": "vendor", "version": "1.0.0", "main": "index.cjs" }',
  'node_modules/vendor/index.cjs': `
    const { context, diag, metrics, propagation, trace } = require('@opentelemetry/api');
    const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
    const { W3CTraceContextPropagator } = require('@opentelemetry/core');
    const { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } = require('@opentelemetry/sdk-trace-base');
    const { InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } = require('@opentelemetry/sdk-metrics');
    const said = [];
    const tell = (...words) => said.push(words.join(' '));
    exports.said = said;
    exports.listen = () => diag.setLogger({ error: tell, warn: tell, info: tell, debug: tell, verbose: tell }, 80);
    exports.register = () => {
      const [spans, points] = [new InMemorySpanExporter(), new InMemoryMetricExporter(1)];
      context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
      propagation.setGlobalPropagator(new W3CTraceContextPropagator());
      trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }));
      const reader = new PeriodicExportingMetricReader({ exporter: points });
      metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
      return {
        /** Each below which, and how many traces they are. */
        tree() {
          const ended = spans.getFinishedSpans();
          const nameOf = (id) => ended.find((span) => span.spanContext().spanId === id)?.name ?? 'nothing';
          const lines = ended.map((span) => span.name + ' < ' + nameOf(span.parentSpanContext?.spanId));
          return [new Set(ended.map((span) => span.spanContext().traceId)).size, ...lines].join(', ');
        },
        async meters() {
          await reader.forceFlush();
          const read = points.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics);
          await reader.shutdown();
          return read.filter(({ metrics }) => metrics.length > 0).map(({ scope }) => scope.name);
        },
      };
    };
    exports.disable = () => { for (const each of [trace, context, propagation, metrics]) each.disable(); };
    exports.traced = (name, work) => trace.getTracer('vendor').startActiveSpan(name, async (span) => {
      try { return await work(); } finally { span.end(); }
    });
  `,
  'register-vendor.cjs': "globalThis.registered = require('vendor').register();",
};

/** An event that is published, of which the vendor traces the handler; and what the vendor has got of it. */
const work = `
  class Deposited extends events.DomainEvent {}
  const publish = async () => {
    const bus = new buses.InMemoryEventBus();
    bus.subscribe(Deposited, { handle: () => vendor.traced('below', async () => {}) });
    await bus.publish([new Deposited({ aggregateId: crypto.randomUUID(), aggregateType: 'Account', eventType: 'Deposited', aggregateVersion: 1 })]);
  };
`;
const modules = {
  api: '@opentelemetry/api',
  buses: 'eventsource/bus',
  events: 'eventsource/events',
  stores: 'eventsource/stores',
  vendor: 'vendor',
};
const asImports = Object.entries(modules).map(([name, from]) => `import * as ${name} from '${from}';`);
const asRequires = Object.entries(modules).map(([name, from]) => `const ${name} = require('${from}');`);
const inBoth = (name: string, text: string) => ({
  [`${name}.mjs`]: [...asImports, work, text].join('\n'),
  [`${name}.cjs`]: `(async () => { ${[...asRequires, work, text].join('\n')} })();`,
});
const library = JSON.stringify(join(root, 'dist/src/require.cjs'));

const TREE =
  '1, below < eventsource.event_bus.handle, eventsource.event_bus.handle < eventsource.event_bus.dispatch, ' +
  'eventsource.event_bus.dispatch < above, above < nothing';

describe('an older copy of the API than ours and the application’s, which a vendor brings and registers with', () => {
  let folder: string;
  let remove: () => void;

  before(function () {
    this.timeout(60_000);
    ({ folder, remove } = applicationWith({
      ...vendor,
      ...inBoth(
        'late',
        `const registered = globalThis.registered ?? vendor.register();
         await vendor.traced('above', publish);
         console.log(registered.tree());
         await new stores.InMemoryEventStore().getEvents(crypto.randomUUID());
         console.log(...new Set(await registered.meters()));`,
      ),
      ...inBoth(
        'comes-and-goes',
        `const own = () => api.trace.getTracer('application').startSpan('own').end();
         await publish();
         const first = vendor.register();
         await publish();
         own();
         vendor.disable();
         await publish();
         const second = vendor.register();
         await publish();
         vendor.disable();
         await publish();
         console.log(first.tree());
         console.log(second.tree());`,
      ),
      ...inBoth(
        'diag',
        `vendor.listen();
         new (await import('file://' + ${library})).default.EventSourceInstrumentation({ families: { stores: 'yes' } });
         await publish();
         console.log(vendor.said.filter((line) => line.includes('stores')).length);`,
      ),
      'in-code.cjs': `
        const { EventSourceInstrumentation, traceContext, TracingMixin } = require(${library});
        const { registerInstrumentations } = require('@opentelemetry/instrumentation');
        registerInstrumentations({ instrumentations: [new EventSourceInstrumentation()] });
        const components = async () => {
          class Store extends TracingMixin() {}
          const store = new Store();
          store.initTracing('store');
          await store.createSpanContext('component', async () => console.log(traceContext().trace_id.length));
        };
        ${asRequires.join('\n')} ${work}
        (async () => {
          const registered = vendor.register();
          await vendor.traced('above', publish);
          console.log(registered.tree());
          const others = (vendor.disable(), vendor.register());
          await vendor.traced('above', components);
          console.log(others.tree());
        })();
      `,
    }));
    usePackages(folder, 'eventsource', '@opentelemetry/api', '@opentelemetry/instrumentation');
    installOlderApi(join(folder, 'node_modules/vendor'));
  });
  after(() => remove());

  const linesOf = async (how: Run) => {
    const { stdout, stderr, code, spans } = await run(folder, how);
    assert.deepEqual({ stderr, code, spans }, { stderr: '', code: 0, spans: [] }, how.args?.join(' '));
    return stdout.trim().split('\n');
  };

  for (const exporting of [false, true]) {
    const variables = exporting ? 'with' : 'without';
    onEachNode(
      `gets our spans among the vendor’s and our measurements, registered before our preload and late, ${variables} exporter variables`,
      async (node) => {
        const ours = ['--import', register];
        const theirs = ['--require', './register-vendor.cjs'];
        for (const args of [
          [...ours, 'late.mjs'],
          [...theirs, ...ours, 'late.mjs'],
          ['--require', register, 'late.cjs'],
          [...theirs, '--require', register, 'late.cjs'],
        ]) {
          assert.deepEqual(
            await linesOf({ node, exporting, args }),
            [TREE, 'opentelemetry-instrumentation-eventsource'],
            args.join(' '),
          );
        }
      },
    );
  }

  onEachNode('gets our spans while something is registered, and leaves the application’s as they are', async (node) => {
    const below = TREE.slice(0, TREE.lastIndexOf(','));
    const tree = below.replace('dispatch < above', 'dispatch < nothing');
    for (const args of [
      ['--import', register, 'comes-and-goes.mjs'],
      ['--require', register, 'comes-and-goes.cjs'],
    ]) {
      assert.deepEqual(await linesOf({ node, args }), [tree, tree], args.join(' '));
    }
  });

  it('gets our spans from an instrumentation in code, and from components of the application', async function () {
    this.timeout(60_000);
    const node = nodeBinary(this, 20);
    assert.deepEqual(await linesOf({ node, args: ['in-code.cjs'] }), [
      TREE,
      '32',
      '1, component < above, above < nothing',
    ]);
  });

  it('hears what we say through its logger of diag', async function () {
    this.timeout(60_000);
    assert.deepEqual(await linesOf({ node: process.execPath, args: ['--import', register, 'diag.mjs'] }), ['1']);
  });
});
