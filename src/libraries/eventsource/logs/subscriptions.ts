// SPDX-License-Identifier: Apache-2.0
// What is logged of the start, the stop and the state of subscriptions. A failed start is told by the step that failed, once.
import type {
  PauseResumeController,
  StartFromResolver,
  StopOptions,
  Subscription,
  SubscriptionErrorHandler,
  SubscriptionLifecycleManager,
  SubscriptionManager,
  TransitionCoordinator,
} from 'eventsource/subscriptions';
import * as attr from '../../../conventions/attributes.js';
import type { Call, Facts, Recipe } from '../../../weaving/aspect.js';
import { type CallOf, listed, loggerNamed, type Records } from '../../logs/record.js';

const manager = loggerNamed('eventsource.subscriptions.manager');
const registry = loggerNamed('eventsource.subscriptions.registry');
const lifecycle = loggerNamed('eventsource.subscriptions.lifecycle');
const transition = loggerNamed('eventsource.subscriptions.transition');
const state = loggerNamed('eventsource.subscriptions.subscription');
const pauses = loggerNamed('eventsource.subscriptions.pause_resume');
const shutdown = loggerNamed('eventsource.subscriptions.shutdown');
const failures = loggerNamed('eventsource.subscriptions.error_handling');

const SUBSCRIPTION_COUNT = 'eventsource.subscription.count';
const TIMEOUT = 'eventsource.timeout_seconds';
const DEFAULT_TIMEOUT_SECONDS = 30;

type Manager<M extends keyof SubscriptionManager> = CallOf<SubscriptionManager, M>;
type Lifecycle<M extends keyof SubscriptionLifecycleManager> = CallOf<SubscriptionLifecycleManager, M>;

const ofManager: Recipe<{ readonly self: SubscriptionManager }> = {
  [SUBSCRIPTION_COUNT]: ({ self }) => self.subscriptionCount,
};
const named: Recipe<{ readonly args: readonly [string, ...unknown[]] }> = {
  [attr.ATTR_SUBSCRIPTION_NAME]: ({ args }) => args[0],
};

export const subscribeRecords: Records<Manager<'subscribe'>> = [
  registry.info('subscription registered', {
    on: 'success',
    attributes: {
      [attr.ATTR_SUBSCRIPTION_NAME]: ({ result }) => result.name,
      'eventsource.start_from': ({ result }) => result.config.startFrom,
      [attr.ATTR_BATCH_SIZE]: ({ result }) => result.config.batchSize,
    },
  }),
];
export const unsubscribeRecords: Records<Manager<'unsubscribe'>> = [
  registry.info('subscription removed', { on: 'success', when: ({ result }) => result, attributes: named }),
];

function notStarted({ result }: Manager<'start'>): string[] {
  return [...result].filter(([, error]) => error !== null).map(([name]) => name);
}

export const startRecords: Records<Manager<'start'>> = [
  manager.info('subscriptions are being started', { on: 'begin', attributes: ofManager }),
  manager.info('subscriptions started', {
    on: 'success',
    when: (call) => call.result.size > 0 && notStarted(call).length === 0,
    attributes: { [SUBSCRIPTION_COUNT]: ({ result }) => result.size },
  }),
  manager.warn('some subscriptions did not start', {
    on: 'success',
    when: (call) => notStarted(call).length > 0,
    attributes: {
      [SUBSCRIPTION_COUNT]: ({ result }) => result.size,
      'eventsource.subscriptions.failed': (call) => listed(notStarted(call)) as string[],
    },
  }),
];
export const runRecords: Records<Manager<'runUntilShutdown'>> = [
  manager.info('runs until a shutdown is requested', { on: 'begin', attributes: ofManager }),
  manager.error('run ended with a failure', { on: 'failure', attributes: ofManager }),
];
export const requestShutdownRecords: Records<Manager<'requestShutdown'>> = [
  shutdown.info('shutdown requested', { on: 'success', attributes: ofManager }),
];
export const registerSignalsRecords: Records<Manager<'registerSignals'>> = [
  shutdown.info('signals request a shutdown from now on', { on: 'success' }),
];

export const startSubscriptionRecords: Records<Lifecycle<'startSubscription'>> = [
  lifecycle.info('subscription is live', {
    on: 'success',
    when: ({ result }) => !result.stopped,
    attributes: {
      [attr.ATTR_SUBSCRIPTION_NAME]: ({ args }) => args[0].name,
      'eventsource.catchup.events': ({ result }) => result.catchupEventsProcessed,
      'eventsource.buffer.events': ({ result }) => result.bufferEventsProcessed,
      [attr.ATTR_POSITION]: ({ result }) => result.finalPosition,
    },
  }),
  lifecycle.error('subscription could not start', {
    on: 'failure',
    attributes: { [attr.ATTR_SUBSCRIPTION_NAME]: ({ args }) => args[0]?.name },
  }),
];

interface Stop {
  readonly args: readonly [unknown, (StopOptions | undefined)?];
}
const timeoutOf = ({ args }: Stop): number => args[1]?.timeout ?? DEFAULT_TIMEOUT_SECONDS;

/** A run that has ended says so to the call that had it stopped. The time alone does not tell: timers come too early, and too late. */
export const handsEnded = (): Facts => ENDED;
const ENDED: Facts = { ended: true };

const ranOut = ({ self, args, facts }: Lifecycle<'stopSubscription'>): boolean =>
  facts.ended === undefined && self.getCoordinator(args[0]) !== undefined;

/** To the call that stops several. */
export const handsUnfinished = (call: Lifecycle<'stopSubscription'>): Facts | undefined =>
  ranOut(call) ? UNFINISHED : undefined;
const UNFINISHED: Facts = { unfinished: true };

export const stopSubscriptionRecords: Records<Lifecycle<'stopSubscription'>> = [
  lifecycle.warn('subscription was still at work when its time to stop was up', {
    on: 'success',
    when: ranOut,
    attributes: { ...named, [TIMEOUT]: timeoutOf },
  }),
];

const ofStop: Recipe<Lifecycle<'stopAll'>> = {
  [SUBSCRIPTION_COUNT]: ({ args }) => (Array.isArray(args[0]) ? args[0].length : undefined),
  [TIMEOUT]: timeoutOf,
};
export const stopAllRecords: Records<Lifecycle<'stopAll'>> = [
  manager.info('subscriptions are being stopped', { on: 'begin', attributes: ofStop }),
  manager.info('subscriptions stopped', {
    on: 'success',
    when: ({ facts }) => facts.unfinished === undefined,
    attributes: ofStop,
  }),
];

type Resolve = CallOf<StartFromResolver, 'resolve'>;

const start: Recipe<Resolve> = {
  [attr.ATTR_SUBSCRIPTION_NAME]: ({ args }) => args[0].name,
  [attr.ATTR_POSITION]: ({ result }) => result,
};
const hasNoCheckpoint = ({ args, result }: Resolve): boolean =>
  result === 0 && args[0].config.startFrom === 'checkpoint';

export const resolveRecords: Records<Resolve> = [
  lifecycle.info('subscription starts behind a position', {
    on: 'success',
    when: (call) => !hasNoCheckpoint(call),
    attributes: start,
  }),
  transition.info('subscription starts at the beginning, there is no checkpoint', {
    on: 'success',
    when: hasNoCheckpoint,
    attributes: start,
  }),
];

type Transition<M extends keyof TransitionCoordinator> = CallOf<TransitionCoordinator, M>;

const ofCoordinator: Recipe<{ readonly self: TransitionCoordinator }> = {
  [attr.ATTR_SUBSCRIPTION_NAME]: ({ self }) => self.subscription.name,
};

export const transitionRecords: Records<Transition<'execute'>> = [
  transition.info('way from history to live events begins', {
    on: 'begin',
    attributes: { ...ofCoordinator, [attr.ATTR_POSITION]: ({ self }) => self.subscription.lastProcessedPosition },
  }),
  transition.info('no history to read, straight to live events', {
    on: 'success',
    when: ({ result, facts }) => !result.stopped && (facts as Facts).caughtUp === undefined,
    attributes: { ...ofCoordinator, [attr.ATTR_WATERMARK]: ({ self }) => self.watermark },
  }),
  transition.error('way from history to live events failed', {
    on: 'failure',
    attributes: { ...ofCoordinator, [attr.ATTR_SUBSCRIPTION_PHASE]: ({ result }) => result?.phaseReached },
  }),
];
export const endRunRecords: Records<Transition<'stop'>> = [
  transition.info('run of a subscription is being ended', {
    on: 'begin',
    attributes: { ...ofCoordinator, [attr.ATTR_SUBSCRIPTION_PHASE]: ({ self }) => self.phase },
  }),
];

type State<M extends keyof Subscription> = CallOf<Subscription, M>;

/** A pause is told by `pause`, a failure by the call that failed. */
export const stateRecords: Records<State<'transitionTo'>> = [
  state.info('subscription changed its state', {
    on: 'success',
    when: ({ args }) => args[0] !== 'paused' && args[0] !== 'error',
    attributes: {
      [attr.ATTR_SUBSCRIPTION_NAME]: ({ self }) => self.name,
      [attr.ATTR_SUBSCRIPTION_STATE]: ({ args }) => args[0],
    },
  }),
];
export const pausedRecords: Records<State<'pause'>> = [
  state.info('subscription paused', {
    on: 'success',
    attributes: {
      [attr.ATTR_SUBSCRIPTION_NAME]: ({ self }) => self.name,
      'eventsource.pause.reason': ({ self }) => self.pauseReason,
      'eventsource.subscription.previous_state': ({ self }) => self.stateBeforePause,
      [attr.ATTR_POSITION]: ({ self }) => self.lastProcessedPosition,
    },
  }),
];

/** A pause or a resume. */
type Switch = Call<PauseResumeController, readonly [string, ...unknown[]], boolean>;

const stateOf = ({ facts }: Switch): string | undefined => facts.state as string | undefined;
const refused: Recipe<Switch> = { ...named, [attr.ATTR_SUBSCRIPTION_STATE]: stateOf };
const unknown = (call: Switch): boolean => !call.result && stateOf(call) === undefined;
const unfit = (call: Switch): boolean => !call.result && stateOf(call) !== undefined;

export const pauseRecords: Records<Switch> = [
  pauses.warn('no such subscription to pause', { on: 'success', when: unknown, attributes: named }),
  pauses.warn('subscription cannot be paused in its state', { on: 'success', when: unfit, attributes: refused }),
  pauses.error('pause failed', { on: 'failure', attributes: refused }),
];
export const resumeRecords: Records<Switch> = [
  pauses.warn('no such subscription to resume', { on: 'success', when: unknown, attributes: named }),
  pauses.warn('subscription cannot be resumed, it is not paused', {
    on: 'success',
    when: unfit,
    attributes: refused,
  }),
  pauses.error('resume failed', { on: 'failure', attributes: refused }),
];

type All = { readonly result: ReadonlyMap<string, boolean> };
const counts: Recipe<All> = {
  [SUBSCRIPTION_COUNT]: ({ result }) => result.size,
  'eventsource.subscriptions.switched': ({ result }) => [...result.values()].filter(Boolean).length,
};
export const pauseAllRecords: Records<All> = [
  pauses.info('all running subscriptions paused', { on: 'success', attributes: counts }),
];
export const resumeAllRecords: Records<All> = [
  pauses.info('all paused subscriptions resumed', { on: 'success', attributes: counts }),
];

type Failed = CallOf<SubscriptionErrorHandler, 'handleFailure'>;

const failed: Recipe<Failed> = {
  [attr.ATTR_SUBSCRIPTION_NAME]: ({ args }) => args[0]?.subscription?.name,
  [attr.ATTR_EVENT_ID]: ({ args }) => args[0]?.event?.eventId,
  [attr.ATTR_EVENT_TYPE]: ({ args }) => args[0]?.event?.eventType,
};
export const failureRecords: Records<Failed> = [
  failures.info('failed event put into the dead-letter queue', {
    on: 'success',
    when: ({ self, args }) => self.dlqRepo !== undefined && args[0].subscription.config.continueOnError,
    attributes: failed,
  }),
  failures.error('failed event could not be put into the dead-letter queue', { on: 'failure', attributes: failed }),
];
