// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { applicationWith, onEachNode, root, runNode, usePackages } from '../testkit/child.js';

const library = JSON.stringify(join(root, 'dist/src/index.js'));

describe('the instrumentation', () => {
  async function outputOf(node: string, main: string, env: Record<string, string> = {}): Promise<string[]> {
    const { folder, remove } = applicationWith({
      'main.mjs': main,
      'node_modules/mine/package.json': '{ "name": "mine", "type": "module", "exports": "./dist/index.js" }',
      'node_modules/mine/dist/index.js': 'export class Mine {}',
    });
    try {
      usePackages(folder, '@opentelemetry/api', '@opentelemetry/instrumentation', 'eventsource');
      const { stdout, stderr } = await runNode({ node, args: ['main.mjs'], cwd: folder, env });
      assert.equal(stderr, '');
      return stdout.trim().split('\n');
    } finally {
      remove();
    }
  }

  onEachNode('watches for the modules that the options name now, also when they were replaced', async (node) => {
    const main = `
      import { diag, DiagLogLevel } from '@opentelemetry/api';
      import { EventSourceInstrumentation } from ${library};
      const debug = (...said) => { if (said.join(' ').includes('mine')) console.log('seen'); };
      diag.setLogger({ debug, error: console.error, warn() {}, info() {}, verbose() {} }, { logLevel: DiagLogLevel.ALL });
      const instrumentation = new EventSourceInstrumentation();
      instrumentation.setConfig({ moduleNames: ['mine'] });
      await import('mine');
    `;
    assert.deepEqual(await outputOf(node, main), ['seen']);
  });

  const registered = (options: string) => `
    import { registerInstrumentations } from '@opentelemetry/instrumentation';
    import { context, trace } from '@opentelemetry/api';
    import { EventSourceInstrumentation } from ${library};
    let spans = 0;
    const provider = { getTracer: () => ({ startSpan: () => { spans++; return trace.getSpan(context.active()) ?? trace.wrapSpanContext({}); } }) };
    registerInstrumentations({ instrumentations: [new EventSourceInstrumentation(${options})], tracerProvider: provider });
    const { InMemoryEventStore } = await import('eventsource');
    await new InMemoryEventStore().getEvents('a', {});
    console.log(spans);
  `;

  onEachNode(
    'stays off where the environment says so, whoever registers it; options in code outrank it',
    async (node) => {
      const off = { OTEL_INSTRUMENTATION_EVENTSOURCE_ENABLED: 'false' };
      assert.deepEqual(await outputOf(node, registered('')), ['1']);
      assert.deepEqual(await outputOf(node, registered(''), off), ['0']);
      assert.deepEqual(await outputOf(node, registered('{ enabled: true }'), off), ['1']);
      // OpenTelemetry's rule: who registers an instrumentation wants it on.
      assert.deepEqual(await outputOf(node, registered('{ enabled: false }')), ['1']);
    },
  );

  const counting = (options: string, then: string) => `
    import { context, trace } from '@opentelemetry/api';
    import { EventSourceInstrumentation } from ${library};
    let spans = 0;
    trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan: () => { spans++; return trace.wrapSpanContext({}); } }) });
    const instrumentation = new EventSourceInstrumentation(${options});
    const { InMemoryEventStore } = await import('eventsource');
    const seen = async () => { spans = 0; await new InMemoryEventStore().getEvents('a', {}); console.log(spans); };
    await seen();
    ${then}
  `;

  onEachNode('is off once its options say so, and on again once they say that', async (node) => {
    const then = `
      for (const enabled of [false, true]) {
        instrumentation.setConfig({ enabled });
        await seen();
      }
      instrumentation.setConfig({ enabled: false });
      instrumentation.setConfig({});
      await seen();
    `;
    assert.deepEqual(await outputOf(node, counting('', then)), ['1', '0', '1', '0']);
  });

  onEachNode('is left as it is by another instance that is off', async (node) => {
    const then = `
      const other = new EventSourceInstrumentation({ enabled: false, families: { stores: 'off' } });
      await seen();
      other.setConfig({ enabled: false, moduleNames: ['nothing'], families: { stores: 'off' } });
      other.disable();
      await seen();
    `;
    assert.deepEqual(await outputOf(node, counting('{ families: { stores: "on" } }', then)), ['1', '1', '1']);
  });
});
