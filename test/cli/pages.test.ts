// SPDX-License-Identifier: Apache-2.0
// What the documents say of findings: all of them, as they are, and none that there is not.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findings } from '../../src/cli/findings/index.js';
import { applicationWith, root } from '../../testkit/child.js';

const page = (name: string) => readFileSync(join(root, 'docs', name), 'utf8');
const script = join(root, 'scripts/finding-table.mjs');
const check = (...args: readonly string[]) =>
  execFileSync(process.execPath, [script, '--check', ...args], { stdio: 'pipe' });

describe('the findings of the doctor', () => {
  it('are in docs/doctor.md as they are in the code', () => {
    check();
  });

  it('are called stale in a page that has another remedy', () => {
    const { folder, remove } = applicationWith({});
    try {
      const copy = join(folder, 'doctor.md');
      writeFileSync(copy, page('doctor.md').replace('Take the variable away.', 'Leave it.'));
      assert.throws(() => check(copy), /stale: npm run finding-table/);
    } finally {
      remove();
    }
  });

  it('stand beside each step of the page of troubleshooting, or it says that there is none', () => {
    const [, rows = ''] =
      /\| Look at \| Because \| The doctor finds \|\n\|---\|---\|---\|\n([\s\S]*?)\n\n/.exec(
        page('troubleshooting.md'),
      ) ?? [];
    const steps = rows.split('\n').map((row) => row.split(' | ').at(-1) ?? '');
    assert.ok(steps.length > 15);
    for (const step of steps) {
      const ids = [...step.matchAll(/`([\w-]+)`/g)].map(([, id = '']) => id);
      assert.ok(ids.length > 0 || step === '— |', step);
      for (const id of ids) assert.ok(id in findings, id);
    }
  });

  it('tell in a sentence when they are found, and what to do', () => {
    for (const [id, { when, remedy }] of Object.entries(findings)) {
      assert.match(id, /^[a-z]+(?:-[a-z]+)*$/);
      assert.match(remedy, /\.$/, id);
      assert.doesNotMatch(when, /\.$|\n/, id);
    }
  });
});
