// SPDX-License-Identifier: Apache-2.0
// The newest position of each event store, as far as this process knows it: from appends that it has made itself, and from the
// store, which is asked for all subscriptions together.
import type { EventStore } from 'eventsource';

interface Head {
  position: number;
  /** The store's last answer holds: it was not refused, and what was appended here since is added. */
  isFresh: boolean;
  /** Appends of this process, to tell whether one has overtaken an answer. */
  appends: number;
  answer: Promise<void> | undefined;
}

const heads = new WeakMap<object, Head>();

function headOf(store: object): Head {
  const known = heads.get(store) ?? { position: 0, isFresh: false, appends: 0, answer: undefined };
  heads.set(store, known);
  return known;
}

/** Events were appended, the last of them at this position. */
export function noteAppended(store: object, position: unknown): void {
  if (typeof position !== 'number' || !(position > 0)) return;
  const head = headOf(store);
  head.position = Math.max(head.position, position);
  head.appends += 1;
}

/** The newest known position; `isFresh` when the store itself has told it. */
export function knownHead(store: object): Pick<Head, 'position' | 'isFresh'> {
  return headOf(store);
}

/** Asks the store, unless it is being asked already. Rejects when the store does. */
export function askForHead(store: EventStore): Promise<void> {
  const head = headOf(store);
  head.answer ??= answerOf(store, head).finally(() => {
    head.answer = undefined;
  });
  return head.answer;
}

async function answerOf(store: EventStore, head: Head): Promise<void> {
  const { appends } = head;
  try {
    const position = Number(await store.getGlobalPosition());
    if (!Number.isFinite(position)) throw new TypeError('the position of the store is no number');
    // A store that was emptied begins anew; an append that has ended meanwhile is not in the answer.
    head.position = head.appends === appends ? position : Math.max(position, head.position);
    head.isFresh = true;
  } catch (error) {
    head.isFresh = false;
    throw error;
  }
}
