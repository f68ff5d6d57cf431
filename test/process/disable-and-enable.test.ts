// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { observe, type Preload } from '../../testkit/bare-and-woven.js';
import { programFiles } from './programs/files.js';

/** What performance allows while no signal wants a call; bare calls themselves differ by a few bytes from run to run. */
const BYTES = 16;

describe('disable() and enable() of the instrumentation', function () {
  this.timeout(120_000);

  it('end and begin the spans of a process; 100,000 calls between them allocate what bare ones do', async () => {
    const run = async (preload: Preload) => {
      const flags = ['--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=256'];
      const { stdout, stderr, spans } = await observe({ ...programFiles('disable-and-enable', 'esm'), flags, preload });
      assert.equal(stderr, '');
      return { bytes: Number(stdout), names: spans.map(({ name }) => name) };
    };
    const bare = await run('bare');
    const woven = await run('recording');
    assert.deepEqual(bare.names, ['off', 'on']);
    const span = 'in_memory_event_store.get_events';
    assert.deepEqual(woven.names, [span, 'off', 'on', span]);
    assert.ok(bare.bytes > 100, `a bare call allocates ${bare.bytes} bytes`);
    assert.ok(woven.bytes - bare.bytes <= BYTES, `${woven.bytes} bytes a call, bare ${bare.bytes}`);
  });
});
