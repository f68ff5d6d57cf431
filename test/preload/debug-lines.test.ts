// SPDX-License-Identifier: Apache-2.0
// `OTEL_LOG_LEVEL=debug` says what was woven, whoever sets the logger of `diag`, and when.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { applicationWith, onEachNode, register, root, runNode, usePackages } from '../../testkit/child.js';

const index = JSON.stringify(join(root, 'dist/src/index.js'));
const WOVEN = /: \d+ woven as eventsource \d+\.\d+\.\d+: (?:.*, )?InMemoryEventStore\.appendEvents, /;
const none = { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };

const { folder, remove } = applicationWith({
  'main.mjs': "import { InMemoryEventStore } from 'eventsource/stores'; await new InMemoryEventStore().getEvents('a');",
  'main.cjs': "const { InMemoryEventStore } = require('eventsource/stores'); new InMemoryEventStore().getEvents('a');",
  'sdk.mjs': `
    import { NodeSDK } from '@opentelemetry/sdk-node';
    import { EventSourceInstrumentation } from ${index};
    new NodeSDK({ instrumentations: [new EventSourceInstrumentation({ families: { stores: 'off' } })] }).start();
  `,
  'logger.mjs': `
    import { createRequire } from 'node:module';
    const { diag, DiagLogLevel } = createRequire(${index})('@opentelemetry/api');
    import { InMemoryEventStore } from 'eventsource/stores';
    const debug = (...words) => console.log(...words);
    diag.setLogger({ debug, error() {}, warn() {}, info() {}, verbose() {} }, DiagLogLevel.DEBUG);
    await import('eventsource/snapshots');
  `,
});

/** Ours. */
function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.startsWith('opentelemetry-instrumentation-eventsource: '));
}

describe('the debug level', () => {
  before(() => usePackages(folder, 'eventsource', '@opentelemetry/sdk-node'));
  after(remove);

  for (const main of ['main.mjs', 'main.cjs']) {
    onEachNode(
      `is told on stderr what was woven, and that there is no SDK, where nobody makes one: ${main}`,
      async (node) => {
        const run = { node, args: ['--no-warnings', '--import', register, main], cwd: folder };
        const { stdout, stderr } = await runNode({ ...run, env: { OTEL_LOG_LEVEL: 'debug' } });
        const lines = linesOf(stderr);
        assert.equal(lines.filter((line) => WOVEN.test(line)).length, 1, stderr);
        assert.equal(lines.filter((line) => line.includes('the environment asks for no SDK')).length, 1, stderr);
        assert.equal(new Set(lines).size, lines.length);
        assert.ok(lines.filter((line) => line.includes('nothing to weave')).length <= 1, stderr);
        assert.equal(stdout, '');
        assert.equal((await runNode({ ...run, env: { OTEL_LOG_LEVEL: 'info' } })).stderr, '');
        assert.equal((await runNode(run)).stderr, '');
      },
    );
  }

  onEachNode(
    'is told once what was woven where the preload starts an SDK, whose logger is set after it',
    async (node) => {
      const args = ['--no-warnings', '--import', register, 'main.mjs'];
      const { stdout, stderr } = await runNode({ node, args, cwd: folder, env: { ...none, OTEL_LOG_LEVEL: 'debug' } });
      // On stdout by that logger, or on stderr if it took more than a second to come.
      const lines = [...linesOf(stdout), ...linesOf(stderr)];
      assert.equal(lines.filter((line) => WOVEN.test(line)).length, 1, stdout + stderr);
      assert.equal(new Set(lines).size, lines.length);
    },
  );

  onEachNode(
    'is told what was woven, and which families are off, through the logger of a NodeSDK in code',
    async (node) => {
      const args = ['--no-warnings', '--import', './sdk.mjs', 'main.mjs'];
      const { stdout } = await runNode({ node, args, cwd: folder, env: { ...none, OTEL_LOG_LEVEL: 'debug' } });
      const lines = linesOf(stdout).filter((line) => WOVEN.test(line));
      assert.equal(lines.length, 1, stdout);
      assert.match(lines[0] ?? '', /; off: stores$/);
      assert.ok(linesOf(stdout).filter((line) => line.includes('nothing to weave')).length <= 1, stdout);
    },
  );

  onEachNode('is told what was woven before a logger was set, with the first line after it', async (node) => {
    const args = ['--no-warnings', '--import', register, 'logger.mjs'];
    const { stdout, stderr } = await runNode({ node, args, cwd: folder });
    const lines = linesOf(stdout);
    assert.equal(lines.filter((line) => WOVEN.test(line)).length, 1, stdout);
    assert.equal(lines.filter((line) => /snapshot/.test(line)).length > 0, true, stdout);
    assert.equal(stderr, '');
  });
});
