// SPDX-License-Identifier: Apache-2.0
// What the preload alone says and does under Jest and Vitest, the real ones: docs/bundles.md has what to do then.
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildTool } from '../../testkit/build-tools.js';
import { applicationWith, nodeBinary, register, runNode, usePackages } from '../../testkit/child.js';
import { emmett, usePackagesOf } from '../../testkit/library-apps.js';

const NAME = 'opentelemetry-instrumentation-eventsource';

/** An SDK of the test's own, in the globals that a runner gives it. */
const spans = `
  import { trace } from '@opentelemetry/api';
  import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
  export const names = [];
  const processor = { onStart() {}, onEnd: ({ name }) => names.push(name), async forceFlush() {}, async shutdown() {} };
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [processor] }));
`;

/** Longer than the preload waits until it looks for the second time, since Vitest ends its workers by force. */
const long = 'await new Promise((resolve) => setTimeout(resolve, 3500));';

const imported = `
  import { expect, test } from 'vitest';
  import { InMemoryEventStore } from 'eventsource/stores';
  import { names } from './spans.mjs';
  test('reads', async () => {
    await new InMemoryEventStore().getEvents('x');
    expect(names).toEqual(process.env.EXPECTED.split(' ').filter(Boolean));
    ${long}
  }, 60_000);
`;

const files = {
  'package.json': '{}',
  'jest.config.cjs': "module.exports = { transform: {}, testMatch: ['**/jest.cjs'] };",
  'jest.cjs': `
    const { getInMemoryEventStore } = require('@event-driven-io/emmett');
    test('reads', async () => {
      await getInMemoryEventStore().readStream('x');
      ${long}
    }, 60_000);
  `,
  'spans.mjs': spans,
  'reads.vitest.mjs': imported,
  'installed.config.mjs': "export default { test: { include: ['reads.vitest.mjs'] } };",
  'inline.config.mjs': `
    export default { test: { include: ['reads.vitest.mjs'], server: { deps: { inline: ['eventsource'] } } } };
  `,
  'weaving.config.mjs': `
    export default {
      test: { include: ['reads.vitest.mjs'], setupFiles: ['./weave.mjs'], server: { deps: { inline: ['eventsource'] } } },
    };
  `,
  // As on a slow machine, where much is loaded between the library and what weaves it.
  'slow.mjs': `
    import { Script } from 'node:vm';
    globalThis.scripts = [];
    for (let count = 0; count < 12; count++) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      const script = new Script('() => {}', { filename: import.meta.dirname + '/more-' + count + '.js' });
      scripts.push(script, script.runInThisContext());
    }
  `,
  'weave.mjs': `
    import * as stores from 'eventsource/stores';
    import './slow.mjs';
    import { weave } from ${JSON.stringify(join(dirname(register), 'src/index.js'))};
    weave(stores);
  `,
};

const SPAN = 'in_memory_event_store.get_events';

/** Each with the command of the tool, the spans that its test sees, and how the line begins that the preload says, if it does. */
const runs = {
  'Jest, which loads all modules by itself': {
    tool: 'jest',
    command: ['jest/bin/jest.js'],
    expected: '',
    said: `${NAME}: Jest loads modules by itself, past all hooks: file:`,
  },
  'Vitest, which transforms the library': {
    tool: 'vitest',
    command: ['vitest/vitest.mjs', 'run', '--config=inline.config.mjs'],
    expected: '',
    said: `${NAME}: Vitest loads modules by itself, past all hooks: file:`,
  },
  'Vitest, which transforms the library, and a test that weaves it by hand': {
    tool: 'vitest',
    command: ['vitest/vitest.mjs', 'run', '--config=weaving.config.mjs'],
    expected: SPAN,
    said: undefined,
  },
  'Vitest, which leaves the library to Node.js': {
    tool: 'vitest',
    command: ['vitest/vitest.mjs', 'run', '--config=installed.config.mjs'],
    expected: SPAN,
    said: undefined,
  },
} as const;

describe('the preload alone under a test runner', function () {
  this.timeout(180_000);

  it('says in one line that weaving by hand is needed, where it is', async function () {
    const { folder, remove } = applicationWith(files);
    usePackages(folder, 'eventsource', '@opentelemetry');
    usePackagesOf(emmett, folder);
    mkdirSync(join(folder, 'node_modules'), { recursive: true });
    const tools = ['jest', 'vitest'].map((name) => [name, buildTool(this, name)] as const);
    for (const [name, path] of tools) symlinkSync(path, join(folder, 'node_modules', name));
    const node = nodeBinary(this, 24);
    await Promise.all(
      Object.entries(runs).map(
        async ([
          title,
          {
            command: [program, ...args],
            expected,
            said,
          },
        ]) => {
          const env = {
            NODE_OPTIONS: `--no-warnings --import ${register}`,
            EXPECTED: expected,
            NO_COLOR: '1',
            CI: '1',
          };
          const { stdout, stderr, code } = await runNode({
            node,
            args: [join(folder, 'node_modules', program), ...args],
            cwd: folder,
            env,
          });
          assert.equal(code, 0, `${title}\n${stdout}\n${stderr}`);
          const lines = `${stdout}${stderr}`.split('\n').filter((line) => line.includes(NAME));
          assert.equal(lines.length, said === undefined ? 0 : 1, `${title}\n${stdout}\n${stderr}`);
          if (said === undefined) return;
          assert.ok(lines[0]?.startsWith(said), lines[0]);
          assert.match(lines[0] ?? '', / is not traced\. Weave it by hand \(docs\/bundles\.md\)$/);
        },
      ),
    );
    remove();
  });
});
