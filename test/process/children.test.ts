// SPDX-License-Identifier: Apache-2.0
// Applications in the processes and threads that a process starts, all under one preload, each with the SDK from the environment:
// those of `fork`, of `cluster` and of `worker_threads`, side by side.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applicationWith, type ChildResult, onEachNode, register, runNode, usePackages } from '../../testkit/child.js';
import { emmett, nestCqrs, runnerOf, usePackagesOf } from '../../testkit/library-apps.js';
import { type OtlpReceiver, type OtlpReceiverOptions, startOtlpReceiver } from '../../testkit/otlp-receiver.js';
import { ordered, storiesOf } from '../../testkit/span-stories.js';

const nest = nestCqrs(11);

/** Runs both applications, one after the other, since a process more costs a second; and says how long its end took from then. */
const application = {
  'nest.cjs': `${runnerOf(nest, 'orders', 'cjs')} module.exports = run;`,
  'emmett.mjs': `${runnerOf(emmett, 'carts', 'mjs')} export { run };`,
  'application.mjs': `
    import { appendFileSync } from 'node:fs';
    import { run } from './emmett.mjs';
    await run();
    if (process.env.NEST !== 'none') await (await import('./nest.cjs')).default();
    const done = Date.now();
    const { ENDS_FILE, OTEL_SERVICE_NAME } = process.env;
    process.on('exit', (code) => {
      appendFileSync(ENDS_FILE, JSON.stringify([OTEL_SERVICE_NAME, code, Date.now() - done]) + '\\n');
    });
    process.send?.('done');
  `,
} as const;

const ways = ['fork', 'cluster', 'worker'] as const;

/** Runs the application itself, and in a child of each kind. */
const parent = `
  import { fork } from 'node:child_process';
  import cluster from 'node:cluster';
  import { Worker } from 'node:worker_threads';
  const file = './application.mjs';
  const start = {
    fork: (env) => fork(file, { env }),
    cluster(env) {
      cluster.setupPrimary({ exec: file });
      // It listens for the primary as long as it lives.
      return cluster.fork(env).on('message', function () { this.disconnect(); });
    },
    worker: (env) => new Worker(file, { env }),
  };
  for (const [way, startChild] of Object.entries(start)) {
    const child = startChild({ ...process.env, OTEL_SERVICE_NAME: way });
    child.on('exit', (code) => console.log(way, code));
  }
  await import(file);
`;

interface End {
  readonly service: string;
  readonly code: number;
  /** In ms. */
  readonly delay: number;
}

interface Family extends ChildResult {
  readonly receiver: OtlpReceiver;
  readonly ends: readonly End[];
}

async function runFamily(
  node: string,
  { bare = false, env = {}, ...answer }: { bare?: boolean; env?: Record<string, string> } & OtlpReceiverOptions = {},
): Promise<Family> {
  const { folder, remove } = applicationWith({ 'package.json': '{}', 'parent.mjs': parent, ...application });
  usePackages(folder, '@opentelemetry');
  for (const library of [nest, emmett]) usePackagesOf(library, folder);
  const receiver = await startOtlpReceiver(answer);
  const ENDS_FILE = join(folder, 'ends.jsonl');
  writeFileSync(ENDS_FILE, '');
  try {
    const result = await runNode({
      node,
      args: [...(bare ? [] : ['--import', register]), 'parent.mjs'],
      cwd: folder,
      env: {
        ...receiver.env,
        OTEL_SERVICE_NAME: 'parent',
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_LOGS_EXPORTER: 'none',
        OTEL_NODE_RESOURCE_DETECTORS: 'env',
        ENDS_FILE,
        ...env,
      },
    });
    const lines = readFileSync(ENDS_FILE, 'utf8').trimEnd().split('\n');
    const ends = lines.map((line): End => {
      const [service, code, delay] = JSON.parse(line);
      return { service, code, delay };
    });
    return { ...result, receiver, ends };
  } finally {
    await receiver.close();
    remove();
  }
}

const linesOf = (text: string) => ordered(text.trimEnd().split('\n'));

describe('the processes and threads that an application starts', () => {
  let bare: Promise<Family> | undefined;

  onEachNode('give each the spans that it gives alone, once, print nothing, and end by themselves', async (node) => {
    bare ??= runFamily(process.execPath, { bare: true });
    // Two seconds are little where all of them share two processors.
    const env = { OTEL_INSTRUMENTATION_EVENTSOURCE_FLUSH_TIMEOUT: '30000' };
    const woven = await runFamily(node, { env });
    const { stdout } = await bare;
    assert.deepEqual([linesOf(woven.stdout), woven.stderr, woven.code], [linesOf(stdout), '', 0]);
    const { spans } = woven.receiver;
    const alone = storiesOf(spans.filter(({ service }) => service === 'parent'));
    assert.ok(alone.length > 10, JSON.stringify(alone));
    for (const way of ways) {
      const stories = storiesOf(spans.filter(({ service }) => service === way));
      assert.deepEqual(stories, alone, way);
    }
    assert.equal(new Set(spans.map(({ spanId }) => spanId)).size, spans.length);
    assert.equal(woven.ends.length, 4);
    assert.deepEqual([...new Set(woven.ends.map(({ code }) => code))], [0]);
  });

  it('wait at their ends for a receiver that hangs as long as they are told to, and say so in one line each', async function () {
    this.timeout(120_000);
    const env = { OTEL_INSTRUMENTATION_EVENTSOURCE_FLUSH_TIMEOUT: '300', NEST: 'none' };
    const { ends, stderr, code } = await runFamily(process.execPath, { env, answer: 'none' });
    assert.equal(code, 0);
    for (const { delay, service } of ends) assert.ok(delay >= 295 && delay < 8000, `${service}: ${delay} ms`);
    const said = linesOf(stderr);
    assert.equal(said.length, 4, stderr);
    for (const line of said)
      assert.match(line, /^opentelemetry-\S+: telemetry could not be sent to .* \(no answer within 300 ms\)/);
  });
});
