// SPDX-License-Identifier: Apache-2.0
// Two copies of this package in one process, of different versions, on a library of each kind: one set of spans, and the application
// sees what it sees with one.
import assert from 'node:assert/strict';
import { onEachNode } from '../../testkit/child.js';
import { formats } from '../../testkit/formats.js';
import { castore, emmett, nestCqrs, nodeEventstore, runApp } from '../../testkit/library-apps.js';
import { copyOfThisPackage, type PackageCopy } from '../../testkit/package-copy.js';

const libraries = [
  ['Emmett', emmett],
  ['Nest CQRS', nestCqrs(11)],
  ['Castore', castore],
  ['node-eventstore', nodeEventstore],
] as const;

describe('two copies of this package, of different versions,', () => {
  let copy: PackageCopy;
  before(() => {
    copy = copyOfThisPackage('0.0.1');
  });
  after(() => copy.remove());

  for (const [at, [title, library]] of libraries.entries()) {
    onEachNode(`give one set of spans, whichever comes first: ${title}`, async (node) => {
      const format = formats[at % formats.length] ?? 'mjs';
      const run = { app: 'garbage', format, node } as const;
      const [one, first, second] = await Promise.all([
        runApp(library, run),
        runApp(library, { ...run, preloads: [copy.register] }),
        runApp(library, { ...run, preloadsAfter: [copy.register] }),
      ]);
      const names = ({ spans }: typeof one) => spans.map(({ name }) => name).sort();
      assert.ok(one.spans.length > 3);
      for (const two of [first, second]) {
        assert.deepEqual(names(two), names(one));
        assert.deepEqual([two.seen, two.stderr], [one.seen, one.stderr]);
      }
    });
  }
});
