// SPDX-License-Identifier: Apache-2.0
// Test doubles and other people's wrappers work as they do without us, whoever came first.
import assert from 'node:assert/strict';
import { observe, type Preload } from '../../testkit/bare-and-woven.js';
import { forms, programFiles } from './programs/files.js';

describe('test doubles and wrappers on woven methods', function () {
  this.timeout(120_000);

  for (const form of forms) {
    it(`see and do what they do without us, ${form}`, async () => {
      const run = async (preload: Preload, program: string) => {
        const { stdout, stderr, code, spans } = await observe({ ...programFiles(program, form), preload });
        assert.deepEqual({ stderr, code }, { stderr: '', code: 0 });
        return { report: JSON.parse(stdout) as Record<string, unknown>, spans: spans.map(({ name }) => name) };
      };
      const bare = await run('bare', 'test-doubles-bare');
      assert.deepEqual(bare.spans, []);
      for (const woven of [await run('recording', 'test-doubles-bare'), await run('bare', 'test-doubles-woven-late')]) {
        for (const [name, seen] of Object.entries(bare.report)) assert.deepEqual(woven.report[name], seen, name);
        assert.ok(woven.spans.includes('in_memory_event_store.append_events'));
      }
    });
  }
});
