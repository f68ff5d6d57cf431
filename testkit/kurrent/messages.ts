// SPDX-License-Identifier: Apache-2.0
// Messages of KurrentDB's protocol, made with the modules that its client was generated from.
import { createRequire } from 'node:module';
import type * as PersistentModule from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/persistentsubscriptions_pb.js';
import type * as SharedModule from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb.js';
import type * as StreamsModule from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import type { Expected, LoggedEvent, NewEvent } from './event-log.js';

export const fromClient = createRequire(createRequire(import.meta.url).resolve('@kurrent/kurrentdb-client'));
const generated = '../generated/kurrentdb/protocols/v1';

/** They are CommonJS whose names cannot be told without running them. */
export const streams = fromClient(`${generated}/streams_pb`) as typeof StreamsModule;
export const persistent = fromClient(`${generated}/persistentsubscriptions_pb`) as typeof PersistentModule;
export const shared = fromClient(`${generated}/shared_pb`) as typeof SharedModule;

/** .NET counts time in tenths of microseconds. The events of the stand-in are all of one moment. */
const CREATED = String(Date.UTC(2026, 0, 1) * 10_000);

export function nameIn(identifier: SharedModule.StreamIdentifier | undefined): string {
  return Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');
}

export function identifierOf(stream: string): SharedModule.StreamIdentifier {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream).toString('base64'));
  return identifier;
}

/** As text, or as two halves of 64 bits that are signed. */
export function uuidIn(uuid: SharedModule.UUID | undefined): string {
  const structured = uuid?.getStructured();
  if (structured === undefined) return uuid?.getString() ?? '';
  const half = (bits: string) => BigInt.asUintN(64, BigInt(bits)).toString(16).padStart(16, '0');
  const digits = half(structured.getMostSignificantBits()) + half(structured.getLeastSignificantBits());
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

interface ProposedMessage {
  getId(): SharedModule.UUID | undefined;
  getMetadataMap(): { get(key: string): string | undefined };
  getCustomMetadata_asU8(): Uint8Array;
  getData_asU8(): Uint8Array;
}

export function proposedIn(message: ProposedMessage): NewEvent {
  return {
    id: uuidIn(message.getId()),
    type: message.getMetadataMap().get('type') ?? '',
    contentType: message.getMetadataMap().get('content-type') ?? '',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

interface ExpectingOptions {
  hasNoStream(): boolean;
  hasStreamExists(): boolean;
  hasAny(): boolean;
}

/** @param revision the one that is insisted on, where none of the words stands there */
export function expectedIn(options: ExpectingOptions, revision: () => string): Expected {
  if (options.hasNoStream()) return 'no_stream';
  if (options.hasStreamExists()) return 'stream_exists';
  return options.hasAny() ? 'any' : Number(revision());
}

export function positionText({ position }: { readonly position: number }): string {
  return String(position * 100);
}

function fill<
  Message extends StreamsModule.ReadResp.ReadEvent.RecordedEvent | PersistentModule.ReadResp.ReadEvent.RecordedEvent,
>(message: Message, event: LoggedEvent): Message {
  const id = new shared.UUID();
  id.setString(event.id);
  message.setId(id);
  message.setStreamIdentifier(identifierOf(event.stream));
  message.setStreamRevision(String(event.revision));
  message.setPreparePosition(positionText(event));
  message.setCommitPosition(positionText(event));
  message.getMetadataMap().set('type', event.type).set('content-type', event.contentType).set('created', CREATED);
  message.setCustomMetadata(event.metadata);
  message.setData(event.data);
  return message;
}

export function readResponse(event: LoggedEvent): StreamsModule.ReadResp {
  const { ReadResp } = streams;
  const read = new ReadResp.ReadEvent();
  read.setEvent(fill(new ReadResp.ReadEvent.RecordedEvent(), event));
  read.setCommitPosition(positionText(event));
  const response = new ReadResp();
  response.setEvent(read);
  return response;
}

export function persistentResponse(event: LoggedEvent, retryCount: number): PersistentModule.ReadResp {
  const { ReadResp } = persistent;
  const read = new ReadResp.ReadEvent();
  read.setEvent(fill(new ReadResp.ReadEvent.RecordedEvent(), event));
  read.setCommitPosition(positionText(event));
  read.setRetryCount(retryCount);
  const response = new ReadResp();
  response.setEvent(read);
  return response;
}
