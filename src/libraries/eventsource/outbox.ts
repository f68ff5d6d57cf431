// SPDX-License-Identifier: Apache-2.0
// Guide, "Repositories", OutboxRepository.
import type { InMemoryOutboxRepository, OutboxRepository } from 'eventsource';
import * as attr from '../../conventions/attributes.js';
import { type Recipe, rows } from '../../weaving/aspect.js';
import { inMemory, overBackEnds, postgresql, sqlite, storedRows } from './back-ends.js';
import { first, identityOf } from './events.js';
import { outboxRetries } from './metrics/failures.js';
import { outboxInUse } from './metrics/outbox-gauges.js';

/** The error text of an outbox entry can be long and carry data; the reference cuts it here. */
const ERROR_LENGTH = 100;

function cut(error: unknown): string | undefined {
  return typeof error === 'string' ? error.slice(0, ERROR_LENGTH) : undefined;
}

const entryId: Recipe<{ readonly args: readonly [string, ...unknown[]] }> = { 'outbox.id': ({ args }) => args[0] };

export const outbox = overBackEnds({
  name: 'OutboxRepository',
  family: 'outbox',
  backEnds: [
    { ...inMemory, extra: rows<InMemoryOutboxRepository>({ clear: { span: 'eventsource.outbox.clear' } }) },
    sqlite,
    postgresql,
  ],
  rows: ({ prefix }) =>
    storedRows<OutboxRepository>({
      addEvent: {
        span: 'eventsource.outbox.add',
        does: 'insert',
        life: outboxInUse,
        attributes: identityOf(first, 'eventId', 'eventType', 'aggregateId', 'aggregateType'),
      },
      getPendingEvents: {
        span: 'eventsource.outbox.get_pending',
        does: 'read',
        life: outboxInUse,
        attributes: { limit: ({ args }) => args[0]?.limit ?? 100 },
        result: { [attr.ATTR_EVENT_COUNT]: ({ result }) => result.length },
      },
      markPublished: {
        span: 'eventsource.outbox.mark_published',
        does: 'update',
        life: outboxInUse,
        attributes: entryId,
      },
      incrementRetry: {
        span: 'eventsource.outbox.increment_retry',
        does: 'update',
        attributes: { ...entryId, error: ({ args }) => cut(args[1]?.error) },
        metrics: outboxRetries(`${prefix}OutboxRepository`),
      },
      markFailed: {
        span: 'eventsource.outbox.mark_failed',
        does: 'update',
        attributes: { ...entryId, error: ({ args }) => cut(args[1]) },
      },
      cleanupPublished: {
        span: 'eventsource.outbox.cleanup',
        does: 'delete',
        attributes: { older_than_days: ({ args }) => args[0]?.days ?? 7 },
        result: { deleted_count: ({ result }) => result },
      },
      getStats: { span: 'eventsource.outbox.get_stats', does: 'read' },
    }),
});
