// SPDX-License-Identifier: Apache-2.0
// A process that ends before all is sent says in one line how many spans are lost, and ends as it does without us.
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { applicationWith, type ChildResult, nodeBinary, register, runNode, usePackages } from '../../testkit/child.js';
import { emmett, usePackagesOf } from '../../testkit/library-apps.js';
import { startOtlpReceiver } from '../../testkit/otlp-receiver.js';

/** A command on Emmett has four spans. */
const prologue = `
  import { CommandHandler, getInMemoryEventStore } from '@event-driven-io/emmett';
  const handle = CommandHandler({ evolve: (state) => state, initialState: () => ({}) });
  const store = getInMemoryEventStore();
  const place = (id, decide = () => ({ type: 'OrderPlaced', data: {} })) => handle(store, id, decide);
  await place('order-1');
`;
/** Stays alive until a signal. */
const serving = "setInterval(() => {}, 1000); console.log('ready');";

interface Ending {
  /** What follows the first command. */
  readonly text: string;
  readonly nodes: readonly number[];
  /** Sent when it says that it is ready. */
  readonly signal?: NodeJS.Signals;
  /** How many spans have ended and are lost. */
  readonly lost: number;
  readonly sent: number;
}

const endings: Readonly<Record<string, Ending>> = {
  'process.exit() after a command': { text: 'process.exit(5);', nodes: [20, 24], lost: 4, sent: 0 },
  'process.exit() within a command, whose own spans have not all ended': {
    text: "await place('order-2', () => process.exit(5));",
    nodes: [24],
    lost: 6,
    sent: 0,
  },
  'an error that nobody catches': {
    text: "setTimeout(() => { throw new TypeError('theirs'); });",
    nodes: [20, 24],
    lost: 4,
    sent: 0,
  },
  'a rejection that nobody handles': {
    text: "place('order-2', () => { throw new RangeError('refused'); });",
    nodes: [20, 24],
    lost: 7,
    sent: 0,
  },
  'process.exit() in a listener of SIGTERM': {
    text: `process.on('SIGTERM', () => process.exit(6)); ${serving}`,
    nodes: [24],
    signal: 'SIGTERM',
    lost: 4,
    sent: 0,
  },
  'process.exit() in a listener of exit': {
    text: "process.on('exit', () => { console.log('exits'); process.exit(7); }); process.exit(5);",
    nodes: [20],
    lost: 4,
    sent: 0,
  },
  'process.exit() after flush()': {
    text: `await (await import(${JSON.stringify(register.replace('register.js', 'src/index.js'))})).flush(30_000); process.exit(5);`,
    nodes: [20],
    lost: 0,
    sent: 4,
  },
  SIGTERM: { text: serving, nodes: [20], signal: 'SIGTERM', lost: 0, sent: 4 },
  SIGINT: { text: serving, nodes: [24], signal: 'SIGINT', lost: 0, sent: 4 },
  'SIGKILL, of which nobody can say anything': { text: serving, nodes: [24], signal: 'SIGKILL', lost: 0, sent: 0 },
};

/** A woven call is a frame more; and Node shows the source of an error only where nobody has read its stack. */
function seenOf({ stdout, stderr, code, signal }: ChildResult) {
  const lines = stderr.replace(/^\S+:\d+\n.*\n\s*\^+\n/m, '').split('\n');
  const said = lines.filter((line) => !/^\s+at /.test(line) && line !== '');
  const ours = said.filter((line) => line.startsWith('opentelemetry-instrumentation-eventsource: '));
  return { ours, theirs: { stdout, said: said.filter((line) => !ours.includes(line)), code, signal } };
}

describe('a process on Emmett ends as it does bare, and says how many spans of the preload’s SDK are lost by', function () {
  this.timeout(120_000);

  for (const [what, { text, nodes, signal, lost, sent }] of Object.entries(endings)) {
    for (const major of nodes) {
      it(`${what}: ${lost} (Node ${major})`, async function () {
        const node = nodeBinary(this, major);
        const { folder, remove } = applicationWith({ 'package.json': '{}', 'main.mjs': `${prologue}${text}` });
        usePackages(folder, '@opentelemetry');
        usePackagesOf(emmett, folder);
        const receiver = await startOtlpReceiver();
        const env = {
          ...receiver.env,
          OTEL_METRICS_EXPORTER: 'none',
          OTEL_LOGS_EXPORTER: 'none',
          OTEL_NODE_RESOURCE_DETECTORS: 'none',
          // Two seconds are little on a busy machine.
          OTEL_INSTRUMENTATION_EVENTSOURCE_FLUSH_TIMEOUT: '30000',
        };
        let signalled = false;
        const onOutput = (child: ChildProcess, stdout: string) => {
          if (signal === undefined || signalled || !stdout.includes('ready')) return;
          signalled = true;
          child.kill(signal);
        };
        const run = (...flags: string[]) => runNode({ node, args: [...flags, 'main.mjs'], cwd: folder, env, onOutput });
        const woven = seenOf(await run('--import', register));
        signalled = false;
        assert.deepEqual(woven.theirs, seenOf(await run()).theirs);
        const line =
          `opentelemetry-instrumentation-eventsource: ${lost} spans are lost, unsent when the process ended. ` +
          'Before process.exit(), call `await flush()` of this package (docs/troubleshooting.md#spans-are-lost-at-the-end)';
        assert.deepEqual(woven.ours, lost === 0 ? [] : [line]);
        assert.equal(receiver.spans.length, sent);
        await receiver.close();
        remove();
      });
    }
  }
});
