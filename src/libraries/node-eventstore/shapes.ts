// SPDX-License-Identifier: Apache-2.0
// What the tables read of the library's objects, which has no types of its own.

/** Of an aggregate, or of many; an id alone is one too. */
export type Query = string | { readonly aggregateId?: string; readonly streamId?: string; readonly aggregate?: string };

export interface StoredEvent {
  readonly streamRevision: number;
  /** Which of its commit it is, from 0 on. */
  readonly commitSequence?: number;
  readonly position?: number | null;
  readonly payload: unknown;
}

export interface EventStream {
  readonly aggregateId: string;
  readonly aggregate?: string;
  readonly streamId: string;
  readonly lastRevision: number;
  readonly events: readonly StoredEvent[];
  readonly uncommittedEvents: readonly StoredEvent[];
}

export interface Snapshot {
  readonly aggregateId?: string;
  readonly streamId?: string;
  readonly aggregate?: string;
  /** Of the aggregate; `version` is that of the form of its data. */
  readonly revision?: number;
}

/** The last argument is the callback, those before it may be left out; what a method gives here is what the callback gets. */
export interface Eventstore {
  readonly store?: object;
  commit(stream: EventStream, callback?: unknown): EventStream;
  getEventStream(query: Query, ...rest: unknown[]): EventStream;
  getEventsByRevision(query: Query, ...rest: unknown[]): readonly StoredEvent[];
  getEvents(query: unknown, ...rest: unknown[]): readonly StoredEvent[];
  getEventsSince(since: Date, ...rest: unknown[]): readonly StoredEvent[];
  getLastEvent(query: Query, callback: unknown): StoredEvent | null | undefined;
  getLastEventAsStream(query: Query, callback: unknown): EventStream;
  getFromSnapshot(query: Query, ...rest: unknown[]): readonly [snapshot: Snapshot | null, stream: EventStream];
  createSnapshot(snapshot: Snapshot, callback?: unknown): unknown;
  streamEvents(query?: unknown, ...rest: unknown[]): unknown;
  streamEventsSince(since: Date, ...rest: unknown[]): unknown;
  streamEventsByRevision(query: Query, ...rest: unknown[]): unknown;
  useEventPublisher(publisher: unknown): Eventstore;
}

/** What an event calls itself by convention: the library leaves its payload to the application. */
export function eventTypeOf(payload: unknown): string | undefined {
  const { eventType, type, name, event } = Object(payload) as Readonly<Record<string, unknown>>;
  return [eventType, type, name, event].find((text): text is string => typeof text === 'string' && text !== '');
}

/** An id alone is a query for its aggregate. */
export function asQuery(given: unknown): Exclude<Query, string> {
  return typeof given === 'string' ? { aggregateId: given } : Object(given);
}

/** Revisions begin at 0; that of a stream without events is -1, which is no version that was reached. */
export function reached(revision: unknown): number | undefined {
  return typeof revision === 'number' && revision >= 0 ? revision : undefined;
}

/** Events of the last commit of a stream; nothing is known of a commit that has nobody to call back. */
export function sizeOfCommit(stream: EventStream | undefined): number | undefined {
  const last = stream?.events[stream.events.length - 1]?.commitSequence;
  return last === undefined ? undefined : last + 1;
}
