// SPDX-License-Identifier: Apache-2.0
// SDKs that applications make in code: with ours among their instrumentations, with providers of their own, late, and more than one of them
// in the life of a process.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { applicationWith, nodeBinary, onEachNode, register, root, runNode, usePackages } from '../../testkit/child.js';
import { neighbourhood, ourSpan } from './neighbour.js';

const library = JSON.stringify(join(root, 'dist/src/require.cjs'));

/** With the instrumentation of HTTP, and ours as ORDER says. */
const sdks = {
  'sdk.cjs': `
    const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
    const { registerInstrumentations } = require('@opentelemetry/instrumentation');
    const { NodeSDK, tracing } = require('@opentelemetry/sdk-node');
    const exporter = new tracing.InMemorySpanExporter();
    const spanProcessors = [new tracing.SimpleSpanProcessor(exporter)];
    const ours = () => new (require(${library}).EventSourceInstrumentation)();
    const http = () => new HttpInstrumentation();
    const instrumentations = {
      none: () => [http()],
      first: () => [ours(), http()],
      last: () => [http(), ours()],
    }[process.env.ORDER]();
    if (process.env.SDK === 'NodeSDK') {
      new NodeSDK({ instrumentations, spanProcessors, metricReaders: [], logRecordProcessors: [] }).start();
    } else {
      const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
      require('@opentelemetry/api').context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
      // The global provider stays the one that does nothing.
      registerInstrumentations({ instrumentations, tracerProvider: new tracing.BasicTracerProvider({ spanProcessors }) });
    }
    process.on('exit', () => {
      const spans = exporter.getFinishedSpans();
      const traces = new Set(spans.map((span) => span.spanContext().traceId));
      const lines = spans.map(({ name, kind, instrumentationScope }) => [instrumentationScope.name, name, kind].join(' '));
      console.log([traces.size + ' traces', ...lines.sort()].join('\\n'));
    });
  `,
  'sdk-behind.cjs': "require('eventsource/stores'); require('./sdk.cjs'); require('./application.cjs');",
};

const work = `
  const work = () => new InMemoryEventStore().getEvents('00000000-0000-4000-8000-000000000001');
  const instances = { none: () => [], each: () => [new EventSourceInstrumentation()], one: () => [shared ??= new EventSourceInstrumentation()] };
  let shared;
  const start = () => {
    const seen = { spans: 0, isOver: false };
    const processor = {
      onStart() {},
      onEnd: () => void (seen.isOver || seen.spans++),
      forceFlush: async () => {},
      shutdown: async () => void (seen.isOver = true),
    };
    const instrumentations = instances[process.env.INSTANCES]();
    const sdk = new NodeSDK({ instrumentations, spanProcessors: [processor], metricReaders: [], logRecordProcessors: [] });
    sdk.start();
    return { sdk, seen };
  };
  const run = async () => {
    await work();
    const one = start();
    await work();
    await one.sdk.shutdown();
    // While it is registered no other one can be.
    for (const each of [trace, context, propagation]) each.disable();
    await work();
    const other = start();
    await work();
    await work();
    await other.sdk.shutdown();
    await work();
    console.log(one.seen.spans, other.seen.spans);
  };
  run();
`;
const comesAndGoes = {
  'comes-and-goes.mjs': `
    import { context, propagation, trace } from '@opentelemetry/api';
    import sdkNode from '@opentelemetry/sdk-node';
    import { InMemoryEventStore } from 'eventsource/stores';
    import ours from ${library};
    const { EventSourceInstrumentation } = ours;
    const { NodeSDK, tracing } = sdkNode;
    ${work}
  `,
  'comes-and-goes.cjs': `
    const { context, propagation, trace } = require('@opentelemetry/api');
    const { NodeSDK, tracing } = require('@opentelemetry/sdk-node');
    const { InMemoryEventStore } = require('eventsource/stores');
    const { EventSourceInstrumentation } = require(${library});
    ${work}
  `,
};

describe('an SDK that an application makes', () => {
  let folder: string;
  let remove: () => void;

  before(() => {
    ({ folder, remove } = applicationWith({ ...neighbourhood, ...sdks, ...comesAndGoes }));
    usePackages(folder, '@opentelemetry', 'eventsource');
  });
  after(() => remove());

  const linesOf = async (node: string, args: readonly string[], env: Readonly<Record<string, string>>) => {
    const { stdout, stderr, code } = await runNode({ node, args, cwd: folder, env, timeoutMillis: 60_000 });
    assert.deepEqual({ stderr, code }, { stderr: '', code: 0 }, [...args, JSON.stringify(env)].join(' '));
    return stdout.trim().split('\n');
  };

  /** In CommonJS, preloaded and behind the target, and in an ES module. */
  async function assertAmong(node: string, SDK: string) {
    for (const [args, orders] of [
      [
        ['--require', './sdk.cjs', 'application.cjs'],
        ['first', 'last'],
      ],
      [['sdk-behind.cjs'], ['last']],
    ] as const) {
      const bare = await linesOf(node, args, { SDK, ORDER: 'none' });
      assert.ok(bare.length > 1, bare.join('\n'));
      for (const ORDER of orders) {
        assert.deepEqual(await linesOf(node, args, { SDK, ORDER }), [...bare, ourSpan], `${args} ${ORDER}`);
      }
    }
    const imported = ['--import', './sdk.cjs', 'application.mjs'];
    assert.deepEqual(await linesOf(node, imported, { SDK, ORDER: 'last' }), ['1 traces', ourSpan]);
  }

  onEachNode('has ours among its instrumentations, first or last, in one trace with theirs: NodeSDK', (node) =>
    assertAmong(node, 'NodeSDK'),
  );

  it('has ours among those that it registers with a provider which is not the global one', async function () {
    this.timeout(120_000);
    await assertAmong(process.execPath, 'registerInstrumentations');
  });

  for (const [format, flag, version] of [
    ['mjs', '--import', 24],
    ['cjs', '--require', 20],
  ] as const) {
    it(`gets spans when it starts late, none once it is shut down, and so does the next: ${format}`, async function () {
      this.timeout(120_000);
      const node = nodeBinary(this, version);
      const ours = [flag, register];
      for (const [preload, INSTANCES] of [
        [ours, 'none'],
        [ours, 'each'],
        [ours, 'one'],
        ...(format === 'cjs' ? [[[], 'each'] as const] : []),
      ] as const) {
        const args = [...preload, `comes-and-goes.${format}`];
        assert.deepEqual(await linesOf(node, args, { INSTANCES }), ['1 2'], [...args, INSTANCES].join(' '));
      }
    });
  }
});
