// SPDX-License-Identifier: Apache-2.0
// Appends: to one stream, or to several at once.
import type { AppendRecordInput, AppendStreamRequest, EventData, KurrentDBClient } from '@kurrent/kurrentdb-client';
import * as attr from '../../conventions/attributes.js';
import { type Call, type Failure, type Recipe, type Row, rows } from '../../weaving/aspect.js';
import type { Fields } from '../../weaving/origins.js';
import { ATTR_CONFLICT } from '../attributes.js';
import { listed, sharedBy } from '../listed.js';
import { eventWith, PERSIST_CONTEXT, withItem } from '../stored-context.js';
import { appendingRecords } from './logs.js';
import { appending } from './metrics.js';
import { named, toServer } from './names.js';
import { actualVersion, expectedVersion, isConflict } from './versions.js';

/** Callers pass anything. */
type AnEvent = Partial<EventData> | null | undefined;

function listOf<T>(given: T | readonly T[]): readonly T[] {
  return Array.isArray(given) ? given : [given as T];
}

/** Metadata of others is the application's own bytes, or has no room for a key. */
function jsonWith<T>(event: T, fields: Fields): T {
  return (event as AnEvent)?.contentType === 'application/json' ? eventWith(event, fields) : event;
}

function eachWith<T>(given: T, replaced: (item: unknown) => unknown): T {
  return (Array.isArray(given) ? Array.from(given, replaced) : replaced(given)) as T;
}

const ofConflict: Recipe<Call> = { [ATTR_CONFLICT]: ({ error }) => (isConflict(error) ? true : undefined) };

/**
 * A client may be told to give a lost race as a result (`throwOnAppendFailure=false`). The version in it is right only where the
 * server is old, so it is not told.
 */
const lostRace: Failure = {
  error: { name: 'WrongExpectedVersionError', message: 'wrong expected version', type: 'wrong-expected-version' },
};

const countOf = ({ args }: Call<unknown, readonly [stream: unknown, given: unknown, ...unknown[]], unknown>) =>
  listOf(args[1]).length;

type Append = Parameters<KurrentDBClient['appendToStream']>;
type Appended = Awaited<ReturnType<KurrentDBClient['appendToStream']>>;

const appendToStream: Row<Call<KurrentDBClient, Append, Appended>> = {
  ...toServer,
  span: named('append_events'),
  context: {
    sends: {
      optIn: PERSIST_CONTEXT,
      args: ({ args }, fields) => withItem(args, 1, (given) => eachWith(given, (event) => jsonWith(event, fields))),
    },
  },
  attributes: {
    [attr.ATTR_STREAM_ID]: ({ args: [stream] }) => stream,
    [attr.ATTR_EVENT_TYPE]: ({ args }) => listed(listOf<AnEvent>(args[1]), (event) => event?.type),
    [attr.ATTR_EVENT_COUNT]: countOf,
    [attr.ATTR_EXPECTED_VERSION]: ({ args }) => expectedVersion(args[2]),
  },
  ending: { outcome: ({ result }) => (result?.success === false ? lostRace : undefined) },
  result: {
    [attr.ATTR_VERSION]: ({ result }) => result?.nextExpectedRevision,
    [attr.ATTR_POSITION]: ({ result }) => result?.position?.commit,
  },
  failure: { ...ofConflict, [attr.ATTR_VERSION]: ({ error }) => actualVersion(error) },
  metrics: appending(countOf),
  logs: appendingRecords(countOf),
};

/** An event and the stream that it goes to. */
interface Addressed {
  readonly stream?: string | undefined;
  readonly event: AnEvent;
}

interface Responses {
  readonly position?: bigint | undefined;
  readonly responses?: readonly { readonly revision?: bigint }[];
}

type Several = Call<unknown, readonly [given: unknown, ...unknown[]], Responses>;

/**
 * @param addressed the events of one item of the list that is given
 * @param itemWith a copy of one item
 */
function appendingSeveral(
  addressed: (item: unknown) => readonly Addressed[],
  itemWith: (item: unknown, fields: Fields) => unknown,
): Row<Several> {
  const events = ({ args: [given] }: Several) => (Array.isArray(given) ? (given as unknown[]) : []).flatMap(addressed);
  return {
    ...toServer,
    span: named('append_events'),
    optional: true,
    context: {
      sends: {
        optIn: PERSIST_CONTEXT,
        args: ({ args }, fields) =>
          withItem(args, 0, (given) =>
            Array.isArray(given) ? Array.from(given as unknown[], (item) => itemWith(item, fields)) : given,
          ),
      },
    },
    attributes: {
      [attr.ATTR_STREAM_ID]: (call) => sharedBy(events(call), ({ stream }) => stream),
      [attr.ATTR_EVENT_TYPE]: (call) => listed(events(call), ({ event }) => event?.type),
      [attr.ATTR_EVENT_COUNT]: (call) => events(call).length,
    },
    result: {
      // Of the stream, where it is one.
      [attr.ATTR_VERSION]: ({ result }) =>
        result?.responses?.length === 1 ? result.responses[0]?.revision : undefined,
      [attr.ATTR_POSITION]: ({ result }) => result?.position,
    },
    failure: ofConflict,
    metrics: appending((call: Several) => events(call).length),
  };
}

const multiStreamAppend = appendingSeveral(
  (item) => {
    const { streamName, events } = Object(item) as Partial<AppendStreamRequest>;
    return (events ?? []).map((event) => ({ stream: streamName, event }));
  },
  (item, fields) => {
    const { events } = Object(item) as Partial<AppendStreamRequest>;
    if (!Array.isArray(events)) return item;
    return { ...(item as AppendStreamRequest), events: events.map((event) => jsonWith(event, fields)) };
  },
);

const appendRecords = appendingSeveral(
  (item) => {
    const { streamName, record } = Object(item) as Partial<AppendRecordInput>;
    return [{ stream: streamName, event: record }];
  },
  (item, fields) => {
    const { record } = Object(item) as Partial<AppendRecordInput>;
    return record === undefined ? item : { ...(item as AppendRecordInput), record: jsonWith(record, fields) };
  },
);

export const appends = {
  ...rows<KurrentDBClient>({ appendToStream }),
  multiStreamAppend: multiStreamAppend as Row,
  appendRecords: appendRecords as Row,
};
