// SPDX-License-Identifier: Apache-2.0
// An application that passes garbage gets the answer that it gets without us, and does not lose the row: one faulty caller
// must not end the telemetry of all others.
import assert from 'node:assert/strict';
import { observe, preloadFile } from '../../testkit/bare-and-woven.js';
import { programFiles } from './programs/files.js';

describe('invalid arguments and receivers', function () {
  this.timeout(120_000);

  it('get the answers that they get without us, and switch no row off', async () => {
    const run = { ...programFiles('invalid-arguments', 'esm'), before: [preloadFile('record-diag')] };
    const bare = await observe({ ...run, preload: 'bare' });
    assert.deepEqual([bare.stderr, bare.code], ['', 0]);
    const woven = await observe({ ...run, preload: 'recording' });
    const [expected, seen] = [bare, woven].map(({ stdout }): string[] => JSON.parse(stdout));
    assert.deepEqual(seen, expected);
    assert.ok((expected?.length ?? 0) > 800, `${expected?.length} calls`);
    assert.deepEqual(
      woven.diag.filter((line) => !line.startsWith('debug ')),
      [],
    );
  });
});
