// SPDX-License-Identifier: Apache-2.0
// What stands in the metadata of stored events, and that nothing else of the application is changed for it.
import assert from 'node:assert/strict';
import { inEachFormat } from '../../../testkit/formats.js';
import { type AppLibrary, type AppRun, emmett, emmettOnPostgreSQL, runApp } from '../../../testkit/library-apps.js';
import { addressOf, describeOnServer } from '../../../testkit/servers.js';
import { type Metadata, metadataTold } from '../../../testkit/stored-context.js';

interface Seen {
  readonly stored: readonly Metadata[];
  readonly forwarded?: readonly unknown[];
}

const own = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, tracestate: 'mine=1' };

/** That of the application, and `added` where there is room for it. */
function expected(added: (request: string) => Metadata): Metadata[] {
  const append = added('append');
  const untouched = [own, { by: 'me', traceparent: 'not yet' }, {}];
  return [{ by: 'me', ...append }, append, append, ...untouched, added('command')];
}

function assertStored(library: AppLibrary, run: Omit<AppRun, 'format' | 'node'>, system: string): void {
  const ways = [
    [
      'of their append',
      {},
      (request: string) => ({ traceparent: `${system}_event_store.append_events of ${request}` }),
    ],
    ['of an append that is not sampled', { OTEL_TRACES_SAMPLER: 'always_off' }, () => ({ traceparent: 'unsampled' })],
    [
      'of nothing, where that is switched off',
      { OTEL_INSTRUMENTATION_EVENTSOURCE_LIBRARIES: 'emmett.persistContext=false' },
      () => ({}),
    ],
  ] as const;
  for (const [place, [what, env, added]] of ways.entries()) {
    inEachFormat(
      place,
      `have the trace context ${what}, and the application is told and keeps what it is and does without us`,
      async (way) => {
        const inEnv = { ...run, ...way, env: { ...run.env, ...env } };
        const [bare, woven] = [await runApp(library, { ...inEnv, bare: true }), await runApp(library, inEnv)];
        const [{ stored: before, forwarded: _, ...others }, { stored, forwarded, ...same }] = [
          bare.seen as Seen,
          woven.seen as Seen,
        ];
        assert.deepEqual(same, others);
        assert.deepEqual(
          before,
          expected(() => ({})),
        );
        assert.deepEqual(metadataTold(stored, woven.spans), expected(added));
        const handled = woven.spans.filter(({ name }) => name === 'eventsource.event_bus.handle');
        // In process they are children of the publish, whatever is stored: nobody has to find the append by a link.
        assert.ok(woven.spans.every(({ links }) => links.length === 0));
        if (forwarded !== undefined) assert.equal(handled.length, woven.spans.length === 0 ? 0 : forwarded.length);
      },
    );
  }
}

describe('events that Emmett stores in memory', () => {
  assertStored(emmett, { app: 'stored' }, 'in_memory');
});

describeOnServer('postgresql', 'events that Emmett stores in PostgreSQL', () => {
  assertStored(
    emmettOnPostgreSQL,
    { app: 'storedInDatabase', env: { POSTGRES_URL: addressOf('postgresql') } },
    'postgresql',
  );
});
