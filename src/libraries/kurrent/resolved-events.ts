// SPDX-License-Identifier: Apache-2.0
// Events as the clients give them: the event, or a link, which may lead to one that is gone.

/** One that is stored, as far as the tables read it. */
interface Stored {
  readonly id?: string;
  readonly type?: string;
  readonly streamId?: string;
  readonly revision?: bigint;
  readonly position?: { readonly commit?: bigint };
  readonly metadata?: unknown;
  readonly created?: unknown;
}

export interface Resolved {
  readonly event?: Stored;
  readonly link?: Stored;
  readonly commitPosition?: bigint;
  /** Of a persistent subscription. */
  readonly retryCount?: number;
}

export function asResolved(item: unknown): Resolved | undefined {
  return typeof item === 'object' && item !== null ? item : undefined;
}

/** In the stream that is read: that of the link, where there is one. */
export function revisionOf(resolved: Resolved | undefined): bigint | undefined {
  return (resolved?.link ?? resolved?.event)?.revision;
}

/** In the order of all events, where the server tells. */
export function positionOf(resolved: Resolved | undefined): bigint | undefined {
  return (resolved?.link ?? resolved?.event)?.position?.commit ?? resolved?.commitPosition;
}
