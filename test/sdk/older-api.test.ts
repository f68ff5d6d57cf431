// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applicationWith, onEachNode, register, root, runNode, usePackages } from '../../testkit/child.js';
import { startOtlpReceiver } from '../../testkit/otlp-receiver.js';
import type { ExportedSpan } from '../../testkit/otlp-traces.js';

const OLDER = '1.4.1';

/**
 * An application whose own copy of the API says that it is an older one. What such a one lacks matters to nobody here; by the
 * version the copies decide whether they read each other.
 */
async function runWithOlderApi(node: string, main: string, { exporting = false } = {}) {
  const { folder, remove } = applicationWith({ 'main.mjs': main });
  usePackages(folder, 'eventsource', '@opentelemetry/sdk-trace-base', '@opentelemetry/context-async-hooks');
  const api = join(folder, 'node_modules/@opentelemetry/api');
  cpSync(join(root, 'node_modules/@opentelemetry/api'), api, { recursive: true });
  const version = JSON.parse(readFileSync(join(api, 'package.json'), 'utf8')).version;
  for (const file of ['package.json', 'build/src/version.js']) {
    const path = join(api, file);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(version, OLDER));
  }
  const receiver = await startOtlpReceiver();
  try {
    const env = exporting ? { ...receiver.env, OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' } : {};
    const result = await runNode({ node, args: ['--import', register, 'main.mjs'], cwd: folder, env });
    return { ...result, version, spans: receiver.spans as readonly ExportedSpan[] };
  } finally {
    await receiver.close();
    remove();
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
    const { stderr, version, code } = await runWithOlderApi(node, main, { exporting: true });
    assert.equal(code, 0);
    assert.match(
      stderr,
      new RegExp(
        `^opentelemetry-\\S+: the SDK cannot be registered: .*api ${OLDER}, the SDK ${version}\\. Install .*\\n$`,
      ),
    );
  });
});
