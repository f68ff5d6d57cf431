// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { applicationWith, onEachNode, register, runNode, usePackages } from '../../testkit/child.js';
import { startOtlpReceiver } from '../../testkit/otlp-receiver.js';
import { twoSpans } from './child-sdk.js';

/** All three signals are exported, so that every timer of the SDK is there. */
async function runWithFakes(node: string, main: string, env: Readonly<Record<string, string>> = {}) {
  const { folder, remove } = applicationWith({
    'fakes.mjs': `
      import { trace } from '@opentelemetry/api';
      import sinon from 'sinon';
      const { setTimeout: later } = globalThis;
      ${twoSpans}
      ${main}
    `,
  });
  usePackages(folder, '@opentelemetry', 'sinon');
  const receiver = await startOtlpReceiver();
  try {
    const options = { OTEL_NODE_RESOURCE_DETECTORS: 'none', ...receiver.env, ...env };
    const result = await runNode({ node, args: ['--import', register, 'fakes.mjs'], cwd: folder, env: options });
    return { ...result, spans: receiver.spans };
  } finally {
    await receiver.close();
    remove();
  }
}

const yearOf = (nanos: unknown) => new Date(Number(nanos) / 1e6).getUTCFullYear();

describe('the SDK from the environment, under fake clocks,', () => {
  for (const [what, main] of [
    ['starts under them', 'const clock = sinon.useFakeTimers(); spans();'],
    ['was started before them', 'spans(); const clock = sinon.useFakeTimers(); spans();'],
  ] as const) {
    onEachNode(`leaves no timer on them, and sends every span with its time: it ${what}`, async (node) => {
      const { stdout, stderr, spans } = await runWithFakes(
        node,
        `${main} console.log(clock.countTimers()); clock.runAll(); clock.restore();`,
      );
      assert.deepEqual({ stdout, stderr }, { stdout: '0\n', stderr: '' });
      assert.equal(spans.length, what === 'starts under them' ? 2 : 4);
      for (const { startNanos } of spans) assert.equal(yearOf(startNanos), new Date().getUTCFullYear());
    });
  }

  onEachNode('sends at the end of the process, though nobody took them away', async (node) => {
    const { stdout, stderr, spans, millis } = await runWithFakes(node, 'sinon.useFakeTimers(); spans();');
    assert.deepEqual({ stdout, stderr }, { stdout: '', stderr: '' });
    assert.equal(spans.length, 2);
    assert.ok(millis < 10_000, `${millis} ms`);
  });

  onEachNode('sends on time while they stand still', async (node) => {
    const { spans } = await runWithFakes(
      node,
      `
        sinon.useFakeTimers({ toNotFake: ['nextTick', 'queueMicrotask'] });
        spans();
        later(() => process.exit(), 1500);
      `,
      { OTEL_BSP_SCHEDULE_DELAY: '50' },
    );
    assert.equal(spans.length, 2);
  });

  onEachNode('sends on time while the clocks of node:test stand still', async (node) => {
    const { spans } = await runWithFakes(
      node,
      `
        const { mock } = await import('node:test');
        mock.timers.enable();
        spans();
        later(() => process.exit(), 1500);
      `,
      { OTEL_BSP_SCHEDULE_DELAY: '50' },
    );
    assert.equal(spans.length, 2);
  });
});
