// SPDX-License-Identifier: Apache-2.0
// The event store: streams that are committed and read, snapshots, and the publisher that the application gives it.
import * as attr from '../../conventions/attributes.js';
import { SPAN_LOAD, SPAN_PUBLISH, SPAN_SNAPSHOT } from '../../conventions/spans.js';
import {
  type Aspect,
  type Call,
  type Facts,
  type Recipe,
  type Row,
  type Rows,
  rows,
  type Streamed,
} from '../../weaving/aspect.js';
import { listed } from '../listed.js';
import { publishRecords } from '../logs/handling.js';
import { storeSystems } from '../store-systems.js';
import { commitRecords, loadedRecords, snapshotRecords } from './logs.js';
import { committed, loaded, pages, pagesSince, readings, readingsSince } from './metrics.js';
import { asQuery, type EventStream, type Eventstore, eventTypeOf, reached, type StoredEvent } from './shapes.js';

const systemOf = storeSystems(/(?:Event)?Store$/);

const named =
  (operation: string) =>
  ({ self }: { readonly self: Eventstore }) =>
    systemOf(self.store).spanOf(operation);

type OfQuery = Recipe<{ readonly args: ArrayLike<unknown> }>;

const ofQuery: OfQuery = {
  [attr.ATTR_AGGREGATE_ID]: ({ args }) => asQuery(args[0]).aggregateId ?? asQuery(args[0]).streamId,
  [attr.ATTR_AGGREGATE_TYPE]: ({ args }) => asQuery(args[0]).aggregate,
};

const ofStreamQuery: OfQuery = {
  ...ofQuery,
  [attr.ATTR_FROM_VERSION]: ({ args }) => (typeof args[1] === 'number' ? args[1] : undefined),
};

const ofStream: Recipe<{ readonly result: EventStream }> = {
  [attr.ATTR_EVENT_COUNT]: ({ result }) => result?.events.length,
  [attr.ATTR_VERSION]: ({ result }) => reached(result?.lastRevision),
};

const ofEvents: Recipe<{ readonly result: readonly StoredEvent[] }> = {
  [attr.ATTR_EVENT_COUNT]: ({ result }) => result?.length,
};

const callback = { callback: 'first' } as const;

/** Of a call that may be given none: the library does not wait for itself then. */
const anyCallback = { callback: 'first', supplies: 1 } as const;

const appends = rows<Eventstore>({
  commit: {
    span: named('append_events'),
    ending: anyCallback,
    when: ({ args }) => args[0]?.uncommittedEvents?.length !== 0,
    attributes: {
      ...ofQuery,
      [attr.ATTR_STREAM_ID]: ({ args }) => args[0]?.streamId,
      [attr.ATTR_EVENT_TYPE]: ({ args }) => listed(args[0]?.uncommittedEvents, ({ payload }) => eventTypeOf(payload)),
      [attr.ATTR_EVENT_COUNT]: ({ args }) => args[0]?.uncommittedEvents.length,
      [attr.ATTR_EXPECTED_VERSION]: ({ args }) => args[0]?.lastRevision,
    },
    result: {
      [attr.ATTR_VERSION]: ({ result }) => reached(result?.lastRevision),
      [attr.ATTR_POSITION]: ({ result }) => result?.events[result.events.length - 1]?.position,
    },
    metrics: committed,
    logs: commitRecords,
  },
});

const read = { span: named('get_events'), ending: callback, metrics: readings } as const;

type Page = Call<object, readonly unknown[], readonly StoredEvent[]>;

/** The next page of a read is read off the store behind, by a function that the page before has. */
const page: Row<Page> = {
  span: ({ self }) => systemOf(self).spanOf('get_events'),
  ending: callback,
  when: ({ self, enclosing }) => (enclosing?.self as Partial<Eventstore> | undefined)?.store !== self,
  result: ofEvents,
};

const furtherPages = {
  getEvents: { ...page, attributes: ofQuery, metrics: pages },
  getEventsSince: { ...page, metrics: pagesSince },
} as const satisfies Rows;

const reads = rows<Eventstore>({
  getEventStream: { ...read, attributes: ofStreamQuery, result: ofStream },
  getEventsByRevision: {
    ...read,
    // The library itself reads a stream by it.
    when: ({ self, enclosing }) => enclosing?.self !== self,
    attributes: ofStreamQuery,
    result: {
      ...ofEvents,
      [attr.ATTR_VERSION]: ({ result }) => reached(result?.[result.length - 1]?.streamRevision),
    },
  },
  getEvents: { ...read, attributes: ofQuery, result: ofEvents, reaches: { objects: { 'self.store': furtherPages } } },
  getEventsSince: {
    ...read,
    metrics: readingsSince,
    result: ofEvents,
    reaches: { objects: { 'self.store': furtherPages } },
  },
  getLastEvent: {
    ...read,
    attributes: ofQuery,
    result: {
      [attr.ATTR_EVENT_COUNT]: ({ result }) => (result === undefined || result === null ? 0 : 1),
      [attr.ATTR_VERSION]: ({ result }) => reached(result?.streamRevision),
    },
  },
  getLastEventAsStream: { ...read, attributes: ofQuery, result: ofStream },
});

/** Of stores that can, such as those on MongoDB. */
const streaming = { gives: 'stream', optional: true } as const;
const last = ({ facts }: { readonly facts: Facts }) => (facts as Streamed).last as Partial<StoredEvent> | undefined;
const counted = { [attr.ATTR_EVENT_COUNT]: ({ facts }: { readonly facts: Facts }) => (facts as Streamed).items ?? 0 };
const isOfOne = (query: unknown) => asQuery(query).aggregateId !== undefined;

const streams = rows<Eventstore>({
  streamEvents: {
    ...streaming,
    span: (call) => named(isOfOne(call.args[0]) ? 'read_stream' : 'read_all')(call),
    metrics: readings,
    attributes: ofQuery,
    result: {
      ...counted,
      [attr.ATTR_VERSION]: (call) => (isOfOne(call.args[0]) ? reached(last(call)?.streamRevision) : undefined),
      [attr.ATTR_POSITION]: (call) => last(call)?.position,
    },
  },
  streamEventsSince: {
    ...streaming,
    span: named('read_all'),
    metrics: readingsSince,
    result: { ...counted, [attr.ATTR_POSITION]: (call) => last(call)?.position },
  },
  streamEventsByRevision: {
    ...streaming,
    span: named('read_stream'),
    metrics: readings,
    attributes: ofStreamQuery,
    result: { ...counted, [attr.ATTR_VERSION]: (call) => reached(last(call)?.streamRevision) },
  },
});

const loads = rows<Eventstore>({
  getFromSnapshot: {
    span: SPAN_LOAD,
    ending: { callback: 'all' },
    attributes: {
      ...ofQuery,
      [attr.ATTR_STREAM_ID]: ({ args }) => asQuery(args[0]).aggregateId ?? asQuery(args[0]).streamId,
    },
    result: {
      // Nothing is known of a load that has nobody to call back.
      'snapshot.used': ({ result }) => (result?.[0] ? true : undefined),
      'snapshot.version': ({ result }) => result?.[0]?.revision,
      'events.replayed': ({ result }) => result?.[1]?.events.length,
      [attr.ATTR_VERSION]: ({ result }) => reached(result?.[1]?.lastRevision),
    },
    metrics: loaded,
    logs: loadedRecords,
  },
});

const snapshots = rows<Eventstore>({
  createSnapshot: {
    span: SPAN_SNAPSHOT,
    ending: anyCallback,
    attributes: { ...ofQuery, [attr.ATTR_VERSION]: ({ args }) => args[0]?.revision },
    logs: snapshotRecords,
  },
});

/** A function of the application: whether an event leaves the process with it is not known here. */
const publisher: Row<Call> = {
  span: SPAN_PUBLISH,
  ending: callback,
  attributes: {
    [attr.ATTR_EVENT_TYPE]: ({ args }) => eventTypeOf(args[0]),
    [attr.ATTR_EVENT_COUNT]: 1,
  },
  apart: true,
  logs: publishRecords('eventsource.bus', { [attr.ATTR_EVENT_COUNT]: 1 }),
};

const publishing = rows<Eventstore>({ useEventPublisher: { reaches: { handlers: { 0: publisher } } } });

/** The class is no export of the package; objects of it come from the function that is. */
const target = 'Eventstore';

export const eventstore: readonly Aspect[] = [
  { target, family: 'stores', methods: { ...appends, ...reads, ...streams } },
  { target, family: 'aggregates', methods: loads },
  { target, family: 'snapshots', methods: snapshots },
  { target, family: 'buses', methods: publishing },
];
