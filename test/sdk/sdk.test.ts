// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { applicationWith, onEachNode, register, root, runNode } from '../../testkit/child.js';
import { startOtlpReceiver } from '../../testkit/otlp-receiver.js';
import type { ExportedSpan } from '../../testkit/otlp-traces.js';
import { runExporting } from './child-sdk.js';

const SDK_LOADED = "Object.keys(process.getBuiltinModule('module')._cache).some((file) => file.includes('/sdk-node/'))";

function namesOf(spans: readonly ExportedSpan[]): string[] {
  return spans.map(({ name }) => name).sort();
}

/** Sets a provider on the first lines, as the guide's Minimal Setup does, and prints what it recorded and what `diag` said. */
const ownProvider = `
  const complaints = [];
  diag.setLogger({ error: (text) => complaints.push(text), warn() {}, info() {}, debug() {}, verbose() {} });
  const exporter = new InMemorySpanExporter();
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  process.on('exit', () => console.log(exporter.getFinishedSpans().map(({ name }) => name).join(), complaints.join()));
`;
const IMPORTS = {
  '@opentelemetry/api': '{ context, diag, trace }',
  '@opentelemetry/sdk-trace-base': '{ BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor }',
  '@opentelemetry/context-async-hooks': '{ AsyncLocalStorageContextManager }',
};

describe('the SDK from the environment', () => {
  for (const main of ['esm.mjs', 'commonjs.cjs']) {
    onEachNode(`gets every span of an application that makes none: ${main}`, async (node) => {
      const { stdout, stderr, code, receiver } = await runExporting(main, { node });
      assert.deepEqual({ stdout, stderr, code }, { stdout: 'done\n', stderr: '', code: 0 });
      assert.deepEqual(namesOf(receiver.spans), ['inner', 'outer']);
      const [inner, outer] = ['inner', 'outer'].map((wanted) => receiver.spans.find(({ name }) => name === wanted));
      assert.equal(inner?.parentSpanId, outer?.spanId);
      assert.deepEqual(new Set(receiver.paths), new Set(['/v1/traces']));
    });
  }

  onEachNode('gets every span under --require as well', async (node) => {
    const { stderr, receiver } = await runExporting('commonjs.cjs', {
      node,
      args: ['--require', register, 'commonjs.cjs'],
    });
    assert.equal(stderr, '');
    assert.deepEqual(namesOf(receiver.spans), ['inner', 'outer']);
  });

  onEachNode('yields to a provider made on the first lines of an ES module', async (node) => {
    const imports = Object.entries(IMPORTS).map(([name, what]) => `import ${what} from '${name}';`);
    const { stdout, stderr, receiver } = await runExporting('own.mjs', {
      node,
      files: { 'own.mjs': `${imports.join('\n')} ${ownProvider} import { spans } from './spans.mjs'; spans();` },
    });
    assert.deepEqual({ stdout, stderr }, { stdout: 'inner,outer \n', stderr: '' });
    assert.deepEqual(receiver.paths, []);
  });

  onEachNode('yields to a provider made on the first lines of a CommonJS module', async (node) => {
    const imports = Object.entries(IMPORTS).map(([name, what]) => `const ${what} = require('${name}');`);
    const { stdout, stderr, receiver } = await runExporting('own.cjs', {
      node,
      files: { 'own.cjs': `${imports.join('\n')} ${ownProvider} require('./commonjs.cjs');` },
    });
    assert.deepEqual({ stdout, stderr }, { stdout: 'done\ninner,outer \n', stderr: '' });
    assert.deepEqual(receiver.paths, []);
  });

  onEachNode("yields to the application's own NodeSDK, without a duplicate registration", async (node) => {
    const { stdout, stderr, receiver } = await runExporting('own.cjs', {
      node,
      files: {
        'own.cjs': `
          const { NodeSDK, tracing, api } = require('@opentelemetry/sdk-node');
          const complaints = [];
          api.diag.setLogger({ error: (text) => complaints.push(text), warn() {}, info() {}, debug() {}, verbose() {} });
          const exporter = new tracing.InMemorySpanExporter();
          const processor = new tracing.SimpleSpanProcessor(exporter);
          new NodeSDK({ spanProcessors: [processor], metricReaders: [], logRecordProcessors: [] }).start();
          require('./commonjs.cjs');
          console.log(exporter.getFinishedSpans().length, complaints.length);
        `,
      },
    });
    assert.deepEqual({ stdout, stderr }, { stdout: 'done\n2 0\n', stderr: '' });
    assert.deepEqual(receiver.paths, []);
  });

  onEachNode('keeps the context manager and propagator that the application registered', async (node) => {
    const { stdout, stderr, receiver } = await runExporting('partly.mjs', {
      node,
      files: {
        'partly.mjs': `
          import { context, diag, propagation } from '@opentelemetry/api';
          import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
          import { spans } from './spans.mjs';
          diag.setLogger({ error: console.log, warn() {}, info() {}, debug() {}, verbose() {} });
          context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
          propagation.setGlobalPropagator({ inject() {}, extract: (context) => context, fields: () => ['mine'] });
          spans();
          console.log(propagation.fields());
        `,
      },
    });
    assert.deepEqual({ stdout, stderr }, { stdout: "[ 'mine' ]\n", stderr: '' });
    assert.deepEqual(namesOf(receiver.spans), ['inner', 'outer']);
  });

  onEachNode('keeps the parent of the first message', async (node) => {
    const { receiver } = await runExporting('consumer.mjs', {
      node,
      files: {
        'consumer.mjs': `
          import { propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
          const traceparent = '00-0123456789abcdef0123456789abcdef-0123456789abcdef-01';
          const from = propagation.extract(ROOT_CONTEXT, { traceparent });
          trace.getTracer('consumer').startSpan('process', {}, from).end();
        `,
      },
    });
    assert.deepEqual(
      receiver.spans.map(({ name, traceId, parentSpanId }) => [name, traceId, parentSpanId]),
      [['process', '0123456789abcdef0123456789abcdef', '0123456789abcdef']],
    );
  });

  for (const [what, env] of [
    ['OTEL_SDK_DISABLED', { OTEL_SDK_DISABLED: 'true' }],
    ['the switch off', { OTEL_INSTRUMENTATION_EVENTSOURCE_SDK: 'false' }],
    ['no variable', { OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
  ] as const) {
    onEachNode(`is neither started nor loaded with ${what}`, async (node) => {
      const files = { 'loaded.mjs': `import { spans } from './spans.mjs'; spans(); console.log(${SDK_LOADED});` };
      const { stdout, stderr, code, receiver } = await runExporting('loaded.mjs', { node, env, files });
      assert.deepEqual({ stdout, stderr, code }, { stdout: 'false\n', stderr: '', code: 0 });
      assert.deepEqual(receiver.paths, []);
    });
  }

  onEachNode('is not loaded before the first span', async (node) => {
    const files = {
      'loaded.mjs': `import { spans } from './spans.mjs'; console.log(${SDK_LOADED}); spans(); console.log(${SDK_LOADED});`,
    };
    assert.equal((await runExporting('loaded.mjs', { node, files })).stdout, 'false\ntrue\n');
  });

  for (const [what, asking] of [
    ['the delegate of the proxy', "trace.getTracerProvider().getDelegate().constructor.name === 'NoopTracerProvider'"],
    ['a tracer of the delegate', "trace.getTracerProvider().getDelegateTracer('check') === undefined"],
    ['a tracer', "trace.getTracer('check').constructor.name === 'ProxyTracer'"],
    [
      'whether it records',
      "trace.getTracerProvider().getDelegate().getTracer('check').startSpan('lost').isRecording() === false",
    ],
  ] as const) {
    onEachNode(`is none to code that asks for ${what} before the first span`, async (node) => {
      const imports = Object.entries(IMPORTS).map(([name, what]) => `import ${what} from '${name}';`);
      const { stdout, receiver } = await runExporting('asks.mjs', {
        node,
        files: {
          'asks.mjs': `${imports.join('\n')} if (${asking}) { ${ownProvider} } import { spans } from './spans.mjs'; spans();`,
        },
      });
      assert.equal(stdout, 'inner,outer \n');
      assert.deepEqual(receiver.paths, []);
    });
  }

  onEachNode('goes back to nothing where it makes no tracer provider', async (node) => {
    const files = {
      'metrics.mjs': `
        import { trace } from '@opentelemetry/api';
        import { InMemorySpanExporter, BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
        const tracer = trace.getTracer('application');
        console.log(tracer.startSpan('lost').isRecording(), trace.getTracerProvider().getDelegate().constructor.name);
        trace.setGlobalTracerProvider(new BasicTracerProvider());
        console.log(tracer.startSpan('late').isRecording());
      `,
    };
    const env = { OTEL_TRACES_EXPORTER: 'none' };
    const { stdout, stderr } = await runExporting('metrics.mjs', { node, env, files });
    assert.deepEqual({ stdout, stderr }, { stdout: 'false NoopTracerProvider\ntrue\n', stderr: '' });
  });

  onEachNode("hears the spans of the application's own copy of the API", async (node) => {
    const { folder, remove } = applicationWith({
      'package.json': '{ "type": "module" }',
      'copy.js': `
        import { trace } from '@opentelemetry/api';
        const early = trace.getTracer('application');
        early.startSpan('one').end();
        trace.getTracer('application').startSpan('two').end();
      `,
    });
    cpSync(join(root, 'node_modules/@opentelemetry/api'), join(folder, 'node_modules/@opentelemetry/api'), {
      recursive: true,
    });
    const receiver = await startOtlpReceiver();
    try {
      const { stderr } = await runNode({
        node,
        args: ['--import', register, 'copy.js'],
        cwd: folder,
        env: receiver.env,
      });
      assert.equal(stderr, '');
      assert.deepEqual(namesOf(receiver.spans), ['one', 'two']);
    } finally {
      await receiver.close();
      remove();
    }
  });

  onEachNode('is made in each worker that has spans', async (node) => {
    const files = {
      'workers.mjs': `
        import { Worker } from 'node:worker_threads';
        for (const name of ['esm.mjs', 'commonjs.cjs']) {
          new Worker(new URL(name, import.meta.url)).on('exit', (code) => console.log('exit', code));
        }
      `,
    };
    const { stdout, stderr, receiver } = await runExporting('workers.mjs', { node, files });
    assert.deepEqual(stdout.trim().split('\n').sort(), ['done', 'done', 'exit 0', 'exit 0']);
    assert.equal(stderr, '');
    assert.deepEqual(namesOf(receiver.spans), ['inner', 'inner', 'outer', 'outer']);
  });
});
