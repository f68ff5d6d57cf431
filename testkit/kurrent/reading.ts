// SPDX-License-Identifier: Apache-2.0
// How clients read from the stand-in, and subscribe to it.
import type * as GrpcModule from '@grpc/grpc-js';
import type * as PersistentModule from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/persistentsubscriptions_pb.js';
import type * as StreamsModule from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import type { EventLog, LoggedEvent } from './event-log.js';
import {
  identifierOf,
  nameIn,
  persistent,
  persistentResponse,
  positionText,
  readResponse,
  streams,
  uuidIn,
} from './messages.js';

type ReadCall = GrpcModule.ServerWritableStream<StreamsModule.ReadReq, StreamsModule.ReadResp>;

/** Of `event_store.client.streams.Streams`. */
export function readHandler(
  log: EventLog,
): GrpcModule.handleServerStreamingCall<StreamsModule.ReadReq, StreamsModule.ReadResp> {
  return (call) => {
    const options = call.request.getOptions();
    if (options === undefined) call.end();
    else if (options.hasSubscription()) subscribe(log, call, options);
    else read(log, call, options);
  };
}

function read(log: EventLog, call: ReadCall, options: StreamsModule.ReadReq.Options): void {
  const stream = streamOf(options);
  const events = log.events(stream);
  if (events === undefined) {
    const missing = new streams.ReadResp.StreamNotFound();
    missing.setStreamIdentifier(identifierOf(stream ?? ''));
    const response = new streams.ReadResp();
    response.setStreamNotFound(missing);
    call.write(response);
  } else {
    const wanted = events.filter(isWanted(options));
    const inOrder = options.getReadDirection() === 1 ? backwards(wanted, options) : forwards(wanted, options);
    for (const event of inOrder.slice(0, Number(options.getCount()))) call.write(readResponse(event));
  }
  call.end();
}

/** Everything that is there, that this was it, and what comes then. */
function subscribe(log: EventLog, call: ReadCall, options: StreamsModule.ReadReq.Options): void {
  const stream = streamOf(options);
  const { ReadResp } = streams;
  const confirmation = new ReadResp.SubscriptionConfirmation();
  confirmation.setSubscriptionId('subscription');
  const confirmed = new ReadResp();
  confirmed.setConfirmation(confirmation);
  call.write(confirmed);

  const isWantedHere = isWanted(options);
  for (const event of behind((log.events(stream) ?? []).filter(isWantedHere), options)) call.write(readResponse(event));
  const caughtUp = new ReadResp();
  caughtUp.setCaughtUp(new ReadResp.CaughtUp());
  call.write(caughtUp);
  const stop = log.follow((event) => {
    if ((stream === undefined || event.stream === stream) && isWantedHere(event)) call.write(readResponse(event));
  });
  call.on('cancelled', stop);
}

function streamOf(options: StreamsModule.ReadReq.Options): string | undefined {
  return options.hasStream() ? nameIn(options.getStream()?.getStreamIdentifier()) : undefined;
}

function isWanted(options: StreamsModule.ReadReq.Options): (event: LoggedEvent) => boolean {
  const filter = options.getFilter();
  const expression = filter?.getStreamIdentifier() ?? filter?.getEventType();
  if (filter === undefined || expression === undefined) return () => true;
  const text = ({ stream, type }: LoggedEvent) => (filter.hasStreamIdentifier() ? stream : type);
  const prefixes = expression.getPrefixList();
  if (prefixes.length > 0) return (event) => prefixes.some((prefix) => text(event).startsWith(prefix));
  const pattern = new RegExp(expression.getRegex());
  return (event) => pattern.test(text(event));
}

/** Where it begins, as something that events can be compared with. */
function startOf(options: StreamsModule.ReadReq.Options): {
  readonly at: (event: LoggedEvent) => number;
  readonly start: number;
} {
  const one = options.getStream();
  if (one !== undefined) {
    const start = one.hasStart() ? 0 : one.hasEnd() ? Number.POSITIVE_INFINITY : Number(one.getRevision());
    return { at: ({ revision }) => revision, start };
  }
  const all = options.getAll();
  const position = Number(all?.getPosition()?.getCommitPosition() ?? 0);
  const start = all?.hasEnd() === true ? Number.POSITIVE_INFINITY : all?.hasStart() === true ? 0 : position;
  return { at: (event) => Number(positionText(event)), start };
}

function forwards(events: readonly LoggedEvent[], options: StreamsModule.ReadReq.Options): LoggedEvent[] {
  const { at, start } = startOf(options);
  return events.filter((event) => at(event) >= start);
}

function backwards(events: readonly LoggedEvent[], options: StreamsModule.ReadReq.Options): LoggedEvent[] {
  const { at, start } = startOf(options);
  return events.filter((event) => at(event) <= start).reverse();
}

/** A subscription begins behind what it is given, but at the very start. */
function behind(events: readonly LoggedEvent[], options: StreamsModule.ReadReq.Options): LoggedEvent[] {
  const { at, start } = startOf(options);
  const isFromStart = options.getStream()?.hasStart() === true || options.getAll()?.hasStart() === true;
  return isFromStart ? [...events] : events.filter((event) => at(event) > start);
}

/**
 * Of `event_store.client.persistent_subscriptions.PersistentSubscriptions`: every group begins at the start, has one consumer, and
 * gives an event again that is sent back for that.
 */
export function persistentHandler(
  log: EventLog,
): GrpcModule.handleBidiStreamingCall<PersistentModule.ReadReq, PersistentModule.ReadResp> {
  return (call) => {
    const tries = new Map<string, number>();
    let stop = () => {};
    const give = (event: LoggedEvent): void => {
      call.write(persistentResponse(event, tries.get(event.id) ?? 0));
      tries.set(event.id, (tries.get(event.id) ?? 0) + 1);
    };
    call.on('data', (request: PersistentModule.ReadReq) => {
      const options = request.getOptions();
      const nack = request.getNack();
      if (options !== undefined) {
        const stream = options.hasAll() ? undefined : nameIn(options.getStreamIdentifier());
        const confirmation = new persistent.ReadResp.SubscriptionConfirmation();
        confirmation.setSubscriptionId(`${stream ?? '$all'}::${options.getGroupName()}`);
        const confirmed = new persistent.ReadResp();
        confirmed.setSubscriptionConfirmation(confirmation);
        call.write(confirmed);
        for (const event of log.events(stream) ?? []) give(event);
        stop = log.follow((event) => {
          if (stream === undefined || event.stream === stream) give(event);
        });
      } else if (nack?.getAction() === persistent.ReadReq.Nack.Action.RETRY) {
        const ids = new Set(nack.getIdsList().map(uuidIn));
        for (const event of log.events() ?? []) if (ids.has(event.id)) give(event);
      }
    });
    call.on('cancelled', () => stop());
    call.on('end', () => {
      stop();
      call.end();
    });
  };
}
