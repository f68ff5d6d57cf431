// SPDX-License-Identifier: Apache-2.0
// Guide, "Event Stores", and the two reads that stream, which are of their kind.
import type { EventStore } from 'eventsource';
import * as attr from '../../conventions/attributes.js';
import { type BackEnd, inMemory, overBackEnds, postgresql, type StoredRows, sqlite, storedRows } from './back-ends.js';
import { ofEvents, typesOf } from './events.js';
import { snakeCase } from './names.js';
import { none } from './unspanned.js';

/** The rows of one store: its spans are named after its class. */
function storeRows({ prefix, database }: BackEnd): StoredRows {
  const store = `${snakeCase(prefix)}_event_store`;
  return storedRows<EventStore>({
    appendEvents: {
      span: `${store}.append_events`,
      does: 'insert',
      when: ({ args }) => args[2]?.length !== 0,
      attributes: {
        [attr.ATTR_AGGREGATE_ID]: ({ args }) => args[0],
        [attr.ATTR_AGGREGATE_TYPE]: ({ args }) => args[1],
        [attr.ATTR_EVENT_COUNT]: ({ args }) => args[2]?.length,
        [attr.ATTR_EXPECTED_VERSION]: ({ args }) => args[3],
        ...(database === undefined ? {} : { [attr.ATTR_EVENT_TYPE]: ({ args }) => typesOf(args[2]) }),
        ...ofEvents(({ args }) => args[2]),
      },
    },
    getEvents: {
      span: `${store}.get_events`,
      does: 'read',
      attributes: {
        [attr.ATTR_AGGREGATE_ID]: ({ args }) => args[0],
        [attr.ATTR_AGGREGATE_TYPE]: ({ args }) => args[1]?.aggregateType ?? 'any',
        [attr.ATTR_FROM_VERSION]: ({ args }) => args[1]?.fromVersion ?? 0,
      },
    },
    readStream: {
      span: `${store}.read_stream`,
      gives: 'iterator',
      does: 'read',
      attributes: {
        [attr.ATTR_STREAM_ID]: ({ args }) => args[0],
        [attr.ATTR_POSITION]: ({ args }) => args[1]?.fromPosition ?? 0,
      },
    },
    readAll: {
      span: `${store}.read_all`,
      gives: 'iterator',
      does: 'read',
      attributes: { [attr.ATTR_POSITION]: ({ args }) => args[0]?.fromPosition ?? 0 },
    },
  });
}

export const eventStores = overBackEnds({
  name: 'EventStore',
  family: 'stores',
  backEnds: [
    {
      ...inMemory,
      unspanned: none('eventsource-py has none', 'clear', 'getAllEvents', 'getEventCount', 'getAggregateIds'),
    },
    { ...sqlite, unspanned: none('set-up and end', 'initialize', 'connect', 'close', '[Symbol.asyncDispose]') },
    postgresql,
  ],
  rows: storeRows,
  unspanned: none('eventsource-py has none', 'getEventsByType', 'eventExists', 'getStreamVersion', 'getGlobalPosition'),
});
