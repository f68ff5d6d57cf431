// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { applicationWith, onEachNode, register, runNode, usePackages } from '../../testkit/child.js';
import { startOtlpReceiver } from '../../testkit/otlp-receiver.js';
import { twoSpans } from './child-sdk.js';

interface Fakes {
  readonly env?: Readonly<Record<string, string>>;
  /** Ends it by force once its spans have arrived, so that no end of it can have sent them; it must not end by itself. */
  readonly untilSent?: boolean;
}

/** All three signals are exported, so that every timer of the SDK is there. */
async function runWithFakes(node: string, main: string, { env = {}, untilSent = false }: Fakes = {}) {
  const { folder, remove } = applicationWith({
    'fakes.mjs': `
      import { trace } from '@opentelemetry/api';
      import sinon from 'sinon';
      const { setInterval: every } = globalThis;
      ${twoSpans}
      ${main}
    `,
  });
  usePackages(folder, '@opentelemetry', 'sinon');
  const receiver = await startOtlpReceiver();
  let watching: NodeJS.Timeout | undefined;
  try {
    const options = {
      OTEL_NODE_RESOURCE_DETECTORS: 'none',
      // Two seconds are little on a busy machine.
      OTEL_INSTRUMENTATION_EVENTSOURCE_FLUSH_TIMEOUT: '30000',
      ...receiver.env,
      ...env,
    };
    const onOutput = (child: ChildProcess) => {
      if (!untilSent || watching !== undefined) return;
      watching = setInterval(() => receiver.spans.length >= 2 && child.kill('SIGKILL'), 20);
    };
    const args = ['--import', register, 'fakes.mjs'];
    const result = await runNode({ node, args, cwd: folder, env: options, onOutput });
    return { ...result, spans: receiver.spans };
  } finally {
    clearInterval(watching);
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
    // Told by a timer that does not fire while the machine stands still.
    const { stdout, stderr, spans } = await runWithFakes(
      node,
      `
        let ticks = 0;
        every(() => ticks++, 100).unref();
        process.on('exit', () => console.log(ticks));
        sinon.useFakeTimers();
        spans();
      `,
    );
    assert.equal(stderr, '');
    assert.equal(spans.length, 2);
    assert.ok(Number(stdout) < 50, `${stdout} ticks`);
  });

  onEachNode('sends on time while they stand still', async (node) => {
    const { spans, signal } = await runWithFakes(
      node,
      `
        sinon.useFakeTimers({ toNotFake: ['nextTick', 'queueMicrotask'] });
        spans();
        every(() => {}, 1000);
        console.log('ready');
      `,
      { env: { OTEL_BSP_SCHEDULE_DELAY: '50' }, untilSent: true },
    );
    assert.deepEqual([spans.length, signal], [2, 'SIGKILL']);
  });

  onEachNode('sends on time while the clocks of node:test stand still', async (node) => {
    const { spans, signal } = await runWithFakes(
      node,
      `
        const { mock } = await import('node:test');
        mock.timers.enable();
        spans();
        every(() => {}, 1000);
        console.log('ready');
      `,
      { env: { OTEL_BSP_SCHEDULE_DELAY: '50' }, untilSent: true },
    );
    assert.deepEqual([spans.length, signal], [2, 'SIGKILL']);
  });
});
