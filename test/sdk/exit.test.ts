// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { type ChildResult, onEachNode, runNode } from '../../testkit/child.js';
import { delayIn, ownStderr, runExporting, tellingItsEnd } from './child-sdk.js';

/** Emits spans, then says so and stays alive until a signal. */
const serving = (more = '') => `
  import { spans } from './spans.mjs';
  spans();
  ${more}
  setInterval(() => {}, 1000);
  console.log('ready');
`;
const whenReady = (act: (child: ChildProcess) => void) => {
  let done = false;
  return (child: ChildProcess, stdout: string) => {
    if (done || !stdout.includes('ready')) return;
    done = true;
    act(child);
  };
};
const ending = { 'ending.mjs': `import { spans } from './spans.mjs'; spans(); ${tellingItsEnd}` };
function assertDelay(result: ChildResult, least: number, most: number): void {
  const delay = delayIn(result);
  assert.ok(delay >= least && delay < most, `${delay} ms`);
}
const COMPLAINT =
  /^opentelemetry-instrumentation-eventsource: telemetry could not be sent to (\S+) \((.*)\)\. Start a .*\n$/;

describe('the SDK from the environment, when its process ends,', () => {
  for (const [what, lines, expected] of [
    ['process.exitCode', 'process.exitCode = 3;', 3],
    ['an unsettled top-level await', 'await new Promise(() => {});', 13],
    ['an exit listener', "process.on('exit', () => { process.exitCode = 4; });", 4],
  ] as const) {
    onEachNode(`keeps the exit code of ${what}`, async (node) => {
      const files = { 'exit.mjs': `import { spans } from './spans.mjs'; spans(); ${lines}` };
      const { code, receiver } = await runExporting('exit.mjs', { node, files });
      assert.equal(code, expected);
      assert.equal(receiver.spans.length, 2);
    });
  }

  onEachNode(
    'leaves process.exit and uncaught errors as they are, and says in one line what they lose',
    async (node) => {
      const files = {
        'exit.mjs': "import { spans } from './spans.mjs'; spans(); process.exit(5);",
        'throw.mjs': "import { spans } from './spans.mjs'; spans(); throw new Error('theirs');",
        'one.mjs':
          "import { trace } from '@opentelemetry/api'; trace.getTracer('a').startSpan('b').end(); process.exit();",
      };
      const exited = await runExporting('exit.mjs', { node, files, answer: 'none' });
      assert.equal(exited.code, 5);
      assert.match(exited.stderr, /^opentelemetry-\S+: 2 spans are lost, unsent when .* `await flush\(\)` .*\n$/);
      const { code, stderr } = await runExporting('throw.mjs', { node, files, answer: 'none' });
      assert.equal(code, 1);
      assert.match(stderr, /Error: theirs/);
      assert.equal(stderr.match(/^opentelemetry-/gm)?.length, 1);
      const one = await runExporting('one.mjs', { node, files });
      assert.match(one.stderr, /^opentelemetry-\S+: 1 span is lost, .*\n$/);
    },
  );

  onEachNode(
    'says that spans are lost that are on their way or end in the last listener, and of no others',
    async (node) => {
      const files = {
        'under-way.mjs': `
        import { spans } from './spans.mjs';
        spans();
        await new Promise((resolve) => setTimeout(resolve, 500));
        process.exit();
      `,
        'last.mjs': "import { spans } from './spans.mjs'; spans(); process.on('exit', () => { spans(); });",
        'unsampled.mjs': "import { spans } from './spans.mjs'; spans(); process.exit();",
        'worker.mjs':
          "import { Worker } from 'node:worker_threads'; new Worker(new URL('./last.mjs', import.meta.url));",
      };
      const hasten = { OTEL_BSP_SCHEDULE_DELAY: '20' };
      const underWay = await runExporting('under-way.mjs', { node, files, answer: 'none', env: hasten });
      assert.equal(underWay.receiver.paths.length, 1);
      assert.match(underWay.stderr, /: 2 spans are lost, /);
      for (const main of ['last.mjs', 'worker.mjs']) {
        assert.match((await runExporting(main, { node, files })).stderr, /^\S+: 2 spans are lost, .*\n$/, main);
      }
      const unsampled = { OTEL_TRACES_SAMPLER: 'always_off' };
      assert.equal((await runExporting('unsampled.mjs', { node, files, env: unsampled })).stderr, '');
    },
  );

  onEachNode("calls the application's beforeExit listeners as often as without it", async (node) => {
    const main = `
      let rounds = 0;
      process.on('beforeExit', (code) => console.log('beforeExit', code));
      process.on('beforeExit', () => {
        if (rounds++ < 2) setTimeout(() => console.log('round', rounds), 50);
      });
      process.on('exit', (code) => console.log('exit', code));
    `;
    const files = { 'rounds.mjs': `import { spans } from './spans.mjs'; spans(); ${main}` };
    const { stdout, stderr, receiver } = await runExporting('rounds.mjs', { node, files });
    const bare = await runNode({ node, args: ['--input-type=module', '--eval', main] });
    assert.deepEqual({ stdout, stderr }, { stdout: bare.stdout, stderr: '' });
    assert.equal(receiver.spans.length, 2);
  });

  for (const [where, begin] of [
    ['nowhere', 'then => then()'],
    ['in the thread pool of zlib', 'then => gzip(Buffer.alloc(3e7), then)'],
    ['in the thread pool of crypto', "then => scrypt('a', 'b', 64, then)"],
  ] as const) {
    const main = `
      import { scrypt } from 'node:crypto';
      import { gzip } from 'node:zlib';
      const begin = ${begin};
      process.once('beforeExit', () => begin(() => setTimeout(() => console.log('cleaned up'), 800)));
      process.on('beforeExit', () => console.log('beforeExit'));
    `;
    for (const answer of [200, 'none'] as const) {
      const receiver = answer === 'none' ? 'a receiver that hangs' : 'a receiver';
      onEachNode(`waits for work that beforeExit begins ${where}, with ${receiver}`, async (node) => {
        const files = { 'work.mjs': `import { spans } from './spans.mjs'; spans(); ${main}` };
        const env = { OTEL_INSTRUMENTATION_EVENTSOURCE_FLUSH_TIMEOUT: '300' };
        const { stdout, code } = await runExporting('work.mjs', { node, files, env, answer });
        const bare = await runNode({ node, args: ['--input-type=module', '--eval', main] });
        assert.deepEqual([stdout, code], [bare.stdout, bare.code]);
      });
    }
  }

  for (const [what, listener] of [
    ['nobody listens to beforeExit', ''],
    ['somebody listens to beforeExit', "process.on('beforeExit', () => counter.add(1));"],
  ] as const) {
    onEachNode(`sends the metrics once, with all that was measured, where ${what}`, async (node) => {
      const main = `
        import { metrics } from '@opentelemetry/api';
        const counter = metrics.getMeter('application').createCounter('orders');
        counter.add(1);
        ${listener}
      `;
      const env = { OTEL_METRICS_EXPORTER: 'console', OTEL_LOGS_EXPORTER: 'none' };
      const { stdout } = await runExporting('metrics.mjs', { node, env, files: { 'metrics.mjs': main } });
      assert.deepEqual(
        [...stdout.matchAll(/value: (\d+)/g)].map(([, value]) => value),
        [listener === '' ? '1' : '2'],
      );
    });
  }

  onEachNode(
    'sends what the last listener of beforeExit leaves, and emits beforeExit no more often for it',
    async (node) => {
      const listeners = (work: string) => `
      process.on('beforeExit', () => console.log('beforeExit'));
      process.on('beforeExit', async () => {
        await Promise.race([new Promise((resolve) => setTimeout(resolve, 50).unref()), ${work}]);
        clearTimeout(setTimeout(() => {}, 1000));
      });
    `;
      const files = { 'last.mjs': `import { spans } from './spans.mjs'; ${listeners('spans()')}` };
      const { stdout, receiver } = await runExporting('last.mjs', { node, files });
      const bare = await runNode({ node, args: ['--input-type=module', '--eval', listeners('undefined')] });
      assert.equal(stdout, bare.stdout);
      assert.equal(receiver.spans.length, 2);
    },
  );

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    onEachNode(`flushes on ${signal} and lets the process die of it`, async (node) => {
      const onOutput = whenReady((child) => child.kill(signal));
      const result = await runExporting('serve.mjs', { node, onOutput, files: { 'serve.mjs': serving() } });
      assert.deepEqual([result.code, result.signal, result.stderr], [null, signal, '']);
      assert.equal(result.receiver.spans.length, 2);
    });

    onEachNode(`leaves ${signal} to the application that listens`, async (node) => {
      const listening = `process.on('${signal}', () => setTimeout(() => process.exit(7), 100));`;
      const onOutput = whenReady((child) => child.kill(signal));
      const files = { 'serve.mjs': serving(listening) };
      const result = await runExporting('serve.mjs', { node, onOutput, files });
      assert.deepEqual([result.code, result.signal, ownStderr(result)], [7, null, '']);
    });
  }

  onEachNode('listens again when nobody else does any more', async (node) => {
    const files = {
      'serve.mjs': serving(`
        const listener = () => {};
        process.on('SIGTERM', listener);
        await new Promise(setImmediate);
        console.log(process.listenerCount('SIGTERM'));
        process.removeListener('SIGTERM', listener);
      `),
    };
    const onOutput = whenReady((child) => child.kill('SIGTERM'));
    const result = await runExporting('serve.mjs', { node, onOutput, files });
    assert.deepEqual([result.stdout, result.signal], ['1\nready\n', 'SIGTERM']);
    assert.equal(result.receiver.spans.length, 2);
  });

  onEachNode('is not counted by those who end the process when they are alone', async (node) => {
    const alone = `
      const listener = () => {
        if (process.listenerCount('SIGTERM') > 1) return;
        process.removeListener('SIGTERM', listener);
        process.kill(process.pid, 'SIGTERM');
      };
      process.on('SIGTERM', listener);
    `;
    const onOutput = whenReady((child) => child.kill('SIGTERM'));
    const result = await runExporting('serve.mjs', { node, onOutput, files: { 'serve.mjs': serving(alone) } });
    assert.deepEqual([result.code, result.signal], [null, 'SIGTERM']);
  });

  onEachNode('lets the process die of a second signal at once', async (node) => {
    let killed = 0;
    const onOutput = whenReady((child) => {
      child.kill('SIGINT');
      setTimeout(() => {
        child.kill('SIGINT');
        killed = performance.now();
      }, 300);
    });
    const files = { 'serve.mjs': serving() };
    const env = { OTEL_INSTRUMENTATION_EVENTSOURCE_FLUSH_TIMEOUT: '20000' };
    const result = await runExporting('serve.mjs', { node, onOutput, files, env, answer: 'none' });
    const millis = performance.now() - killed;
    assert.equal(result.signal, 'SIGINT');
    assert.ok(millis < 10_000, `${millis} ms`);
  });

  onEachNode(
    'waits for a receiver that does not answer no longer than it is told to, and says so in one line',
    async (node) => {
      const env = { OTEL_INSTRUMENTATION_EVENTSOURCE_FLUSH_TIMEOUT: '300' };
      const silent = await runExporting('ending.mjs', { node, env, files: ending, answer: 'none' });
      assertDelay(silent, 300, 1800);
      assert.equal(silent.code, 0);
      const [, endpoint, reason] = COMPLAINT.exec(silent.stderr) ?? [];
      assert.deepEqual([endpoint, reason], [silent.receiver.endpoint, 'no answer within 300 ms']);
    },
  );

  for (const [what, answer] of [
    ['hangs', 'none'],
    ['is being tried again', 503],
  ] as const) {
    onEachNode(`waits no longer for an export that was under way before and ${what}`, async (node) => {
      const files = {
        'long.mjs': `
          import { spans } from './spans.mjs';
          spans();
          await new Promise((resolve) => setTimeout(resolve, 600));
          ${tellingItsEnd}
        `,
      };
      const env = { OTEL_BSP_SCHEDULE_DELAY: '50', OTEL_INSTRUMENTATION_EVENTSOURCE_FLUSH_TIMEOUT: '300' };
      const result = await runExporting('long.mjs', { node, files, env, answer });
      assert.equal(result.code, 0);
      assert.ok(result.receiver.paths.length > 0);
      assertDelay(result, 0, 2500);
    });
  }

  onEachNode('keeps the exit code when the limit is reached', async (node) => {
    const files = { 'exit.mjs': "import { spans } from './spans.mjs'; spans(); process.exitCode = 3;" };
    const env = { OTEL_INSTRUMENTATION_EVENTSOURCE_FLUSH_TIMEOUT: '100' };
    assert.equal((await runExporting('exit.mjs', { node, files, env, answer: 'none' })).code, 3);
  });

  onEachNode('waits two seconds by default', async (node) => {
    const result = await runExporting('ending.mjs', { node, files: ending, answer: 'none' });
    assert.match(result.stderr, /no answer within 2000 ms/);
    assertDelay(result, 2000, 5000);
  });

  onEachNode(
    'gives the reason of a receiver that refuses, where the SDK is still trying again at the limit',
    async (node) => {
      // Long enough for a first answer on a busy machine, and shorter than the ten seconds in which the SDK tries again.
      const env = { OTEL_INSTRUMENTATION_EVENTSOURCE_FLUSH_TIMEOUT: '3000' };
      const busy = await runExporting('ending.mjs', { node, env, files: ending, answer: 503 });
      assert.equal(COMPLAINT.exec(busy.stderr)?.[2], '503 Service Unavailable for POST /v1/traces');
      const refused = await runExporting('ending.mjs', {
        node,
        files: ending,
        env: { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
      });
      assert.equal(COMPLAINT.exec(refused.stderr)?.[2], 'connect ECONNREFUSED 127.0.0.1:9');
      assert.equal(refused.code, 0);
      for (const result of [busy, refused]) assertDelay(result, 0, 5200);
    },
  );

  onEachNode('names a limit that cannot be used', async (node) => {
    const env = { OTEL_INSTRUMENTATION_EVENTSOURCE_FLUSH_TIMEOUT: '2s' };
    const { stderr, receiver } = await runExporting('esm.mjs', { node, env });
    assert.match(
      stderr,
      /^opentelemetry-.*FLUSH_TIMEOUT: "2s" is not usable; accepted: a whole number.*Using 2000\.\n$/,
    );
    assert.equal(receiver.spans.length, 2);
  });

  onEachNode('says once that exports fail', async (node) => {
    const files = {
      'failing.mjs': `
        import { spans } from './spans.mjs';
        for (let round = 0; round < 3; round++) {
          spans();
          await new Promise((resolve) => setTimeout(resolve, 150));
        }
        console.log('done');
      `,
    };
    const env = { OTEL_BSP_SCHEDULE_DELAY: '50' };
    const { stdout, stderr, code, receiver } = await runExporting('failing.mjs', { node, files, env, answer: 404 });
    assert.deepEqual([stdout, code], ['done\n', 0]);
    assert.equal(COMPLAINT.exec(stderr)?.[1], receiver.endpoint);
    assert.ok(receiver.paths.length > 1);
  });
});
