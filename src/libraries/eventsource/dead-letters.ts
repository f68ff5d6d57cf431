// SPDX-License-Identifier: Apache-2.0
// Guide, "Repositories", DLQRepository.
import type { DLQRepository, InMemoryDLQRepository } from 'eventsource';
import * as attr from '../../conventions/attributes.js';
import { type Aspect, type Recipe, type Rows, rows } from '../../weaving/aspect.js';
import { className } from '../../weaving/failure.js';
import { type Database, databaseSampling, overBackends, statement } from './databases.js';

const entryId: Recipe<{ readonly args: readonly [number | string, ...unknown[]] }> = {
  'dlq.id': ({ args }) => args[0],
};

function deadLetterRows(database: Database): Rows {
  const sampling = databaseSampling(database);
  return rows<DLQRepository>({
    addFailedEvent: {
      span: 'eventsource.dlq.add',
      sampling,
      attributes: {
        [attr.ATTR_EVENT_ID]: ({ args }) => args[0],
        [attr.ATTR_PROJECTION_NAME]: ({ args }) => args[1],
        [attr.ATTR_EVENT_TYPE]: ({ args }) => args[2],
        // About the failure that is filed, not about the filing.
        [attr.ATTR_ERROR_TYPE]: ({ args }) => className(args[4]),
        [attr.ATTR_RETRY_COUNT]: ({ args }) => args[5]?.retryCount ?? 0,
        ...statement(database, 'INSERT'),
      },
    },
    getFailedEvents: {
      span: 'eventsource.dlq.get',
      sampling,
      attributes: {
        [attr.ATTR_PROJECTION_NAME]: ({ args }) => args[0]?.projectionName,
        status_filter: ({ args }) => args[0]?.status ?? 'failed',
        limit: ({ args }) => args[0]?.limit ?? 100,
        ...statement(database, 'SELECT'),
      },
    },
    getFailedEventById: {
      span: 'eventsource.dlq.get_by_id',
      sampling,
      attributes: { ...entryId, ...statement(database, 'SELECT') },
    },
    markRetrying: {
      span: 'eventsource.dlq.retry',
      sampling,
      attributes: { ...entryId, ...statement(database, 'UPDATE') },
    },
    markResolved: {
      span: 'eventsource.dlq.resolve',
      sampling,
      attributes: { ...entryId, resolved_by: ({ args }) => args[1], ...statement(database, 'UPDATE') },
    },
    getFailureStats: {
      span: 'eventsource.dlq.get_stats',
      sampling,
      attributes: statement(database, 'SELECT'),
    },
    getProjectionFailureCounts: {
      span: 'eventsource.dlq.get_projection_counts',
      sampling,
      attributes: statement(database, 'SELECT'),
    },
    deleteResolvedEvents: {
      span: 'eventsource.dlq.delete_resolved',
      sampling,
      attributes: {
        older_than_days: ({ args }) => args[0]?.olderThanDays ?? 30,
        ...statement(database, 'DELETE'),
      },
    },
  });
}

export const deadLetters: readonly Aspect[] = overBackends(
  'DLQRepository',
  'dead-letters',
  deadLetterRows,
  rows<InMemoryDLQRepository>({ clear: { span: 'eventsource.dlq.clear' } }),
);
