// SPDX-License-Identifier: Apache-2.0
// Event stores and connected event stores. Their methods are put on each object by the constructor.
import type { ConnectedEventStore, EventDetail, EventStore, GroupedEvent } from '@castore/core';
import * as attr from '../../conventions/attributes.js';
import { SPAN_LOAD } from '../../conventions/spans.js';
import { type Aspect, type Call, type Recipe, type RowsOf, rows } from '../../weaving/aspect.js';
import type { Fields } from '../../weaving/origins.js';
import { type Appended, withAll, withConflict, withEvents } from '../appended.js';
import { ATTR_CONFLICT } from '../attributes.js';
import { listed, sharedBy } from '../listed.js';
import { storeSystems } from '../store-systems.js';
import { eventWith, PERSIST_CONTEXT, withItem } from '../stored-context.js';
import { loadedRecords, pushGroupRecords, pushRecords } from './logs.js';
import { adapterOf, loaded, pushed, pushedTogether, read } from './metrics.js';
import { expectedVersion, isConflict } from './told.js';

type OfStore<Args extends readonly unknown[] = readonly unknown[]> = Call<EventStore, Args, unknown>;

/** Of the class of the storage adapter; the two for DynamoDB say how they lay out their tables. */
const systemOf = storeSystems(/(?:SingleTable)?EventStorageAdapter$/);

type AnyOutcome = Pick<Call, 'failed' | 'error'>;

const storeOf = ({ self }: OfStore): EventStore => self;

/** Spans are named after what the events are stored in. */
function named<C>(
  operation: string,
  storeOf: (call: C) => { readonly eventStorageAdapter?: object | undefined } | undefined,
) {
  return (call: C) => systemOf(storeOf(call)?.eventStorageAdapter).spanOf(operation);
}

const ofStore: Recipe<OfStore> = { [attr.ATTR_AGGREGATE_TYPE]: ({ self }) => self.eventStoreId };

const idAndType: Recipe<OfStore<readonly [string, ...unknown[]]>> = {
  [attr.ATTR_AGGREGATE_ID]: ({ args }) => args[0],
  ...ofStore,
};

const ofConflict: Recipe<{ readonly error: unknown }> = {
  [ATTR_CONFLICT]: ({ error }) => (isConflict(error) ? true : undefined),
};

/** What an append tells the command above it. */
function told(events: readonly Pick<EventDetail, 'type'>[], { failed, error }: AnyOutcome, held: Appended): Appended {
  if (!failed) return withEvents(held, events, (event) => event?.type);
  return isConflict(error) ? withConflict(held) : {};
}

const pushEvent: RowsOf<EventStore> = {
  pushEvent: {
    span: named('append_events', storeOf),
    context: {
      sends: {
        optIn: PERSIST_CONTEXT,
        args: ({ args }, fields) => withItem(args, 0, (event) => eventWith(event, fields)),
      },
    },
    attributes: {
      [attr.ATTR_AGGREGATE_ID]: ({ args }) => args[0]?.aggregateId,
      ...ofStore,
      [attr.ATTR_EVENT_TYPE]: ({ args }) => args[0]?.type,
      [attr.ATTR_EVENT_COUNT]: 1,
      [attr.ATTR_EXPECTED_VERSION]: expectedVersion,
    },
    result: { [attr.ATTR_VERSION]: ({ result }) => result.event.version },
    failure: ofConflict,
    hands: (call, held) => told([call.args[0]], call, held),
    handsFailed: true,
    metrics: pushed,
    logs: pushRecords,
  },
};

/** A read in reverse ends at its first event. */
function lastVersion(events: readonly EventDetail[]): number | undefined {
  const [first, last] = [events[0]?.version, events[events.length - 1]?.version];
  return first === undefined || last === undefined ? undefined : Math.max(first, last);
}

const reads = rows<EventStore>({
  getEvents: {
    span: named('get_events', storeOf),
    attributes: { ...idAndType, [attr.ATTR_FROM_VERSION]: ({ args }) => args[1]?.minVersion },
    result: {
      [attr.ATTR_EVENT_COUNT]: ({ result }) => result.events.length,
      [attr.ATTR_VERSION]: ({ result }) => lastVersion(result.events),
    },
    metrics: read,
  },
  getAggregate: {
    span: SPAN_LOAD,
    attributes: idAndType,
    result: {
      'events.replayed': ({ result }) => result.events.length,
      [attr.ATTR_VERSION]: ({ result }) => result.aggregate?.version,
    },
    metrics: loaded,
    logs: loadedRecords,
  },
});

type PushGroup = Call<unknown, ArrayLike<unknown>, Awaited<ReturnType<(typeof EventStore)['pushEventGroup']>>>;

/** All but the options, which may come first. */
function grouped({ args }: { readonly args: ArrayLike<unknown> }): GroupedEvent[] {
  return Array.from(args).filter((given): given is GroupedEvent => (given as GroupedEvent | undefined)?.event != null);
}

const idInGroup = (group: readonly GroupedEvent[]) => sharedBy(group, ({ event }) => event.aggregateId);
const typeInGroup = (group: readonly GroupedEvent[]) => sharedBy(group, ({ context }) => context?.eventStoreId);

/** Events of one aggregate have versions in common; others have none. */
function isOfOne(group: readonly GroupedEvent[]): boolean {
  return idInGroup(group) !== undefined && typeInGroup(group) !== undefined;
}

function versionReached(call: PushGroup): number | undefined {
  const { eventGroup } = call.result;
  return isOfOne(grouped(call)) ? eventGroup[eventGroup.length - 1]?.event.version : undefined;
}

function versionExpected(call: PushGroup): number | undefined {
  const group = grouped(call);
  const first = group[0]?.event;
  return first !== undefined && isOfOne(group)
    ? expectedVersion({ args: [first, isForced(call) ? { force: true } : {}] })
    : undefined;
}

/** The options come first, where there are any. */
function isForced({ args }: PushGroup): boolean {
  return (args[0] as { readonly force?: unknown } | undefined)?.force === true;
}

/** Of the library's own class, which it asks for. */
function groupedWith(given: unknown, fields: Fields): unknown {
  const { event } = (given ?? {}) as Partial<GroupedEvent>;
  const copy = eventWith(event, fields);
  return copy === event ? given : Object.assign(Object.create(Object.getPrototypeOf(given)), given, { event: copy });
}

const adapterOfGroup = (call: PushGroup) => ({ eventStorageAdapter: grouped(call)[0]?.eventStorageAdapter });

const ofGroup = {
  [attr.ATTR_AGGREGATE_ID]: (call) => idInGroup(grouped(call)),
  [attr.ATTR_AGGREGATE_TYPE]: (call) => typeInGroup(grouped(call)),
} as const satisfies Recipe<PushGroup>;

const pushEventGroup = rows<typeof EventStore>({
  pushEventGroup: {
    span: named('append_events', adapterOfGroup),
    context: {
      sends: {
        optIn: PERSIST_CONTEXT,
        args: ({ args }, fields) => Array.from(args as ArrayLike<unknown>, (given) => groupedWith(given, fields)),
      },
    },
    attributes: {
      ...ofGroup,
      [attr.ATTR_EVENT_TYPE]: (call) => listed(grouped(call), ({ event }) => event.type),
      [attr.ATTR_EVENT_COUNT]: (call) => grouped(call).length,
      [attr.ATTR_EXPECTED_VERSION]: versionExpected,
    },
    result: { [attr.ATTR_VERSION]: versionReached },
    failure: ofConflict,
    hands: (call, held) =>
      told(
        grouped(call).map(({ event }) => event),
        call,
        held,
      ),
    handsFailed: true,
    metrics: pushedTogether<PushGroup>({
      component: (call) => adapterOf(adapterOfGroup(call)),
      type: ofGroup[attr.ATTR_AGGREGATE_TYPE],
      count: (call) => grouped(call).length,
    }),
    logs: pushGroupRecords<PushGroup>({
      stream: ofGroup,
      count: (call) => grouped(call).length,
      version: versionReached,
      expected: versionExpected,
    }),
  },
});

const eventStore = {
  target: 'EventStore',
  family: 'stores',
  statics: pushEventGroup,
  fields: { ...rows<EventStore>(pushEvent), ...reads },
} as const satisfies Aspect;

/** It reads with the functions of the store that it is around, and appends through it: that one is measured, and tells of it. */
const connectedEventStore = {
  target: 'ConnectedEventStore',
  family: 'stores',
  shape: ['onEventPushed', 'eventStorageAdapter'] satisfies (keyof ConnectedEventStore)[],
  fields: rows<EventStore>({
    pushEvent: {
      ...pushEvent.pushEvent,
      hands: ({ facts }, held) => withAll(held, facts),
      metrics: undefined,
      logs: undefined,
    },
  }),
} as const satisfies Aspect;

export const eventStores: readonly Aspect[] = [eventStore, connectedEventStore];
