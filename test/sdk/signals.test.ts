// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { applicationWith, onEachNode, register, runNode, usePackages } from '../../testkit/child.js';
import { skip } from '../../testkit/leave-out.js';
import { startOtlpReceiver } from '../../testkit/otlp-receiver.js';
import { ownStderr, runExporting } from './child-sdk.js';

const serving = (more: string) => `
  import { spans } from './spans.mjs';
  spans();
  ${more}
  setInterval(() => {}, 1000);
  console.log('ready');
`;

/** Sends the signal once the child is ready, and once more for each `again` that it prints. */
function signalling(signal: NodeJS.Signals) {
  let sent = 0;
  return (child: ChildProcess, stdout: string) => {
    const asked = (stdout.match(/ready|again/g) ?? []).length;
    for (; sent < asked; sent++) child.kill(signal);
  };
}

/** What a program that handles signals prints and how it ends, bare and under the preload. */
async function bareAndPreloaded(node: string, main: string, signal: NodeJS.Signals) {
  const bare = await runNode({
    node,
    args: ['--input-type=module', '--eval', `${main}\nsetInterval(() => {}, 1000); console.log('ready');`],
    onOutput: signalling(signal),
  });
  const files = { 'serve.mjs': serving(main) };
  const preloaded = await runExporting('serve.mjs', { node, files, onOutput: signalling(signal) });
  const own = { ...preloaded, stderr: ownStderr(preloaded) };
  const ends = [bare, own].map(({ stdout, stderr, code, signal }) => ({ stdout, stderr, code, signal }));
  return { bare: ends[0], preloaded: ends[1], receiver: preloaded.receiver };
}

describe('a signal to a process with an SDK from the environment', () => {
  for (const [what, main] of [
    [
      'ends it in a listener that was the only one',
      "process.once('SIGTERM', () => { if (process.listenerCount('SIGTERM') === 0) process.exit(143); });",
    ],
    [
      'ends it in a listener that is installed where there is none',
      "if (process.listeners('SIGTERM').length === 0) process.on('SIGTERM', () => process.exit(3));",
    ],
    [
      'ends it in a listener that is installed where no raw listener is',
      "if (process.rawListeners('SIGTERM').length === 0) process.on('SIGTERM', () => process.exit(3));",
    ],
    [
      'ends it in a listener that is installed where the event has no name yet',
      "if (!process.eventNames().includes('SIGTERM')) process.on('SIGTERM', () => process.exit(3));",
    ],
    [
      'is the second one that a listener of one signal leaves to the system',
      "process.once('SIGTERM', () => console.log('again'));",
    ],
    [
      'is raised again by its only listener',
      "process.once('SIGTERM', (signal) => { console.log('last words'); process.kill(process.pid, signal); });",
    ],
    [
      'is emitted by the application itself where nobody listens',
      "process.emit('SIGTERM'); setTimeout(() => { console.log('lives'); process.exit(4); }, 1500);",
    ],
    [
      'leaves ten listeners without a warning',
      "for (let i = 0; i < 10; i++) process.on('SIGTERM', () => process.exit(6));",
    ],
  ] as const) {
    onEachNode(`${what}, as in a bare process`, async (node) => {
      const { bare, preloaded } = await bareAndPreloaded(node, main, 'SIGTERM');
      assert.deepEqual(preloaded, bare);
    });
  }

  onEachNode('flushes also where the application listens', async (node) => {
    const main = "process.on('SIGTERM', () => { console.log('drains'); setTimeout(() => process.exit(7), 1500); });";
    const { bare, preloaded, receiver } = await bareAndPreloaded(node, main, 'SIGTERM');
    assert.deepEqual(preloaded, bare);
    assert.equal(receiver.spans.length, 2);
  });

  onEachNode('does not end the telemetry of a process that lives on', async (node) => {
    const main = `
      process.once('SIGTERM', () => setTimeout(() => { spans(); console.log('again'); }, 500));
    `;
    const files = { 'serve.mjs': serving(main) };
    const result = await runExporting('serve.mjs', { node, files, onOutput: signalling('SIGTERM') });
    assert.equal(result.signal, 'SIGTERM');
    assert.equal(result.receiver.spans.length, 4);
  });

  onEachNode('does not hang on another package that takes process.emit for a while', async (node) => {
    // As signal-exit 3 does, which execa loads and unloads for each child.
    const files = {
      'borrow.mjs': `
        const original = process.emit;
        export const borrow = () => { process.emit = function (...args) { return original.apply(this, args); }; };
        export const giveBack = () => { process.emit = original; };
      `,
      'serve.mjs': `import { borrow, giveBack } from './borrow.mjs'; ${serving('borrow(); giveBack();')}`,
    };
    const result = await runExporting('serve.mjs', { node, files, onOutput: signalling('SIGTERM') });
    assert.deepEqual([result.signal, result.receiver.spans.length], ['SIGTERM', 2]);
  });

  it('flushes again in the first process of a container, which no signal ends', async function () {
    // The first process of a PID namespace: the kernel delivers only what it has handlers for.
    const inside = [
      '--pid',
      '--fork',
      '--kill-child',
      ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']),
    ];
    if (spawnSync('unshare', [...inside, 'true']).status !== 0) {
      skip(this, 'signals to the first process of a PID namespace: unshare cannot make one here');
    }
    const { folder, remove } = applicationWith({
      'serve.mjs': `
        import { trace } from '@opentelemetry/api';
        const spans = () => trace.getTracer('first').startSpan('one').end();
        spans();
        console.log('pid', process.pid);
        process.kill(process.pid, 'SIGTERM');
        setTimeout(() => { spans(); process.kill(process.pid, 'SIGTERM'); }, 1500);
        setTimeout(() => process.exit(5), 3000);
      `,
    });
    usePackages(folder, '@opentelemetry');
    const receiver = await startOtlpReceiver();
    try {
      const { PATH } = process.env;
      const child = spawn('unshare', [...inside, process.execPath, '--import', register, 'serve.mjs'], {
        cwd: folder,
        env: { PATH, ...receiver.env, OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' },
      });
      let stdout = '';
      child.stdout.setEncoding('utf8').on('data', (text) => {
        stdout += text;
      });
      const code = await new Promise((resolve) => child.on('close', resolve));
      assert.deepEqual([stdout, code], ['pid 1\n', 5]);
      assert.equal(receiver.spans.length, 2);
    } finally {
      await receiver.close();
      remove();
    }
  });
});
