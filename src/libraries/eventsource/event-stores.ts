// SPDX-License-Identifier: Apache-2.0
// Guide, "Event Stores", and the two reads that stream, which are of their kind.
import type { EventStore } from 'eventsource';
import type { SQLiteEventStore } from 'eventsource/stores';
import * as attr from '../../conventions/attributes.js';
import { type Aspect, type Call, rows } from '../../weaving/aspect.js';
import {
  inMemory,
  loggerOver,
  overBackEnds,
  postgresql,
  rowsOver,
  type StoredRows,
  sqlite,
  storedRows,
} from './back-ends.js';
import { ofEvents, typesOf } from './events.js';
import { appendRecords, closeRecords, connectRecords, initializeRecords } from './logs/event-stores.js';
import { noteAppended } from './metrics/heads.js';
import { appends, reads, type StoreClass } from './metrics/stores.js';
import { gauges } from './metrics/subscription-gauges.js';
import { classNameOf, storeNameOf } from './names.js';
import { ownSwitch } from './shared.js';
import { none } from './unspanned.js';

type SpanName = string | ((call: Call<EventStore, unknown, unknown>) => string);

/** The rows of a store. Its spans and measurements are named after its class. */
function storeRows(
  span: (operation: string) => SpanName,
  logger: string,
  tellsTypes: boolean,
  storeClass: StoreClass,
): StoredRows {
  return storedRows<EventStore>({
    appendEvents: {
      span: span('append_events'),
      does: 'insert',
      when: ({ args }) => args[2]?.length !== 0,
      attributes: {
        [attr.ATTR_AGGREGATE_ID]: ({ args }) => args[0],
        [attr.ATTR_AGGREGATE_TYPE]: ({ args }) => args[1],
        [attr.ATTR_EVENT_COUNT]: ({ args }) => args[2]?.length,
        [attr.ATTR_EXPECTED_VERSION]: ({ args }) => args[3],
        ...(tellsTypes ? { [attr.ATTR_EVENT_TYPE]: ({ args }) => typesOf(args[2]) } : {}),
        ...ofEvents(({ args }) => args[2]),
      },
      life: { gauges, after: ({ self, result }) => noteAppended(self, result?.globalPosition) },
      metrics: appends(storeClass),
      logs: appendRecords(logger),
    },
    getEvents: {
      span: span('get_events'),
      does: 'read',
      attributes: {
        [attr.ATTR_AGGREGATE_ID]: ({ args }) => args[0],
        [attr.ATTR_AGGREGATE_TYPE]: ({ args }) => args[1]?.aggregateType ?? 'any',
        [attr.ATTR_FROM_VERSION]: ({ args }) => args[1]?.fromVersion ?? 0,
      },
      metrics: reads(storeClass),
    },
    readStream: {
      span: span('read_stream'),
      gives: 'iterator',
      does: 'read',
      attributes: {
        [attr.ATTR_STREAM_ID]: ({ args }) => args[0],
        [attr.ATTR_POSITION]: ({ args }) => args[1]?.fromPosition ?? 0,
      },
    },
    readAll: {
      span: span('read_all'),
      gives: 'iterator',
      does: 'read',
      attributes: { [attr.ATTR_POSITION]: ({ args }) => args[0]?.fromPosition ?? 0 },
    },
  });
}

/** The stores of the library. Which types it appends, one in memory does not tell. */
const own = overBackEnds({
  name: 'EventStore',
  family: 'stores',
  backEnds: [
    {
      ...inMemory,
      unspanned: none('eventsource-py has none', 'clear', 'getAllEvents', 'getEventCount', 'getAggregateIds'),
    },
    {
      ...sqlite,
      extra: rows<SQLiteEventStore>({
        initialize: { logs: initializeRecords },
        connect: { when: ({ self }) => !self.isConnected, logs: connectRecords },
        close: { when: ({ self }) => self.isConnected, logs: closeRecords },
      }),
      unspanned: none('set-up and end', 'initialize', 'connect', 'close', '[Symbol.asyncDispose]'),
    },
    postgresql,
  ],
  rows: (backEnd) =>
    storeRows(
      (operation) => `${storeNameOf(`${backEnd.prefix}EventStore`)}.${operation}`,
      loggerOver('stores', backEnd),
      backEnd.database !== undefined,
      `${backEnd.prefix}EventStore`,
    ),
});

/** The name is made once for each class. */
function namedAfterClass(operation: string): SpanName {
  const names = new Map<string, string>();
  return ({ self }) => {
    const className = classNameOf(self);
    const name = names.get(className) ?? `${storeNameOf(className)}.${operation}`;
    names.set(className, name);
    return name;
  };
}

/** The stores that an application derives. */
const derived = {
  target: 'EventStore',
  family: 'stores',
  tracing: ownSwitch,
  subclasses: rowsOver(
    undefined,
    storeRows(namedAfterClass, 'eventsource.stores', true, ({ self }) => classNameOf(self)),
  ),
  unspanned: none('eventsource-py has none', 'getEventsByType', 'eventExists', 'getStreamVersion', 'getGlobalPosition'),
} as const satisfies Aspect;

export const eventStores: readonly Aspect[] = [...own, derived];
