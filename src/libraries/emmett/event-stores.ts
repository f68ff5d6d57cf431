// SPDX-License-Identifier: Apache-2.0
// Event stores: objects that functions of the packages make. The spans of a store are named after what it keeps its events in.
import type { Event, EventStore, ReadEvent, ReadEventMetadataWithGlobalPosition } from '@event-driven-io/emmett';
import type { Attributes } from '@opentelemetry/api';
import * as attr from '../../conventions/attributes.js';
import { SPAN_LOAD, SPAN_PROJECTION } from '../../conventions/spans.js';
import { type Aspect, type Call, type Facts, type Recipe, type Row, type Rows, rows } from '../../weaving/aspect.js';
import type { ContextWords } from '../../weaving/origins.js';
import { withConflict, withEvents } from '../appended.js';
import { ATTR_CONFLICT } from '../attributes.js';
import { listed } from '../listed.js';
import { projectionRecords } from '../logs/handling.js';
import { eventsWith, PERSIST_CONTEXT, withItem } from '../stored-context.js';
import { attempted } from './attempts.js';
import { consuming } from './consumers.js';
import { appendingRecords, loadingRecords } from './logs.js';
import { appending, loading, projecting, reading, type System } from './metrics.js';
import { conflictVersion, expectedVersion, isConflict, replayed } from './versions.js';

type Store = EventStore<ReadEventMetadataWithGlobalPosition>;

/** What a read tells the load that it is made by. */
interface Read extends Facts {
  readonly replayed?: number;
}

function versionOfLast(events: readonly ReadEvent[]): bigint | undefined {
  return events[events.length - 1]?.metadata.streamPosition;
}

/** A stream may have any name here that a map has a key for. */
function streamOf({ args: [name] }: { readonly args: readonly unknown[] }): string | undefined {
  return typeof name === 'string' ? name : undefined;
}

/** Also for what is no list: callers pass anything. */
function eventsIn(given: unknown): readonly (Event | null | undefined)[] {
  return Array.isArray(given) ? given : [];
}

/** What an append also gives where all events of a store have one order. */
type Positioned = { readonly lastEventGlobalPosition?: bigint };

/** Into the metadata of the events, which is stored with them. */
const storing: ContextWords<Call> = {
  sends: {
    optIn: PERSIST_CONTEXT,
    args: ({ args }, fields) => withItem(args, 1, (events) => eventsWith(events, fields)),
  },
};

/**
 * @param system what the events are kept in, as the beginning of the names of spans
 * @param sampling constants of the spans that talk to a database
 */
function storeRows(system: System, sampling?: Attributes): Rows {
  return rows<Store>({
    appendToStream: {
      span: `${system}_event_store.append_events`,
      sampling,
      context: storing,
      attributes: {
        [attr.ATTR_STREAM_ID]: streamOf,
        [attr.ATTR_EVENT_TYPE]: ({ args }) => listed(eventsIn(args[1]), (event) => event?.type),
        [attr.ATTR_EVENT_COUNT]: ({ args }) => eventsIn(args[1]).length,
        [attr.ATTR_EXPECTED_VERSION]: ({ args }) => expectedVersion(args[2]?.expectedStreamVersion),
      },
      result: {
        [attr.ATTR_VERSION]: ({ result }) => result.nextExpectedStreamVersion,
        [attr.ATTR_POSITION]: ({ result }) => (result as Positioned).lastEventGlobalPosition,
      },
      failure: {
        [ATTR_CONFLICT]: ({ error }) => (isConflict(error) ? true : undefined),
        [attr.ATTR_VERSION]: ({ error }) => conflictVersion(error),
      },
      hands({ args, failed, error }, held) {
        if (!failed) return withEvents(held, eventsIn(args[1]), (event) => event?.type);
        return isConflict(error) ? withConflict(held) : undefined;
      },
      handsFailed: true,
      metrics: appending(system),
      logs: appendingRecords(system),
    },
    readStream: {
      span: `${system}_event_store.get_events`,
      sampling,
      attributes: {
        [attr.ATTR_STREAM_ID]: streamOf,
        [attr.ATTR_FROM_VERSION]: ({ args }) => args[1]?.from,
      },
      result: {
        [attr.ATTR_EVENT_COUNT]: ({ result }) => result.events.length,
        [attr.ATTR_VERSION]: ({ result }) => versionOfLast(result.events),
      },
      hands: ({ result }): Read => ({ replayed: result.events.length }),
      metrics: reading(system),
    },
    aggregateStream: {
      span: SPAN_LOAD,
      attributes: { [attr.ATTR_STREAM_ID]: streamOf },
      result: {
        'events.replayed': replayed,
        [attr.ATTR_VERSION]: ({ result }) => result.currentStreamVersion,
      },
      // It may find at once that the stream is not what a command was told to expect.
      hands: ({ args: [stream, options], failed, error }, held) => ({
        ...attempted(held, stream, options),
        ...(failed && isConflict(error) ? withConflict(held) : {}),
      }),
      handsFailed: true,
      metrics: loading,
      logs: loadingRecords,
    },
  });
}

type Handle = Call<{ readonly name?: string } | undefined, readonly [events: unknown, ...unknown[]], unknown>;

const projectedEvents: Recipe<Handle> = {
  [attr.ATTR_PROJECTION_NAME]: ({ self }) => self?.name,
  [attr.ATTR_EVENT_TYPE]: ({ args }) => listed(eventsIn(args[0]), (event) => event?.type),
  [attr.ATTR_EVENT_COUNT]: ({ args }) => eventsIn(args[0]).length,
};

/** An inline projection, called below the append. */
const projection: Row<Handle> = {
  span: SPAN_PROJECTION,
  attributes: projectedEvents,
  metrics: projecting,
  logs: projectionRecords(projectedEvents),
};

const inMemory = {
  target: 'getInMemoryEventStore',
  family: 'stores',
  call: {
    reaches: { handlers: { '0.projections.*.projection.handle': projection }, result: storeRows('in_memory') },
  },
} as const satisfies Aspect;

const postgresql = storeRows('postgresql', { [attr.ATTR_DB_SYSTEM]: 'postgresql' });

/** A command works on a store of its own: that of a session, which a callback is given. */
const onPostgreSQL = {
  target: 'getPostgreSQLEventStore',
  family: 'stores',
  call: {
    reaches: {
      handlers: { '1.projections.*.projection.handle': projection },
      result: {
        ...postgresql,
        consumer: consuming,
        withSession: { reaches: { handlers: { 0: { reaches: { objects: { 'args.0.eventStore': postgresql } } } } } },
      },
    },
  },
} as const satisfies Aspect;

const onSQLite = {
  target: 'getSQLiteEventStore',
  family: 'stores',
  call: {
    reaches: {
      handlers: { '0.projections.*.projection.handle': projection },
      result: { ...storeRows('sqlite', { [attr.ATTR_DB_SYSTEM]: 'sqlite' }), consumer: consuming },
    },
  },
} as const satisfies Aspect;

export const eventStores: readonly Aspect[] = [inMemory, onPostgreSQL, onSQLite];
