// SPDX-License-Identifier: Apache-2.0
// Two libraries in one process: a command of Nest is handled by a command handler of Emmett. Both have their span, under their own scope,
// and what one is told of its attempts is not the other's.
import assert from 'node:assert/strict';
import { forestOf, type Tree } from '../../../testkit/forests.js';
import { inEachFormat } from '../../../testkit/formats.js';
import { emmett, nestCqrs, nestVersions, runApp } from '../../../testkit/library-apps.js';

const SCOPE = 'opentelemetry-instrumentation-eventsource/';
const TOLD = ['eventsource.conflict', 'eventsource.conflict.count', 'eventsource.retry.count'];

/** `scope:span`, what it was told of conflicts, `!` where it failed, and what is below it. */
function line({ name, scope, attributes = {}, failed, children = [] }: Tree): string {
  const told = TOLD.flatMap((key) =>
    attributes[key] === undefined ? [] : `${key.replace('eventsource.', '')}=${attributes[key]}`,
  );
  const own = `${scope === undefined ? '' : `${scope.replace(SCOPE, '')}:`}${name.replace('eventsource.', '')}`;
  const marks = `${failed === undefined ? '' : '!'}${told.length === 0 ? '' : `[${told.join(' ')}]`}`;
  return `${own}${marks}${children.length === 0 ? '' : `(${children.map(line).join(' ')})`}`;
}

const load = 'emmett:repository.load(emmett:in_memory_event_store.get_events)';
const append = 'emmett:in_memory_event_store.append_events';

describe('Nest CQRS above Emmett in one process', () => {
  // Version 10 has no `forRoot`.
  for (const version of nestVersions.filter((version) => version > 10)) {
    inEachFormat(
      version,
      `has the commands of both in one trace, and tells each of its own: ${version}`,
      async (way) => {
        const nest = nestCqrs(version);
        const library = { ...nest, packages: { ...nest.packages, ...emmett.packages } };
        const run = { app: 'above', ...way } as const;
        const [bare, woven] = await Promise.all([runApp(library, { ...run, bare: true }), runApp(library, run)]);
        assert.deepEqual([woven.seen, woven.stderr], [bare.seen, bare.stderr]);
        assert.deepEqual(woven.seen, [1, 1, 'threw refused']);
        assert.deepEqual(forestOf(woven.spans).map(line), [
          `POST /carts(nestjs-cqrs:command.handle(emmett:command.handle(${load} ${append})))`,
          `POST /carts, failed(nestjs-cqrs:command.handle!(emmett:command.handle!(${load})))`,
          `POST /carts, raced(nestjs-cqrs:command.handle(emmett:command.handle[conflict.count=1 retry.count=1](${load} ${load} ${append}![conflict=true] ${append} ${append})))`,
        ]);
      },
    );
  }
});
