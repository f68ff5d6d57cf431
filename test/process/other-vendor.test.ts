// SPDX-License-Identifier: Apache-2.0
// Beside an instrumentation of the same methods that is built on InstrumentationBase: its `_wrap` first unwraps
// whatever carries shimmer's marks, its `_unwrap` whatever it finds. Neither may take our wrapper away.
import assert from 'node:assert/strict';
import { type Observed, observe, treeOf } from '../../testkit/bare-and-woven.js';
import { onEachNode } from '../../testkit/child.js';
import { forms, programFile, programFiles } from './programs/files.js';
import { spansOfSave } from './programs/saves.js';

const vendor = programFile('vendor');

describe("another vendor's instrumentation of the same methods", () => {
  for (const form of forms) {
    onEachNode(`counts what it counts without us, and we trace every call, ${form}`, async (node) => {
      const program = { ...programFiles('beside-vendor', form), node };
      const bare = await observe({ ...program, preload: 'bare', after: [vendor] });
      const { first, second, again, handled } = reportOf(bare);
      assert.deepEqual([first, second, again], Array(3).fill(['appendEvents', 'dispatchEvent', 'publish', 'save']));
      for (const order of [{ before: [vendor] }, { after: [vendor] }]) {
        const run = await observe({ ...program, preload: 'recording', ...order });
        const report = reportOf(run);
        assert.deepEqual(
          [report.first, report.second, report.handled],
          [first, second, handled],
          JSON.stringify(order),
        );
        assert.equal(treeOf(run.spans), Array(4).fill(spansOfSave).join(' '), JSON.stringify(order));
        // Under our wrapper its own cannot be taken away, so a second one may come on top: each method counts, perhaps twice.
        assert.deepEqual([...new Set(report.again as string[])], again);
      }
    });
  }
});

function reportOf({ stdout, stderr, code }: Observed): Record<string, unknown> {
  assert.deepEqual({ stderr, code }, { stderr: '', code: 0 });
  return JSON.parse(stdout);
}
