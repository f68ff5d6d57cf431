// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { applicationWith, onEachNode, register, runNode, usePackages } from '../../testkit/child.js';
import { startOtlpReceiver } from '../../testkit/otlp-receiver.js';
import { neighbourhood } from './neighbour.js';

describe('the SDK from the environment', () => {
  onEachNode('serves instrumentations that come without one, all in one trace from the first span on', async (node) => {
    const { folder, remove } = applicationWith(neighbourhood);
    usePackages(folder, '@opentelemetry', 'eventsource');
    try {
      for (const preloads of [
        ['--import', register, '--require', './no-sdk.cjs'],
        ['--require', './no-sdk.cjs', '--import', register],
        ['--import', register, '--import', './no-sdk.cjs'],
      ]) {
        const receiver = await startOtlpReceiver();
        const { stderr } = await runNode({
          node,
          args: [...preloads, 'application.cjs'],
          cwd: folder,
          env: receiver.env,
        });
        await receiver.close();
        assert.equal(stderr, '');
        assert.deepEqual(
          receiver.spans.map(({ name }) => name).sort(),
          ['GET', 'GET', 'in_memory_event_store.get_events'],
          preloads.join(' '),
        );
        assert.equal(new Set(receiver.spans.map(({ traceId }) => traceId)).size, 1);
      }
    } finally {
      remove();
    }
  });
});
