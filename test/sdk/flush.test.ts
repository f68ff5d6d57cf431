// SPDX-License-Identifier: Apache-2.0
// What is sent before a process ends at once, because it was asked for.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { metrics, type TracerProvider, trace } from '@opentelemetry/api';
import { engineOfProcess } from '../../src/engine.js';
import { flush } from '../../src/flush.js';
import { root } from '../../testkit/child.js';
import { allSignals, runExporting } from './child-sdk.js';

const library = JSON.stringify(join(root, 'dist/src/index.js'));
const importFlush = `import { flush } from ${library};`;
const flushAndExit = 'console.log(await flush()); process.exit(0);';

/** A provider that takes its time. */
function providerWith(forceFlush: () => unknown): TracerProvider {
  return { getTracer: () => trace.getTracer('none'), forceFlush } as TracerProvider;
}

describe('flush()', () => {
  const { providers } = engineOfProcess();
  afterEach(() => {
    trace.disable();
    metrics.disable();
    providers.traces.use(undefined);
  });

  it('has nothing to do where there is no provider, and starts no SDK that waits for a need', async () => {
    let woken = 0;
    const { wake } = providers;
    providers.wake = () => {
      woken += 1;
    };
    try {
      assert.equal(await flush(), true);
      assert.equal(woken, 0);
    } finally {
      providers.wake = wake;
    }
  });

  it('asks the global providers and those that the instrumentation was given, each once', async () => {
    const asked: string[] = [];
    const ask = (name: string) => providerWith(async () => void asked.push(name));
    const both = ask('both');
    trace.setGlobalTracerProvider(ask('global'));
    providers.traces.use(ask('given'));
    metrics.setGlobalMeterProvider(both as never);
    providers.metrics.use(both as never);
    try {
      assert.equal(await flush(), true);
    } finally {
      providers.metrics.use(undefined);
    }
    assert.deepEqual(asked.sort(), ['both', 'given', 'global']);
  });

  it('is done with providers that have nothing to flush', async () => {
    providers.traces.use({ getTracer: () => trace.getTracer('none') });
    assert.equal(await flush(), true);
  });

  it('says so where a provider throws or rejects, and asks the others all the same', async () => {
    let asked = 0;
    for (const forceFlush of [
      () => {
        throw new Error('sync');
      },
      async () => Promise.reject(new Error('async')),
      () => Promise.reject(undefined),
    ]) {
      trace.setGlobalTracerProvider(providerWith(() => (asked += 1)));
      providers.traces.use(providerWith(forceFlush));
      assert.equal(await flush(), false);
      trace.disable();
    }
    assert.equal(asked, 3);
  });

  it('waits no longer than the limit', async () => {
    providers.traces.use(providerWith(() => new Promise(() => {})));
    const began = performance.now();
    assert.equal(await flush(30), false);
    assert.equal(await flush(0), false);
    assert.ok(performance.now() - began < 1900);
  });

  it('takes a limit that is no number, or longer than a timer can wait, as none or as the longest', async () => {
    providers.traces.use(providerWith(() => new Promise((resolve) => setTimeout(resolve, 20))));
    for (const limit of [Number.POSITIVE_INFINITY, 2 ** 40, Number.NaN, -1, '1', null]) {
      assert.equal(await flush(limit as number), true, String(limit));
    }
  });

  it('waits for a flush that was asked for before', async () => {
    const ended: number[] = [];
    providers.traces.use(
      // As the batch processor of the SDK: what is being sent is no longer its affair.
      providerWith(() => (ended.length > 0 ? undefined : new Promise((resolve) => setTimeout(resolve, 30)))),
    );
    const first = flush().then(() => ended.push(1));
    await Promise.all([first, flush().then(() => ended.push(2))]);
    assert.deepEqual(ended, [1, 2]);
  });
});

describe('flush() of an application under the preload', function () {
  this.timeout(120_000);

  it('sends all signals before process.exit()', async () => {
    const files = { 'main.mjs': `${importFlush}\n${allSignals}\n${flushAndExit}` };
    const { stdout, stderr, code, receiver } = await runExporting('main.mjs', { files });
    assert.deepEqual([stdout, stderr, code], ['true\n', '', 0]);
    const { spans, points, records } = receiver;
    assert.deepEqual([spans.length, points.length, records.length], [2, 1, 1]);
  });

  it('waits for what the preload sends already when SIGTERM is answered with process.exit()', async () => {
    const main = `
      ${importFlush}
      import { setTimeout } from 'node:timers/promises';
      import { spans } from './spans.mjs';
      spans();
      process.once('SIGTERM', async () => {
        await setTimeout(1);
        ${flushAndExit}
      });
      setInterval(() => {}, 1000);
      process.kill(process.pid, 'SIGTERM');
    `;
    const { stdout, code, receiver } = await runExporting('main.mjs', { files: { 'main.mjs': main } });
    assert.deepEqual([stdout, code, receiver.spans.length], ['true\n', 0, 2]);
  });

  it('gives up at its limit, says where it was to be sent, and leaves the process as it is', async () => {
    const main = `
      ${importFlush}
      import { spans } from './spans.mjs';
      spans();
      console.log(await flush(200));
      console.log('goes on');
      process.exit(0);
    `;
    const { stdout, stderr, code } = await runExporting('main.mjs', { files: { 'main.mjs': main }, answer: 'none' });
    assert.deepEqual([stdout, code], ['false\ngoes on\n', 0]);
    assert.match(stderr, /^\S+: telemetry could not be sent to \S+ \(no answer within 200 ms\)\..*\n$/);
  });

  it('is a method of the instrumentation, too, and sends by the provider of the application', async () => {
    const main = `
      import { EventSourceInstrumentation } from ${library};
      import { trace } from '@opentelemetry/api';
      import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
      const exporter = { export: (spans, done) => { console.log(spans.length); done({ code: 0 }); }, shutdown() {} };
      trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] }));
      trace.getTracer('application').startSpan('work').end();
      console.log(await new EventSourceInstrumentation({ enabled: false }).flush());
      process.exit(0);
    `;
    const { stdout, stderr, receiver } = await runExporting('main.mjs', { files: { 'main.mjs': main } });
    assert.deepEqual([stdout, stderr, receiver.spans.length], ['1\ntrue\n', '', 0]);
  });
});
