// SPDX-License-Identifier: Apache-2.0
// Nothing of the target that an application can see changes under the preload: the same program with and without it.
import assert from 'node:assert/strict';
import { type Observed, observe, type Preload } from '../../testkit/bare-and-woven.js';
import { type Form, forms, programFiles } from './programs/files.js';
import type { Described } from './programs/identity.js';

const runProgram = (name: string, form: Form, preload: Preload) => observe({ ...programFiles(name, form), preload });

for (const form of forms) {
  describe(`the library under the preload, ${form},`, function () {
    this.timeout(120_000);

    it('has functions of the same name, length, own keys and prototype', async () => {
      const bare = withoutKind(reportOf<Described>(await runProgram('identity', form, 'bare')));
      for (const preload of ['idle', 'recording'] as const) {
        const woven = withoutKind(reportOf<Described>(await runProgram('identity', form, preload)));
        for (const [name, described] of Object.entries(bare)) assert.deepEqual(woven[name], described, name);
        assert.deepEqual(Object.keys(woven), Object.keys(bare));
      }
    });

    it('gives the same order, values, errors, promises and iterators', async () => {
      const bare = await runProgram('behaviour', form, 'bare');
      const expected = reportOf<Record<string, unknown>>(bare);
      for (const preload of ['idle', 'recording'] as const) {
        const run = await runProgram('behaviour', form, preload);
        const report = reportOf<Record<string, unknown>>(run);
        for (const [name, seen] of Object.entries(expected)) assert.deepEqual(report[name], seen, name);
        assert.equal(run.stdout, bare.stdout);
        if (preload === 'recording') assert.ok(run.spans.length > 20, 'and the calls were traced');
      }
    });
  });
}

/** Node tells async functions and generators from others by an internal mark that a stand-in cannot have. */
function withoutKind(report: Described): Described {
  return JSON.parse(
    JSON.stringify(report, (key, value) => (['async', 'generator', 'inspected'].includes(key) ? undefined : value)),
  );
}

function reportOf<Report>({ stdout, stderr, code }: Observed): Report {
  assert.deepEqual({ stderr, code }, { stderr: '', code: 0 });
  return JSON.parse(stdout);
}
