// SPDX-License-Identifier: Apache-2.0
// Guide, "Repositories", DLQRepository.
import type { DLQRepository, InMemoryDLQRepository } from 'eventsource';
import * as attr from '../../conventions/attributes.js';
import { type Recipe, rows } from '../../weaving/aspect.js';
import { className } from '../../weaving/failure.js';
import { inMemory, overBackEnds, postgresql, sqlite, storedRows } from './back-ends.js';
import { filings } from './metrics/failures.js';

const entryId: Recipe<{ readonly args: readonly [number | string, ...unknown[]] }> = {
  'dlq.id': ({ args }) => args[0],
};

export const deadLetters = overBackEnds({
  name: 'DLQRepository',
  family: 'dead-letters',
  backEnds: [
    { ...inMemory, extra: rows<InMemoryDLQRepository>({ clear: { span: 'eventsource.dlq.clear' } }) },
    sqlite,
    postgresql,
  ],
  rows: ({ prefix }) =>
    storedRows<DLQRepository>({
      addFailedEvent: {
        span: 'eventsource.dlq.add',
        does: 'insert',
        attributes: {
          [attr.ATTR_EVENT_ID]: ({ args }) => args[0],
          [attr.ATTR_PROJECTION_NAME]: ({ args }) => args[1],
          [attr.ATTR_EVENT_TYPE]: ({ args }) => args[2],
          // About the failure that is filed, not about the filing.
          [attr.ATTR_ERROR_TYPE]: ({ args }) => className(args[4]),
          [attr.ATTR_RETRY_COUNT]: ({ args }) => args[5]?.retryCount ?? 0,
        },
        metrics: filings(`${prefix}DLQRepository`),
      },
      getFailedEvents: {
        span: 'eventsource.dlq.get',
        does: 'read',
        attributes: {
          [attr.ATTR_PROJECTION_NAME]: ({ args }) => args[0]?.projectionName,
          status_filter: ({ args }) => args[0]?.status ?? 'failed',
          limit: ({ args }) => args[0]?.limit ?? 100,
        },
      },
      getFailedEventById: { span: 'eventsource.dlq.get_by_id', does: 'read', attributes: entryId },
      markRetrying: { span: 'eventsource.dlq.retry', does: 'update', attributes: entryId },
      markResolved: {
        span: 'eventsource.dlq.resolve',
        does: 'update',
        attributes: { ...entryId, resolved_by: ({ args }) => args[1] },
      },
      getFailureStats: { span: 'eventsource.dlq.get_stats', does: 'read' },
      getProjectionFailureCounts: { span: 'eventsource.dlq.get_projection_counts', does: 'read' },
      deleteResolvedEvents: {
        span: 'eventsource.dlq.delete_resolved',
        does: 'delete',
        attributes: { older_than_days: ({ args }) => args[0]?.olderThanDays ?? 30 },
      },
    }),
});
