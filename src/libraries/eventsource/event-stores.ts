// SPDX-License-Identifier: Apache-2.0
// Guide, "Event Stores"; and two reads that stream: docs/decisions.md#a-streaming-read-is-one-span.
import type { EventStore } from 'eventsource';
import * as attr from '../../conventions/attributes.js';
import { type Aspect, type Rows, rows } from '../../weaving/aspect.js';
import { type Database, databaseSampling, overBackends, statement } from './databases.js';
import { ofEvents, typesOf } from './shared.js';

/** The rows of one store: `prefix` names the spans. */
function storeRows(prefix: string, database: Database): Rows {
  const sampling = databaseSampling(database);
  return rows<EventStore>({
    appendEvents: {
      span: `${prefix}.append_events`,
      when: ({ args }) => args[2]?.length !== 0,
      sampling,
      attributes: {
        [attr.ATTR_AGGREGATE_ID]: ({ args }) => args[0],
        [attr.ATTR_AGGREGATE_TYPE]: ({ args }) => args[1],
        [attr.ATTR_EVENT_COUNT]: ({ args }) => args[2]?.length,
        [attr.ATTR_EXPECTED_VERSION]: ({ args }) => args[3],
        ...(database === undefined ? {} : { [attr.ATTR_EVENT_TYPE]: ({ args }) => typesOf(args[2]) }),
        ...statement(database, 'INSERT'),
        ...ofEvents(({ args }) => args[2]),
      },
    },
    getEvents: {
      span: `${prefix}.get_events`,
      sampling,
      attributes: {
        [attr.ATTR_AGGREGATE_ID]: ({ args }) => args[0],
        [attr.ATTR_AGGREGATE_TYPE]: ({ args }) => args[1]?.aggregateType ?? 'any',
        [attr.ATTR_FROM_VERSION]: ({ args }) => args[1]?.fromVersion ?? 0,
        ...statement(database, 'SELECT'),
      },
    },
    readStream: {
      span: `${prefix}.read_stream`,
      gives: 'iterator',
      sampling,
      attributes: {
        [attr.ATTR_STREAM_ID]: ({ args }) => args[0],
        [attr.ATTR_POSITION]: ({ args }) => args[1]?.fromPosition ?? 0,
        ...statement(database, 'SELECT'),
      },
    },
    readAll: {
      span: `${prefix}.read_all`,
      gives: 'iterator',
      sampling,
      attributes: {
        [attr.ATTR_POSITION]: ({ args }) => args[0]?.fromPosition ?? 0,
        ...statement(database, 'SELECT'),
      },
    },
  });
}

export const eventStores: readonly Aspect[] = overBackends('EventStore', 'stores', (database) =>
  storeRows(database === undefined ? 'in_memory_event_store' : `${database.system}_event_store`, database),
);
