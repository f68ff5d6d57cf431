// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { preloadFile } from '../../../testkit/bare-and-woven.js';
import { forestOf, type Tree } from '../../../testkit/forests.js';
import { inEachFormat } from '../../../testkit/formats.js';
import { nestCqrs, runApp } from '../../../testkit/library-apps.js';

const names = ({ name, children = [] }: Tree): string =>
  children.length === 0 ? name : `${name}(${children.map(names).join(' ')})`;

const neighbours = [preloadFile('nest-and-http')];

/** Ours between theirs, whoever comes first. */
const orders = { first: { preloadsAfter: neighbours }, last: { preloads: neighbours } };

describe('Nest CQRS beside the instrumentations of Nest and of HTTP', () => {
  for (const [place, [order, preloads]] of Object.entries(orders).entries()) {
    inEachFormat(place, `is in their trace, and nothing is there twice: ours comes ${order}`, async (way) => {
      const run = { app: 'web', ...way, ...preloads } as const;
      const nest = nestCqrs(11);
      const [bare, woven] = [await runApp(nest, { ...run, bare: true }), await runApp(nest, run)];
      assert.deepEqual(woven.seen, [201, 'hello']);
      const ours = 'eventsource.command.handle(eventsource.event_bus.publish(eventsource.event_bus.handle))';
      const [bareNames, wovenNames] = [bare, woven].map(({ spans }) => forestOf(spans).map(names));
      assert.ok(
        bareNames?.some((tree) => tree.includes('(greet)')),
        String(bareNames),
      );
      assert.deepEqual(
        wovenNames,
        bareNames?.map((tree) => tree.replace('(greet)', `(greet(${ours}))`)),
      );
    });
  }
});
