// SPDX-License-Identifier: Apache-2.0
// The same on the real target under the preload: a store and a snapshot store on SQLite, one call well and one refused.
import assert from 'node:assert/strict';
import { observe } from '../../testkit/bare-and-woven.js';
import { programFiles } from '../process/programs/files.js';

const ERROR_OLD = { 'eventsource.error.type': 'OptimisticLockError' };
const ERROR_BOTH = { ...ERROR_OLD, 'error.type': 'OptimisticLockError' };
const old = (operation: string) => ({ 'db.system': 'sqlite', 'db.name': ':memory:', 'db.operation': operation });
const renamed = (operation: string) => ({
  'db.system.name': 'sqlite',
  'db.namespace': ':memory:',
  'db.operation.name': operation,
});

const expected = {
  '': { forms: [old], error: ERROR_OLD },
  database: { forms: [renamed], error: ERROR_BOTH },
  'database/dup': { forms: [old, renamed], error: ERROR_BOTH },
  messaging: { forms: [old], error: ERROR_BOTH },
} as const;

describe('semantic conventions on the spans of a process', function () {
  this.timeout(120_000);

  for (const [optIn, { forms, error }] of Object.entries(expected)) {
    it(`name attributes as OTEL_SEMCONV_STABILITY_OPT_IN=${optIn} asks for`, async () => {
      const env = { OTEL_SEMCONV_STABILITY_OPT_IN: optIn };
      const run = await observe({ ...programFiles('sqlite', 'esm'), env, preload: 'recording' });
      assert.deepEqual([run.stdout, run.stderr, run.code], ['"done"\n', '', 0]);
      const seen = run.spans.map(({ name, attributes }) => [
        name,
        Object.fromEntries(Object.entries(attributes).filter(([key]) => /^db\.|error\.type$/.test(key))),
      ]);
      const written = (operation: string) => Object.assign({}, ...forms.map((form) => form(operation)));
      assert.deepEqual(seen, [
        ['sqlite_event_store.append_events', written('INSERT')],
        ['sqlite_event_store.append_events', { ...written('INSERT'), ...error }],
        ['eventsource.snapshot.exists', written('SELECT')],
        ['eventsource.outbox.mark_published', written('UPDATE')],
        ['eventsource.checkpoint.reset_checkpoint', written('DELETE')],
      ]);
    });
  }
});
