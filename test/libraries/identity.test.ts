// SPDX-License-Identifier: Apache-2.0
// Frameworks find classes by identity and read names, keys and metadata: whatever can be seen of a library's exports, and of what an
// application makes of them, is what it is without us.
import assert from 'node:assert/strict';
import { onEachNode } from '../../testkit/child.js';
import { inEachFormat } from '../../testkit/formats.js';
import {
  type AppLibrary,
  castore,
  emmett,
  nestCqrs,
  nestVersions,
  nodeEventstore,
  runApp,
} from '../../testkit/library-apps.js';

interface Seen {
  readonly facts: readonly string[];
  readonly [relation: string]: unknown;
}

/** Each with the number of facts that there are at least, so that none of them is compared with nothing. */
const libraries: readonly (readonly [title: string, library: AppLibrary, least: number])[] = [
  ...nestVersions.map((version) => [`Nest CQRS ${version}`, nestCqrs(version), 185] as const),
  ['Emmett', emmett, 185],
  ['Castore', castore, 185],
  ['node-eventstore', nodeEventstore, 185],
];

describe('what can be seen of a library', () => {
  for (const [place, [title, library, least]] of libraries.entries()) {
    inEachFormat(
      place,
      `is as without us, its exports and what an application makes of them: ${title}`,
      async (way) => {
        const run = { app: 'identity', ...way } as const;
        const [bare, woven] = await Promise.all([runApp(library, { ...run, bare: true }), runApp(library, run)]);
        assert.deepEqual(woven.seen, bare.seen);
        const { facts } = woven.seen as Seen;
        assert.ok(new Set(facts).size >= least, `${facts.length} facts`);
      },
    );
  }

  for (const version of nestVersions) {
    onEachNode(`has Nest inject the buses, and traces them: ${version}`, async (node) => {
      const { seen, spans } = await runApp(nestCqrs(version), { app: 'identity', format: 'cjs', node });
      const { injected, executed } = seen as Seen;
      assert.deepEqual([injected, executed], [[true, true, true], 'executed']);
      assert.ok(spans.some(({ name }) => name === 'eventsource.command.handle'));
    });
  }
});
