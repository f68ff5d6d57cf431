// SPDX-License-Identifier: Apache-2.0
// What the gauges of a subscription know of it beyond what it says itself: which run it has, when it last moved, and which event
// of its store waits for it.
import type { EventStore, StoredEvent } from 'eventsource';
import type { EventFilter, Subscription, TransitionCoordinator } from 'eventsource/subscriptions';
import type { Question } from '../../../weaving/questions.js';
import { canBeAsked } from './askable.js';
import { askForHead, knownHead } from './heads.js';
import { createPace, type Pace } from './pace.js';

/** The oldest event of the store that the subscriber takes and has not handled. */
export interface Waiting {
  readonly position: number;
  /** Milliseconds since the epoch. */
  readonly storedAt: number;
}

/** Of one run of a subscription. Times are milliseconds on the monotonic clock. */
export interface Watch {
  readonly run: TransitionCoordinator;
  readonly begunAt: number;
  readonly pace: Pace;
  /** When the event in hand was handed over. */
  handedAt: number;
  /** When it was last seen to have moved: its position, or the number of events that it has handled. */
  movedAt: number;
  position: number;
  handled: number;
  /** It handles events whose position nobody knows, as they come through a broker: its position stays where it is. */
  isUnplaced: boolean;
  waiting: Waiting | undefined;
  /** Up to here the store has none. */
  searchedTo: number;
  filter: EventFilter | undefined;
}

const watches = new WeakMap<Subscription, Watch>();

export function watchOf(subscription: Subscription): Watch | undefined {
  return watches.get(subscription);
}

/** A run begins. */
export function noteRun(run: TransitionCoordinator): void {
  const { subscription } = run;
  const now = performance.now();
  watches.set(subscription, {
    run,
    begunAt: now,
    pace: createPace(now),
    handedAt: now,
    movedAt: now,
    position: subscription.lastProcessedPosition,
    handled: handledBy(subscription),
    isUnplaced: false,
    waiting: undefined,
    searchedTo: 0,
    filter: undefined,
  });
}

/** An event is handed to the subscriber. */
export function noteHanded({ subscription }: { readonly subscription: Subscription }): void {
  const watch = watches.get(subscription);
  if (watch !== undefined) watch.handedAt = performance.now();
}

export function isActive({ state }: Subscription): boolean {
  return state === 'catching_up' || state === 'live' || state === 'paused';
}

/** When the subscription got the event that it has in hand; `undefined` when it has none. */
export function inHandSince({ run, handedAt }: Watch): number | undefined {
  return run.flowController.inFlight > 0 ? handedAt : undefined;
}

/** Looks whether it has moved since somebody looked last. Between two looks it may have moved at any time: the last one counts. */
export function lookAt(subscription: Subscription, watch: Watch): void {
  const { lastProcessedPosition: position } = subscription;
  const handled = handledBy(subscription);
  if (position === watch.position && handled === watch.handled) return;
  if (handled !== watch.handled) watch.isUnplaced = position === watch.position;
  watch.position = position;
  watch.handled = handled;
  watch.movedAt = inHandSince(watch) ?? performance.now();
}

function handledBy({ eventsProcessed, eventsFailed }: Subscription): number {
  return eventsProcessed + eventsFailed;
}

/** The event that waits, if it still does. */
export function waitingFor(subscription: Subscription, { waiting, isUnplaced }: Watch): Waiting | undefined {
  if (waiting === undefined || waiting.position <= subscription.lastProcessedPosition) return undefined;
  return isUnplaced && wasHandled(subscription, waiting.storedAt) ? undefined : waiting;
}

/** By the time alone, where positions tell nothing: what was stored before the last event was handled. */
function wasHandled({ lastProcessedAt }: Subscription, storedAt: number): boolean {
  return lastProcessedAt !== undefined && storedAt <= lastProcessedAt.getTime();
}

/** How far the store has got, and which event waits for a subscription that is behind. */
export const askStore: Question<Subscription> = {
  name: 'an event store',
  option: 'queryStores',
  ask(subscription) {
    const watch = watches.get(subscription);
    if (watch === undefined || !isActive(subscription) || !canBeAsked(watch.run.eventStore)) return undefined;
    return answerFor(subscription, watch);
  },
};

async function answerFor(subscription: Subscription, watch: Watch): Promise<void> {
  const { eventStore } = watch.run;
  await askForHead(eventStore);
  lookAt(subscription, watch);
  if (waitingFor(subscription, watch) !== undefined) return;
  watch.waiting = undefined;
  const isBehind = () =>
    Math.max(subscription.lastProcessedPosition, watch.searchedTo) < knownHead(eventStore).position;
  if (isBehind()) await inTurn(eventStore, () => findWaiting(subscription, watch));
}

/** Most events are of a type that somebody takes: one is read first, and a page when it is of another. */
const PAGES = [1, 255];

/** What is not found among these events is looked for behind them at the next collection. */
async function findWaiting(subscription: Subscription, watch: Watch): Promise<void> {
  const { tenantId } = subscription.config;
  for (const limit of PAGES) {
    let read = 0;
    const fromPosition = Math.max(subscription.lastProcessedPosition, watch.searchedTo);
    for await (const stored of watch.run.eventStore.readAll({ fromPosition, limit, tenantId })) {
      const storedAt = stored.storedAt.getTime();
      const isPast = watch.isUnplaced && wasHandled(subscription, storedAt);
      if (!isPast && isTaken(subscription, watch, stored)) {
        watch.waiting = { position: stored.globalPosition, storedAt };
        return;
      }
      watch.searchedTo = stored.globalPosition;
      read += 1;
    }
    if (read < limit) return;
  }
}

/** By a filter of our own: those of the library count what they are asked. */
function isTaken(subscription: Subscription, watch: Watch, { event }: StoredEvent): boolean {
  const theirs = watch.run.liveRunner.eventFilter;
  watch.filter ??= (theirs.constructor as typeof EventFilter).forSubscription(subscription);
  return watch.filter.matches(event);
}

const turns = new WeakMap<EventStore, Promise<unknown>>();

/** One after another, so that very many subscriptions that are behind put no load on a store that suffers already. */
function inTurn(store: EventStore, work: () => Promise<void>): Promise<void> {
  const turn = (turns.get(store) ?? Promise.resolve()).then(work);
  turns.set(
    store,
    turn.catch(() => {}),
  );
  return turn;
}
