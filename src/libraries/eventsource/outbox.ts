// SPDX-License-Identifier: Apache-2.0
// Guide, "Repositories", OutboxRepository.
import type { InMemoryOutboxRepository, OutboxRepository } from 'eventsource';
import * as attr from '../../conventions/attributes.js';
import { type Aspect, type Recipe, type Rows, rows } from '../../weaving/aspect.js';
import { type Database, databaseSampling, overBackends, statement } from './databases.js';

/** The error text of an outbox entry can be long and carry data; the reference cuts it here. */
const ERROR_LENGTH = 100;

function cut(error: unknown): string | undefined {
  return typeof error === 'string' ? error.slice(0, ERROR_LENGTH) : undefined;
}

const entryId: Recipe<{ readonly args: readonly [string, ...unknown[]] }> = { 'outbox.id': ({ args }) => args[0] };

function outboxRows(database: Database): Rows {
  const sampling = databaseSampling(database);
  return rows<OutboxRepository>({
    addEvent: {
      span: 'eventsource.outbox.add',
      sampling,
      attributes: {
        [attr.ATTR_EVENT_ID]: ({ args }) => args[0]?.eventId,
        [attr.ATTR_EVENT_TYPE]: ({ args }) => args[0]?.eventType,
        [attr.ATTR_AGGREGATE_ID]: ({ args }) => args[0]?.aggregateId,
        [attr.ATTR_AGGREGATE_TYPE]: ({ args }) => args[0]?.aggregateType,
        ...statement(database, 'INSERT'),
      },
    },
    getPendingEvents: {
      span: 'eventsource.outbox.get_pending',
      sampling,
      attributes: { limit: ({ args }) => args[0]?.limit ?? 100, ...statement(database, 'SELECT') },
      result: { [attr.ATTR_EVENT_COUNT]: ({ result }) => result.length },
    },
    markPublished: {
      span: 'eventsource.outbox.mark_published',
      sampling,
      attributes: { ...entryId, ...statement(database, 'UPDATE') },
    },
    incrementRetry: {
      span: 'eventsource.outbox.increment_retry',
      sampling,
      attributes: {
        ...entryId,
        error: ({ args }) => cut(args[1]?.error),
        ...statement(database, 'UPDATE'),
      },
    },
    markFailed: {
      span: 'eventsource.outbox.mark_failed',
      sampling,
      attributes: {
        ...entryId,
        error: ({ args }) => cut(args[1]),
        ...statement(database, 'UPDATE'),
      },
    },
    cleanupPublished: {
      span: 'eventsource.outbox.cleanup',
      sampling,
      attributes: { older_than_days: ({ args }) => args[0]?.days ?? 7, ...statement(database, 'DELETE') },
      result: { deleted_count: ({ result }) => result },
    },
    getStats: {
      span: 'eventsource.outbox.get_stats',
      sampling,
      attributes: statement(database, 'SELECT'),
    },
  });
}

export const outbox: readonly Aspect[] = overBackends(
  'OutboxRepository',
  'outbox',
  outboxRows,
  rows<InMemoryOutboxRepository>({ clear: { span: 'eventsource.outbox.clear' } }),
);
