// SPDX-License-Identifier: Apache-2.0
// Applications pass garbage, freeze what they give and throw what is no error: they fare as without us, nobody is told of it, and what
// they pass properly afterwards is traced.
import assert from 'node:assert/strict';
import { preloadFile } from '../../testkit/bare-and-woven.js';
import { onEachNode } from '../../testkit/child.js';
import {
  type AppLibrary,
  castore,
  emmett,
  nestCqrs,
  nestVersions,
  nodeEventstore,
  runApp,
  spansBelow,
} from '../../testkit/library-apps.js';

interface Case {
  readonly title: string;
  readonly library: AppLibrary;
  /** @default 'garbage' */
  readonly app?: string;
  /** How much of garbage there is at least, so that nothing is compared with nothing. */
  readonly least: number;
  /** What each list of it must have. */
  readonly among: readonly RegExp[];
  /** Spans below the proper request at the end. */
  readonly proper: readonly string[];
}

const nest = nestVersions.map(
  (version): Case => ({
    title: `Nest CQRS ${version}`,
    library: nestCqrs(version),
    least: 80,
    among: [/^execute frozen/, /^fails undefined: threw a undefined/, /^unhandled threw a undefined/],
    proper: [
      ...Array.from({ length: 4 }, () => 'eventsource.command.handle'),
      'eventsource.event_bus.handle',
      'eventsource.event_bus.publish',
    ],
  }),
);

const cases: readonly Case[] = [
  ...nest,
  {
    title: 'Emmett',
    library: emmett,
    least: 350,
    among: [/^append of frozen/, /^store with frozen/, /^handler of frozen/, /fails with undefined: threw a undefined/],
    proper: [
      'eventsource.command.handle',
      'eventsource.command.handle',
      'eventsource.event_bus.handle',
      'eventsource.event_bus.publish',
      'eventsource.projection.handle',
      'eventsource.repository.load',
      'in_memory_event_store.append_events',
      'in_memory_event_store.get_events',
    ],
  },
  {
    title: 'processors of Emmett',
    library: emmett,
    app: 'oddMessages',
    least: 400,
    among: [],
    proper: [
      'eventsource.processor.handle_batch',
      'eventsource.processor.handle_batch',
      'eventsource.processor.handle_event',
      'eventsource.projection.handle',
    ],
  },
  {
    title: 'Castore',
    library: castore,
    least: 150,
    among: [/^pushEvent frozen/, /^command fails undefined: threw a undefined/],
    proper: [
      'eventsource.command.handle',
      'eventsource.repository.load',
      'in_memory_event_store.append_events',
      'in_memory_event_store.append_events',
      'in_memory_event_store.get_events',
    ],
  },
  {
    title: 'node-eventstore',
    library: nodeEventstore,
    least: 250,
    among: [/^getEventStream frozen/, /^callback throws undefined/, /^publisher throws/],
    proper: ['in_memory_event_store.append_events', 'in_memory_event_store.get_events'],
  },
];

describe('an application that passes garbage', () => {
  for (const { title, library, app = 'garbage', least, among, proper } of cases) {
    onEachNode(`fares as without us, and what it passes properly afterwards is traced: ${title}`, async (node) => {
      const run = { app, format: 'cjs', node, preloads: [preloadFile('record-diag')] } as const;
      const [bare, woven] = await Promise.all([runApp(library, { ...run, bare: true }), runApp(library, run)]);
      assert.deepEqual([woven.seen, woven.stderr], [bare.seen, bare.stderr]);
      const lines = bare.seen as readonly string[];
      assert.ok(lines.length > least, String(lines.length));
      for (const wanted of among)
        assert.ok(
          lines.some((line) => wanted.test(line)),
          `${wanted}\n${lines.join('\n')}`,
        );
      assert.deepEqual(
        woven.diag.filter((line) => !line.startsWith('debug ')),
        [],
      );
      assert.deepEqual(spansBelow(woven.spans, 'POST /proper'), proper);
    });
  }

  for (const version of nestVersions) {
    onEachNode(`and whose saga makes a command later has it in a trace of its own: ${version}`, async (node) => {
      const { spans } = await runApp(nestCqrs(version), { app: 'garbage', format: 'cjs', node });
      const later = spans.filter(({ links }) => links.length > 0);
      assert.deepEqual(
        later.map(({ attributes }) => attributes['eventsource.command.type']),
        ['Command'],
      );
    });
  }
});
