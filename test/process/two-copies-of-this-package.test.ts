// SPDX-License-Identifier: Apache-2.0
// Two copies of this package in one process, and many instances: one set of spans.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { observe, treeOf } from '../../testkit/bare-and-woven.js';
import { onEachNode, register } from '../../testkit/child.js';
import { copyOfThisPackage, type PackageCopy } from '../../testkit/package-copy.js';
import { forms, programFiles } from './programs/files.js';
import { spansOfSave } from './programs/saves.js';

describe('two copies of this package in one process', () => {
  let other: PackageCopy;
  let copy: string;
  /** A preload that makes two instrumentations of the other copy. */
  let constructing: string;

  before(() => {
    other = copyOfThisPackage();
    const { folder, register: preload } = other;
    copy = preload;
    constructing = join(folder, 'constructing.mjs');
    const module = JSON.stringify(join(folder, 'dist/src/preload.js'));
    writeFileSync(constructing, `import { preload } from ${module}; preload(); preload();`);
  });
  after(() => other.remove());

  for (const form of forms) {
    onEachNode(`give one set of spans, ${form}`, async (node) => {
      const program = { ...programFiles('three-saves', form), node };
      const expected = Array(3).fill(spansOfSave).join(' ');
      for (const preloads of [
        { before: [copy] },
        { after: [copy] },
        { before: [copy], after: [register, copy] },
        // The global mark of `register` stops a second preload; an application that constructs is not stopped by it.
        { after: [constructing] },
      ]) {
        const { stdout, stderr, code, spans } = await observe({ ...program, preload: 'recording', ...preloads });
        assert.deepEqual([stdout, stderr, code], ['[1,2,3]\n', '', 0]);
        assert.equal(treeOf(spans), expected, JSON.stringify(preloads));
      }
    });
  }
});
