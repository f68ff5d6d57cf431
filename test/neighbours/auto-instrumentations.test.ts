// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { applicationWith, onEachNode, register, runNode, usePackages } from '../../testkit/child.js';
import { startOtlpReceiver } from '../../testkit/otlp-receiver.js';
import { neighbourhood } from './neighbour.js';

const auto = '@opentelemetry/auto-instrumentations-node/register';

describe('auto-instrumentations', () => {
  let folder: string;
  let remove: () => void;

  before(() => {
    ({ folder, remove } = applicationWith(neighbourhood));
    usePackages(folder, '@opentelemetry', 'eventsource');
  });
  after(() => remove());

  /** Names of the spans that reach the receiver, sorted. */
  async function exported(node: string, ...args: string[]): Promise<string[]> {
    const receiver = await startOtlpReceiver();
    const env = {
      ...receiver.env,
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_NODE_RESOURCE_DETECTORS: 'none',
    };
    try {
      const { stderr, code } = await runNode({ node, args, cwd: folder, env });
      assert.deepEqual({ stderr, code }, { stderr: '', code: 0 }, args.join(' '));
      return receiver.spans.map(({ name }) => name).sort();
    } finally {
      await receiver.close();
    }
  }

  for (const [application, flag] of [
    ['application.cjs', '--require'],
    ['application.cjs', '--import'],
    ['application.mjs', '--import'],
  ] as const) {
    onEachNode(`keep their SDK and their spans: ${flag}, ${application}`, async (node) => {
      const bare = await exported(node, flag, auto, application);
      const ours = ['in_memory_event_store.get_events'];
      assert.ok(application === 'application.mjs' || bare.filter((name) => name === 'GET').length === 2, bare.join());
      const all = [...bare, ...ours].sort();
      assert.deepEqual(await exported(node, flag, auto, flag, register, application), all, 'before us');
      assert.deepEqual(await exported(node, flag, register, flag, auto, application), all, 'after us');
    });
  }

  onEachNode('keep their SDK and their spans beside their loader of ES modules', async (node) => {
    const theirs = ['--experimental-loader=@opentelemetry/instrumentation/hook.mjs', '--import', auto];
    const silent = ['--no-warnings'];
    const bare = await exported(node, ...silent, ...theirs, 'application.mjs');
    assert.equal(bare.filter((name) => name === 'GET').length, 2, bare.join());
    const all = [...bare, 'in_memory_event_store.get_events'].sort();
    assert.deepEqual(await exported(node, ...silent, ...theirs, '--import', register, 'application.mjs'), all);
    assert.deepEqual(await exported(node, ...silent, '--import', register, ...theirs, 'application.mjs'), all);
  });
});
