// SPDX-License-Identifier: Apache-2.0
// What a KurrentDB server keeps, in memory: streams of events, and the order of all of them.

/** The state of a stream that an append insists on; a number is the revision of its last event. */
export type Expected = 'any' | 'no_stream' | 'stream_exists' | number;

export interface NewEvent {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

export interface LoggedEvent extends NewEvent {
  readonly stream: string;
  readonly revision: number;
  /** In the order of all events. */
  readonly position: number;
}

/** Of a stream that is not there the revision is -1. */
export interface Conflict {
  readonly stream: string;
  readonly revision: number;
}

export interface EventLog {
  /** All or nothing: several streams are one transaction. */
  append(
    appends: readonly { readonly stream: string; readonly expected: Expected; readonly events: readonly NewEvent[] }[],
  ): { readonly revisions: readonly number[]; readonly position: number } | { readonly conflict: Conflict };
  /** Events of one stream, or all, in order; `undefined` where there is no such stream. */
  events(stream?: string): readonly LoggedEvent[] | undefined;
  delete(stream: string): number;
  /** Calls back for each event that is appended from now on. @returns ends that */
  follow(onEvent: (event: LoggedEvent) => void): () => void;
}

export function createEventLog(): EventLog {
  const all: LoggedEvent[] = [];
  const streams = new Map<string, LoggedEvent[]>();
  /** First revisions of streams that were deleted: they go on counting. */
  const truncated = new Map<string, number>();
  const followers = new Set<(event: LoggedEvent) => void>();

  const revisionOf = (stream: string): number => (streams.get(stream)?.length ?? 0) - 1;
  const isThere = (stream: string): boolean => revisionOf(stream) >= (truncated.get(stream) ?? 0);

  return {
    append(appends) {
      for (const { stream, expected } of appends) {
        const revision = isThere(stream) ? revisionOf(stream) : -1;
        const fits =
          expected === 'any' ||
          (expected === 'no_stream' && revision === -1) ||
          (expected === 'stream_exists' && revision >= 0) ||
          expected === revision;
        if (!fits) return { conflict: { stream, revision } };
      }
      const revisions = appends.map(({ stream, events }) => {
        const known = streams.get(stream) ?? [];
        streams.set(stream, known);
        for (const event of events) {
          const logged = { ...event, stream, revision: known.length, position: all.length };
          known.push(logged);
          all.push(logged);
          for (const follow of followers) follow(logged);
        }
        return known.length - 1;
      });
      return { revisions, position: all.length - 1 };
    },
    events(stream) {
      if (stream === undefined) return all;
      return isThere(stream) ? streams.get(stream)?.slice(truncated.get(stream) ?? 0) : undefined;
    },
    delete(stream) {
      truncated.set(stream, revisionOf(stream) + 1);
      return all.length - 1;
    },
    follow(onEvent) {
      followers.add(onEvent);
      return () => void followers.delete(onEvent);
    },
  };
}
