// SPDX-License-Identifier: Apache-2.0
// Versions are revisions of streams, the first of which is 0. The packages have different words for them.

interface Expecting {
  readonly streamState?: unknown;
  readonly expectedRevision?: unknown;
}

/** What an append insists on, in the words of the package. Callers pass anything. */
export function expectationOf(options: unknown): unknown {
  const { streamState, expectedRevision } = Object(options) as Expecting;
  return streamState ?? expectedRevision;
}

/** Likewise, as a version; of a stream that is not there, -1, as in the protocol. */
export function expectedVersion(options: unknown): bigint | number | undefined {
  const expected = expectationOf(options);
  if (expected === 'no_stream') return -1;
  return asVersion(expected);
}

export function asVersion(given: unknown): bigint | number | undefined {
  return typeof given === 'bigint' || typeof given === 'number' ? given : undefined;
}

interface Conflict {
  readonly actualState?: unknown;
  readonly actualVersion?: unknown;
}

/** A lost race is told by the type of the error, whichever package it is of; of several streams, by two types. */
const CONFLICTS: readonly unknown[] = ['wrong-expected-version', 'append-consistency-violation'];

/** Anything may be thrown. */
export function isConflict(error: unknown): error is Conflict {
  try {
    return CONFLICTS.includes((error as { type?: unknown } | null | undefined)?.type);
  } catch {
    return false;
  }
}

/** The version that the stream really had. */
export function actualVersion(error: unknown): bigint | number | undefined {
  return isConflict(error) ? asVersion(error.actualState ?? error.actualVersion) : undefined;
}
