// SPDX-License-Identifier: Apache-2.0
// The guide: its headings, that its code is that of the files which are run here, and that they do what they say.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applicationWith, root, runNode } from '../../testkit/child.js';
import { examples } from './examples.js';
import { assertClaims, runExample } from './run.js';

const page = join(root, 'docs/guide.md');

describe('the guide', function () {
  this.timeout(60_000);

  it('has the code of the files that are run, and the tables of the sources', async () => {
    const { stderr, code } = await runNode({ args: [join(root, 'scripts/guide.mjs'), '--check'] });
    assert.deepEqual([stderr, code], ['', 0]);
  });

  it('is called stale when a line of its code or tables is another', async () => {
    for (const line of [/^.*new NodeTracerProvider\(.*$/m, /^.*`sqlite_event_store\.append_events`.*$/m]) {
      const text = readFileSync(page, 'utf8').replace(line, 'changed');
      const { folder, remove } = applicationWith({ 'guide.md': text });
      const { stderr, code } = await runNode({
        args: [join(root, 'scripts/guide.mjs'), '--check', join(folder, 'guide.md')],
      });
      remove();
      assert.deepEqual([stderr, code], ['docs/guide.md is stale: npm run guide\n', 1]);
    }
  });
});

describe('the examples of the guide', function () {
  this.timeout(60_000);

  for (const example of examples.filter(({ server }) => server === undefined)) {
    it(`do what they say: ${example.name}`, async () => {
      assertClaims(example, await runExample(example));
    });
  }
});
