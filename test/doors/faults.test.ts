// SPDX-License-Identifier: Apache-2.0
// What keeps modules from being handed over.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { diag } from '@opentelemetry/api';
import { watchPackages } from '../../src/doors/index.js';
import { applicationWith, onEachNode, register, runNode, usePackages } from '../../testkit/child.js';

describe('a module that cannot be handed over', () => {
  onEachNode('is none for want of WebAssembly', async (node) => {
    const { folder, remove } = applicationWith({
      'main.mjs': "import { InMemoryEventStore } from 'eventsource'; await new InMemoryEventStore().getEvents('a');",
    });
    try {
      usePackages(folder, 'eventsource');
      const env = { OTEL_TRACES_EXPORTER: 'console', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };
      const args = ['--no-warnings', '--jitless', '--import', register, 'main.mjs'];
      const { stdout, stderr, code } = await runNode({ node, args, cwd: folder, env });
      assert.match(stdout, /name: 'in_memory_event_store\.get_events'/);
      assert.doesNotMatch(stderr, /opentelemetry-instrumentation-eventsource/);
      assert.equal(code, 0);
    } finally {
      remove();
    }
  });

  it('is named in one line, with all that have the same fault', () => {
    const { folder, remove } = applicationWith({
      'node_modules/faulty/a.cjs': 'exports.a = 1;',
      'node_modules/faulty/b.cjs': 'exports.b = 1;',
      'node_modules/faulty/c.cjs': 'exports.c = 1;',
    });
    const told: string[] = [];
    const tell = (...words: unknown[]) => void told.push(words.join(' '));
    diag.setLogger({ error: tell, warn: tell, info() {}, debug() {}, verbose() {} });
    let number = 0;
    const stop = watchPackages([{ name: 'faulty' }], ({ url }) => {
      number++;
      throw new Error(number < 3 ? `${url} has fault ${number}` : 'another fault');
    });
    try {
      const require = createRequire(join(folder, 'main.cjs'));
      for (const name of ['a', 'b', 'c']) require(`faulty/${name}.cjs`);
      assert.equal(number, 3);
      assert.equal(told.length, 2, told.join('\n'));
      assert.match(told[0] ?? '', /faulty\/a\.cjs is left as it is, nothing of it is traced/);
      assert.match(told[1] ?? '', /faulty\/c\.cjs is left as it is, .* another fault/);
    } finally {
      stop();
      diag.disable();
      remove();
    }
  });
});
