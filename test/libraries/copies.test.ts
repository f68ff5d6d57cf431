// SPDX-License-Identifier: Apache-2.0
// Packages that depend on different versions of a library bring each its own: all of them work in one process, and all that the
// tables are written for are traced.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../testkit/child.js';
import { forestOf, type Tree } from '../../testkit/forests.js';
import { inEachFormat } from '../../testkit/formats.js';
import { type AppLibrary, castore, emmett, nestCqrs, nodeEventstore } from '../../testkit/library-apps.js';
import { type OtherCopy, runOnCopies } from '../../testkit/library-copies.js';

/** The golden application of each library, whose spans are recorded. */
const cases: readonly { app: string; one: AppLibrary; other: OtherCopy; what: string }[] = [
  {
    what: 'Nest CQRS 10 and 11',
    app: 'orders',
    one: nestCqrs(10),
    other: { library: nestCqrs(11) },
  },
  {
    what: 'Nest CQRS 12 and 11',
    app: 'orders',
    one: nestCqrs(12),
    other: { library: nestCqrs(11) },
  },
  {
    what: 'two copies of Emmett, of which one says it is 0.41',
    app: 'carts',
    one: emmett,
    other: { library: emmett, copied: { '@event-driven-io/emmett': '0.41.0' } },
  },
  {
    what: 'two copies of Castore, of which one says it is 2.0',
    app: 'carts',
    one: castore,
    other: { library: castore, copied: { '@castore/core': '2.0.0' } },
  },
  {
    what: 'two copies of node-eventstore',
    app: 'users',
    one: nodeEventstore,
    other: { library: nodeEventstore, copied: { eventstore: '1.15.5' } },
  },
];

/** Versions that nobody has seen, beside one that is known. */
const unknown: readonly { app: string; one: AppLibrary; copied: Readonly<Record<string, string>> }[] = [
  { app: 'orders', one: nestCqrs(11), copied: { '@nestjs/cqrs': '99.0.0' } },
  { app: 'carts', one: emmett, copied: { '@event-driven-io/emmett': '99.0.0' } },
  { app: 'carts', one: castore, copied: { '@castore/core': '99.0.0' } },
  { app: 'users', one: nodeEventstore, copied: { eventstore: '99.0.0' } },
];

function recorded({ key }: AppLibrary, app: string): Tree[] {
  return JSON.parse(readFileSync(join(root, 'test/libraries', key, 'expected', `${app}.json`), 'utf8'));
}

describe('two copies of a library in one process', () => {
  for (const [place, { what, app, one, other }] of cases.entries()) {
    inEachFormat(place, `are traced both, and do what they do bare: ${what}`, async (way) => {
      const run = { app, ...way };
      const [bare, woven] = await Promise.all([
        runOnCopies(one, other, { ...run, bare: true }),
        runOnCopies(one, other, run),
      ]);
      assert.deepEqual([woven.seen, woven.stderr], [bare.seen, bare.stderr]);
      for (const spans of woven.spans) assert.deepEqual(forestOf(spans), recorded(one, app));
    });
  }

  for (const [place, { app, one, copied }] of unknown.entries()) {
    const [name = ''] = Object.keys(copied);
    inEachFormat(
      place,
      `are traced where the version is known; another is left alone with one line: ${name}`,
      async (way) => {
        const other = { library: one, copied };
        const run = { app, ...way };
        const [bare, woven] = await Promise.all([
          runOnCopies(one, other, { ...run, bare: true }),
          runOnCopies(one, other, run),
        ]);
        assert.deepEqual([woven.seen, woven.stderr], [bare.seen, bare.stderr]);
        assert.deepEqual(forestOf(woven.spans[0]), recorded(one, app));
        assert.deepEqual(forestOf(woven.spans[1]), forestOf(bare.spans[1]));
        const lines = woven.diag.filter((line) => line.includes('99.0.0'));
        assert.equal(lines.length, 1, lines.join('\n'));
        assert.match(lines[0] ?? '', /^debug /);
      },
    );
  }
});
