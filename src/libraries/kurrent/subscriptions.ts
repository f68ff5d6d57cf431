// SPDX-License-Identifier: Apache-2.0
// Subscriptions: readable streams whose events are handled by listeners or in loops. One that catches up tells stretches of old
// events; from when it has caught up, each event. Events are handled long after they were appended: whoever handles them is linked to
// the append.
import type { KurrentDBClient } from '@kurrent/kurrentdb-client';
import { SpanKind } from '@opentelemetry/api';
import * as attr from '../../conventions/attributes.js';
import { type Call, type ItemWords, type Recipe, type Row, rows, type Streamed } from '../../weaving/aspect.js';
import type { Origin } from '../../weaving/origins.js';
import type { Measurement } from '../../weaving/signals.js';
import { batchRecords, eventRecords } from '../logs/deliveries.js';
import { handledEvents, queued, secondsQueued } from '../metrics/deliveries.js';
import { appendsOf } from '../stored-context.js';
import { asResolved, positionOf, type Resolved } from './resolved-events.js';

/** What a subscribing call is given, by what it subscribes to: names are text, and what comes behind them is options. */
interface Subscribed {
  readonly stream?: string;
  readonly group?: string;
  readonly isOfAll?: boolean;
}
type Names = (given: readonly unknown[]) => Subscribed;

const textOf = (given: unknown) => (typeof given === 'string' ? given : undefined) as string;

/** Old events that one span tells at most of, and for how long. A hundred thousand of them give a hundred spans. */
const LONGEST_STRETCH = { events: 1000, ms: 10_000 } as const;

type Handle = Call<unknown, readonly [item: unknown, isBehind: boolean, ...given: unknown[]], unknown>;
type Stretch = Call<unknown, readonly unknown[], unknown>;

const resolvedIn = ({ args: [item] }: Handle): Resolved | undefined => asResolved(item);

function givenIn({ args }: Handle): readonly unknown[] {
  const [, , ...given] = args;
  return given;
}

function originsOf(item: unknown): readonly Origin[] {
  return appendsOf([asResolved(item)?.event?.metadata]);
}

function handling(names: Names, hasPhases: boolean): Row<Handle> {
  const ofEvent: Recipe<Handle> = {
    [attr.ATTR_SUBSCRIPTION_NAME]: (call) => names(givenIn(call)).group,
    [attr.ATTR_SUBSCRIPTION_PHASE]: ({ args: [, isBehind] }) =>
      hasPhases ? (isBehind ? 'catching_up' : 'live') : undefined,
    [attr.ATTR_EVENT_TYPE]: (call) => resolvedIn(call)?.event?.type,
    [attr.ATTR_EVENT_ID]: (call) => resolvedIn(call)?.event?.id,
    [attr.ATTR_STREAM_ID]: (call) => resolvedIn(call)?.event?.streamId,
    [attr.ATTR_POSITION]: (call) => positionOf(resolvedIn(call)),
    [attr.ATTR_RETRY_COUNT]: (call) => resolvedIn(call)?.retryCount || undefined,
  };
  return {
    span: 'eventsource.processor.handle_event',
    kind: SpanKind.CONSUMER,
    timed: true,
    late: ({ args: [, isBehind] }) => isBehind,
    attributes: ofEvent,
    metrics: measuring(names),
    // A group gives an event again that nobody has acknowledged.
    logs: eventRecords<Handle>({
      attributes: ofEvent,
      ...(hasPhases ? { isCatchingUp: ({ args: [, isBehind] }: Handle) => isBehind } : {}),
      goesOn: hasPhases,
    }),
    context: {
      // A subscription lives as long as the process: not below the request that has happened to start it.
      parent: ({ args: [, isBehind] }) => (isBehind ? undefined : 'root'),
      links: ({ args: [item] }) => originsOf(item),
    },
  };
}

/** Streams that the server keeps of all events, of a category or of a type. Names of others hold ids. */
const SYSTEM = /^\$(?:streams$|ce-|et-)/;

/** What a series is told by: a subscription without a group has no name. */
function seriesOf({ group, stream, isOfAll }: Subscribed): string | undefined {
  if (group !== undefined) return group;
  if (isOfAll === true) return '$all';
  return stream !== undefined && SYSTEM.test(stream) ? stream : undefined;
}

/** Of a live event that is given for the first time: one that comes again has been handled before. */
function secondsSince(call: Handle): number | undefined {
  const resolved = resolvedIn(call);
  const { created } = resolved?.event ?? {};
  const [, isBehind] = call.args;
  if (isBehind || (resolved?.retryCount ?? 0) > 0 || !(created instanceof Date)) return undefined;
  return secondsQueued(created, call.elapsedMs);
}

function measuring(names: Names): readonly Measurement<Handle>[] {
  const subscription = (call: Handle) => seriesOf(names(givenIn(call)));
  const eventType = (call: Handle) => resolvedIn(call)?.event?.type;
  return [
    ...handledEvents<Handle>({ subscription, eventType }),
    queued<Handle>({ subscription, eventType, seconds: secondsSince }),
  ];
}

function stretching(names: Names): Row<Stretch> {
  const ofStream: Recipe<Stretch> = { [attr.ATTR_STREAM_ID]: ({ args }) => names(args).stream };
  const handled: Recipe<Stretch> = {
    [attr.ATTR_EVENT_COUNT]: ({ facts }) => (facts as Streamed).items,
    [attr.ATTR_POSITION]: ({ facts }) => positionOf(asResolved((facts as Streamed).last)),
  };
  return {
    span: 'eventsource.processor.handle_batch',
    kind: SpanKind.CONSUMER,
    attributes: { ...ofStream, [attr.ATTR_SUBSCRIPTION_PHASE]: 'catching_up' },
    settled: handled,
    logs: batchRecords<Stretch>({ ...ofStream, ...handled }),
    context: { parent: () => 'root' },
  };
}

/** Options say where it begins: what begins at the end has nothing to catch up with. */
function catchingUp(names: Names, optionsOf: (given: readonly unknown[]) => unknown): ItemWords {
  return {
    each: handling(names, true) as Row,
    behind: {
      first: (given) => {
        const { fromRevision, fromPosition } = Object(optionsOf(given)) as Readonly<Record<string, unknown>>;
        return (fromRevision ?? fromPosition) !== 'end';
      },
      until: 'caughtUp',
      again: 'fellBehind',
      stretch: stretching(names) as Row,
      most: LONGEST_STRETCH.events,
      longestMs: LONGEST_STRETCH.ms,
      origins: originsOf,
    },
  };
}

/** The server gives the events of a group one by one, and says nothing of how far behind it is. */
function persistent(names: Names): ItemWords {
  return { each: handling(names, false) as Row };
}

export const subscriptions = rows<KurrentDBClient>({
  subscribeToStream: {
    reaches: {
      items: catchingUp(
        ([stream]) => ({ stream: textOf(stream) }),
        ([, options]) => options,
      ),
    },
  },
  subscribeToAll: {
    reaches: {
      items: catchingUp(
        () => ({ isOfAll: true }),
        ([options]) => options,
      ),
    },
  },
  subscribeToPersistentSubscriptionToStream: {
    reaches: { items: persistent(([stream, group]) => ({ stream: textOf(stream), group: textOf(group) })) },
  },
  subscribeToPersistentSubscriptionToAll: {
    reaches: { items: persistent(([group]) => ({ group: textOf(group) })) },
  },
});
