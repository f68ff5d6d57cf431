// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { preloadFile, type RecordedSpan } from '../../../testkit/bare-and-woven.js';
import { root } from '../../../testkit/child.js';
import { forestOf } from '../../../testkit/forests.js';
import { inEachFormat } from '../../../testkit/formats.js';
import { emmettOnPostgreSQL, runApp } from '../../../testkit/library-apps.js';
import { addressOf, describeOnServer } from '../../../testkit/servers.js';

const neighbours = [preloadFile('pg')];
const orders = { first: { preloadsAfter: neighbours }, last: { preloads: neighbours } };
const expected = join(root, 'test/libraries/emmett/expected/orders.json');

const isOfDriver = ({ scope }: RecordedSpan) => scope === '@opentelemetry/instrumentation-pg';

/** The spans without those of the driver, which are leaves or have only their own kind below them. */
function withoutDriver(spans: readonly RecordedSpan[]): RecordedSpan[] {
  const driver = new Map(spans.filter(isOfDriver).map((span) => [span.id, span]));
  return spans
    .filter((span) => !isOfDriver(span))
    .map((span) => {
      let { parent } = span;
      for (let at = driver.get(parent ?? ''); at !== undefined; at = driver.get(parent ?? '')) parent = at.parent;
      return { ...span, parent };
    });
}

/** How many statements the driver ran for each request. */
function statements(spans: readonly RecordedSpan[]): (readonly [request: string, statements: number])[] {
  return spans
    .filter(({ scope, parent }) => scope === 'application' && parent === undefined)
    .map(({ name, trace }) => [name, spans.filter((span) => span.trace === trace && isOfDriver(span)).length]);
}

describeOnServer('postgresql', 'Emmett on PostgreSQL beside the instrumentation of its driver', () => {
  for (const [place, [order, preloads]] of Object.entries(orders).entries()) {
    inEachFormat(place, `has its statements in its trace, each once: ours comes ${order}`, async (way) => {
      const env = { POSTGRES_URL: addressOf('postgresql') };
      const run = { app: 'orders', ...way, env, ...preloads } as const;
      const [bare, woven] = await Promise.all([
        runApp(emmettOnPostgreSQL, { ...run, bare: true }),
        runApp(emmettOnPostgreSQL, run),
      ]);
      assert.deepEqual([woven.seen, woven.stderr], [bare.seen, bare.stderr]);
      assert.ok(statements(bare.spans).every(([, count]) => count > 0));
      assert.deepEqual(statements(woven.spans), statements(bare.spans));
      assert.deepEqual(forestOf(withoutDriver(woven.spans)), JSON.parse(readFileSync(expected, 'utf8')));
      const byId = new Map(woven.spans.map((span) => [span.id, span]));
      const above = (span: RecordedSpan): string[] => {
        const parent = byId.get(span.parent ?? '');
        return parent === undefined ? [] : [parent.name, ...above(parent)];
      };
      const inserts = woven.spans.filter(
        (span) =>
          isOfDriver(span) &&
          /^\s*SELECT\b[^;]*emt_append_to_stream/i.test(
            String(span.attributes['db.statement'] ?? span.attributes['db.query.text']),
          ),
      );
      assert.ok(inserts.length > 0);
      for (const insert of inserts) assert.ok(above(insert).includes('postgresql_event_store.append_events'));
    });
  }
});
