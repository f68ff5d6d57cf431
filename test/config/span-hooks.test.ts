// SPDX-License-Identifier: Apache-2.0
// Hooks of the application, which may be anything and do anything: what they get, and what they cannot break.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Span } from '@opentelemetry/api';
import { type SpanEndInfo, type SpanStartInfo, spanHookOf, spanHooksFor } from '../../src/span-hooks.js';
import { applicationWith, register, root, runNode, usePackages } from '../../testkit/child.js';
import { startTelemetry, type Telemetry, testRuntime, weaveClass } from '../../testkit/telemetry.js';

class Store {
  append(event: string): string {
    return event;
  }
}

describe('hooks of the application', () => {
  let telemetry: Telemetry;
  let complaints: string[];
  const runtime = testRuntime();
  const withHooks = (start: unknown, end?: unknown) => {
    const given = {
      spanStartHook: spanHookOf<SpanStartInfo>('spanStartHook', start, (said) => complaints.push(said)),
      spanEndHook: spanHookOf<SpanEndInfo>('spanEndHook', end, (said) => complaints.push(said)),
    };
    runtime.settings = { ...runtime.settings, hooks: spanHooksFor('shop', given) };
  };

  before(() => {
    telemetry = startTelemetry();
    weaveClass(Store, { methods: { append: { span: 'append', result: { ok: true } } } }, runtime);
  });
  beforeEach(() => {
    complaints = [];
    telemetry.reset();
  });
  after(() => telemetry.stop());

  it('get the key of the library with each call', () => {
    const seen: unknown[] = [];
    const hook = (_: Span, { library, method }: SpanStartInfo) => void seen.push([library, method]);
    withHooks(hook, hook);
    new Store().append('a');
    assert.deepEqual(seen, Array(2).fill(['shop', 'Store.append']));
    assert.deepEqual(complaints, []);
  });

  it('are told of in one warning each where they throw, and go on to be called; call and span are as ever', () => {
    let calls = 0;
    const fault = () => {
      calls += 1;
      throw new TypeError('no such\nproperty');
    };
    withHooks(fault, fault);
    for (const event of ['a', 'b', 'c']) assert.equal(new Store().append(event), event);
    assert.equal(calls, 6);
    const said = 'threw TypeError (no such) at Store.append. It is called all the same; told once.';
    assert.deepEqual(complaints, [`option spanStartHook ${said}`, `option spanEndHook ${said}`]);
    assert.equal(telemetry.tree(), 'append append append');
    assert.deepEqual(telemetry.spans()[0]?.attributes, { ok: true });
  });

  it('may throw whatever they like', () => {
    const thrown = [undefined, null, 'text', Object.create(null), new Proxy({}, { get: () => assert.fail('trap') })];
    for (const value of thrown) {
      complaints = [];
      withHooks(() => {
        throw value;
      });
      assert.equal(new Store().append('a'), 'a');
      assert.equal(complaints.length, 1);
    }
  });

  it('are told of where they reject, which ends no process, and are not waited for', async () => {
    withHooks(async () => {
      await nextTurn();
      throw new RangeError('late');
    });
    assert.equal(new Store().append('a'), 'a');
    assert.equal(telemetry.tree(), 'append');
    await nextTurn();
    await nextTurn();
    assert.deepEqual(complaints, [
      'option spanStartHook rejected with RangeError (late) at Store.append. It is called all the same; told once.',
    ]);
  });

  it('are not told of the calls that they make', () => {
    let calls = 0;
    withHooks(() => {
      calls += 1;
      new Store().append('inside');
    });
    new Store().append('a');
    assert.deepEqual([calls, complaints, telemetry.spans().length], [1, [], 2]);
  });

  it('get a list of arguments that is not that of the call', () => {
    withHooks((_: Span, { args }: { args: unknown[] }) => args.fill('changed'));
    assert.equal(new Store().append('a'), 'a');
  });

  it('are left out, with one complaint, where they are no functions', () => {
    for (const value of [true, 'log', {}, [], 7, null]) {
      complaints = [];
      withHooks(value);
      assert.deepEqual(complaints, [
        `option spanStartHook: ${JSON.stringify(value)} is not usable; accepted: a function. It is left out.`,
      ]);
      assert.equal(runtime.settings.hooks, undefined);
    }
  });

  it('are options in code, which hold for all libraries, from then on and until they are replaced', async () => {
    const main = `
      import { trace, context } from '@opentelemetry/api';
      import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
      import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
      import { EventSourceInstrumentation } from ${JSON.stringify(join(root, 'dist/src/index.js'))};
      import { InMemoryEventStore } from 'eventsource';
      import { getInMemoryEventStore } from '@event-driven-io/emmett';
      context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
      trace.setGlobalTracerProvider(new BasicTracerProvider());
      const said = (phase) => (span, { library, method, spanName, failed }) =>
        console.log([phase, library, method, spanName, ...(failed === undefined ? [] : [failed])].join(' '));
      const instrumentation = new EventSourceInstrumentation();
      const work = async () => {
        await new InMemoryEventStore().getEvents('a', {});
        await getInMemoryEventStore().readStream('a');
      };
      await work();
      instrumentation.setConfig({ spanStartHook: said('start'), spanEndHook: said('end') });
      await work();
      instrumentation.setConfig({});
      await work();
    `;
    const { folder, remove } = applicationWith({ 'main.mjs': main });
    try {
      usePackages(
        folder,
        'eventsource',
        '@event-driven-io/emmett',
        '@opentelemetry/api',
        '@opentelemetry/context-async-hooks',
        '@opentelemetry/sdk-trace-base',
      );
      const { stdout, stderr } = await runNode({ args: ['--import', register, 'main.mjs'], cwd: folder });
      assert.equal(stderr, '');
      const call = 'InMemoryEventStore.getEvents in_memory_event_store.get_events';
      const ofFactory = 'getInMemoryEventStore.call.readStream in_memory_event_store.get_events';
      assert.deepEqual(stdout.trim().split('\n'), [
        `start eventsource ${call}`,
        `end eventsource ${call} false`,
        `start emmett ${ofFactory}`,
        `end emmett ${ofFactory} false`,
      ]);
    } finally {
      remove();
    }
  }).timeout(120_000);
});
