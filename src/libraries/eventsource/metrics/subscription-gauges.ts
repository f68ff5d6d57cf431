// SPDX-License-Identifier: Apache-2.0
// What is observed of subscriptions: their state, how far they are behind, how a catch-up gets on, and whether one is stuck.
import type { Subscription, SubscriptionState } from 'eventsource/subscriptions';
import { ATTR_SUBSCRIPTION_NAME } from '../../../conventions/attributes.js';
import type { Gauge, Options } from '../../../weaving/living.js';
import { knownHead } from './heads.js';
import { type Progress, progressGauges } from './progress.js';
import { askStore, inHandSince, isActive, lookAt, type Watch, waitingFor, watchOf } from './watch.js';

const SUBSCRIPTION = 'subscription';

/** Numbers of the states; 0 stands for an unknown one and is never measured. */
export const stateNumbers = {
  starting: 1,
  catching_up: 2,
  live: 3,
  paused: 4,
  stopped: 5,
  error: 6,
} as const satisfies Record<SubscriptionState, number>;

const guideName = ({ name }: Subscription) => ({ [SUBSCRIPTION]: name });
const ownName = ({ name }: Subscription) => ({ [ATTR_SUBSCRIPTION_NAME]: name });

export const state = {
  instrument: {
    kind: 'gauge',
    name: 'subscription.state',
    unit: '1',
    description: '1 starting, 2 catching up, 3 live, 4 paused, 5 stopped, 6 failed',
    question: 'Which subscriptions run?',
  },
  attributes: [SUBSCRIPTION],
  observe: (subscription: Subscription) => [
    { value: stateNumbers[subscription.state], attributes: guideName(subscription) },
  ],
} as const satisfies Gauge<Subscription>;

/** Positions between the last event that was passed and the newest one: that of the store, while the subscription runs. */
export function lagOf(subscription: Subscription): number {
  const watch = watchOf(subscription);
  if (watch === undefined || !isActive(subscription)) return subscription.lag;
  const { position, isFresh } = knownHead(watch.run.eventStore);
  const behind = Math.max(0, position - subscription.lastProcessedPosition);
  return isFresh ? behind : Math.max(behind, subscription.lag);
}

const lag = {
  instrument: {
    kind: 'gauge',
    name: 'subscription.lag',
    unit: 'events',
    description: 'Positions between the last event that was passed and the newest one of the store',
    question: 'How far is a subscription behind?',
  },
  attributes: [SUBSCRIPTION],
  asks: askStore,
  observe: (subscription: Subscription) => [{ value: lagOf(subscription), attributes: guideName(subscription) }],
} as const satisfies Gauge<Subscription>;

const lagTime = {
  instrument: {
    kind: 'gauge',
    name: 'eventsource.subscription.lag.time',
    unit: 's',
    description: 'Age of the oldest event that the subscriber takes and has not handled yet; 0 when there is none',
    question: 'How old is what a read model does not know yet?',
  },
  attributes: [ATTR_SUBSCRIPTION_NAME],
  asks: askStore,
  observe(subscription: Subscription, options: Options) {
    if (options('queryStores') === false) return [];
    const watch = watchOf(subscription);
    const waiting = watch === undefined || !isActive(subscription) ? undefined : waitingFor(subscription, watch);
    const age = waiting === undefined ? 0 : Math.max(0, Date.now() - waiting.storedAt) / 1000;
    return [{ value: age, attributes: ownName(subscription) }];
  },
} as const satisfies Gauge<Subscription>;

const STALLED_AFTER = 60_000;

const activity = {
  instrument: {
    kind: 'gauge',
    name: 'eventsource.subscription.activity',
    unit: '1',
    description: '0 not running, 1 idle, 2 behind, 3 stalled: has something to do and has not moved for too long',
    question: 'Is a subscription stuck, or is there nothing to do?',
  },
  attributes: [ATTR_SUBSCRIPTION_NAME],
  asks: askStore,
  observe(subscription: Subscription, options: Options) {
    const bound = options('stalledAfterMillis');
    const value = activityOf(subscription, typeof bound === 'number' ? bound : STALLED_AFTER);
    return [{ value, attributes: ownName(subscription) }];
  },
} as const satisfies Gauge<Subscription>;

const [NOT_RUNNING, IDLE, BEHIND, STALLED] = [0, 1, 2, 3];

function activityOf(subscription: Subscription, bound: number): number {
  const watch = watchOf(subscription);
  if (watch === undefined || subscription.isTerminal) return NOT_RUNNING;
  lookAt(subscription, watch);
  const waitingSince = workSince(subscription, watch);
  if (waitingSince === undefined) return IDLE;
  // Somebody has paused it, and knows.
  if (subscription.isPaused) return BEHIND;
  const now = performance.now();
  return now - waitingSince > bound && now - watch.movedAt > bound ? STALLED : BEHIND;
}

/** Since when there is something to do, on the monotonic clock; `undefined` when there is nothing. */
function workSince(subscription: Subscription, watch: Watch): number | undefined {
  const { run, begunAt } = watch;
  if (subscription.state === 'starting' || subscription.state === 'catching_up') return begunAt;
  const inHand = inHandSince(watch);
  if (inHand !== undefined) return inHand;
  if (run.liveRunner.bufferSize + run.liveRunner.pauseBufferSize > 0) return watch.movedAt;
  const waiting = waitingFor(subscription, watch);
  return waiting === undefined ? undefined : performance.now() - (Date.now() - waiting.storedAt);
}

function catchUpOf(subscription: Subscription): Progress | undefined {
  const watch = watchOf(subscription);
  const watermark = watch?.run.watermark;
  if (watch === undefined || watermark === undefined) return undefined;
  const { phase } = watch.run;
  const start = subscription.startPosition ?? 0;
  const target = Math.max(0, watermark - start);
  // The store may have no event at the very end that this subscription may read.
  const isDone = phase === 'processing_buffer' || phase === 'live';
  const done = isDone ? target : Math.min(target, Math.max(0, subscription.lastProcessedPosition - start));
  const isOver = isDone || subscription.isTerminal;
  return { done, target, isOver, rate: isOver ? 0 : watch.pace(done, performance.now()) };
}

const catchUp = progressGauges<Subscription>(
  'eventsource.subscription.catch_up',
  'the catch-up',
  ATTR_SUBSCRIPTION_NAME,
  (subscription) => {
    const progress = catchUpOf(subscription);
    return progress === undefined ? undefined : { progress, names: [subscription.name] };
  },
);

export const gauges = [state, lag, lagTime, activity, ...catchUp] as readonly Gauge[];
