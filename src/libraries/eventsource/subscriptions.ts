// SPDX-License-Identifier: Apache-2.0
// Guide, "Subscription Manager", and the inner steps that the golden traces show below it.
import type { DomainEvent, StoredEvent } from 'eventsource';
import type {
  BufferedEvent,
  CatchUpRunner,
  DeliveryOutcome,
  LiveEventOutcome,
  LiveRunner,
  StartFromResolver,
  Subscription,
  SubscriptionLifecycleManager,
  SubscriptionManager,
  TransitionCoordinator,
} from 'eventsource/subscriptions';
import * as attr from '../../conventions/attributes.js';
import { type Aspect, type Call, type Facts, type Recipe, rows } from '../../weaving/aspect.js';
import type { Origin } from '../../weaving/origins.js';
import { deliveries } from '../metrics/deliveries.js';
import { first, identityOf, ofEvent } from './events.js';
import * as runners from './logs/runners.js';
import * as logs from './logs/subscriptions.js';
import { liveDeliveries } from './metrics/deliveries.js';
import { gauges } from './metrics/subscription-gauges.js';
import { noteHanded, noteRun } from './metrics/watch.js';
import { pauseResume } from './pause-resume.js';
import { failureOf, ownMetricsSwitch, ownSwitch } from './shared.js';
import { subscriptionInternals } from './subscription-internals.js';
import { takenLive } from './subscription-metrics.js';
import { none } from './unspanned.js';

const family = 'subscriptions';

const named: Recipe<{ readonly args: readonly [string, ...unknown[]] }> = {
  [attr.ATTR_SUBSCRIPTION_NAME]: ({ args }) => args[0],
};

interface OfSubscription {
  readonly self: { readonly subscription: Subscription };
}
const ofSubscription: Recipe<OfSubscription> = {
  [attr.ATTR_SUBSCRIPTION_NAME]: ({ self }) => self.subscription.name,
};
const stateReached: Recipe<OfSubscription> = {
  [attr.ATTR_SUBSCRIPTION_STATE]: ({ self }) => self.subscription.state,
};

const manager = {
  target: 'SubscriptionManager',
  family,
  tracing: ownSwitch,
  measuring: ownMetricsSwitch,
  methods: rows<SubscriptionManager>({
    subscribe: {
      span: 'eventsource.subscription_manager.subscribe',
      attributes: {
        [attr.ATTR_SUBSCRIPTION_NAME]: ({ args }) => args[1]?.name ?? args[0]?.constructor?.name,
      },
      life: { gauges, begins: ({ result }) => result },
      logs: logs.subscribeRecords,
    },
    unsubscribe: {
      span: 'eventsource.subscription_manager.unsubscribe',
      attributes: named,
      life: { gauges, ends: ({ self, args }) => self.getSubscription(args[0]) ?? undefined },
      logs: logs.unsubscribeRecords,
    },
    startSubscription: { span: 'eventsource.subscription_manager.start_subscription', via: 'start', attributes: named },
    stop: { span: 'eventsource.subscription_manager.stop' },
    start: { logs: logs.startRecords },
    runUntilShutdown: { logs: logs.runRecords },
    requestShutdown: { logs: logs.requestShutdownRecords },
    registerSignals: { logs: logs.registerSignalsRecords },
  }),
  unspanned: {
    ...none('bookkeeping in memory', 'getSubscription', 'getAllStatuses', 'getHealth', 'getErrorStats'),
    ...none('bookkeeping in memory', 'onError', 'requestShutdown', 'registerSignals'),
    ...none('only what it calls gives spans', 'pauseAll', 'resumeAll', 'runUntilShutdown', '[Symbol.asyncDispose]'),
  },
} as const satisfies Aspect;

const lifecycle = {
  target: 'SubscriptionLifecycleManager',
  family,
  tracing: ownSwitch,
  methods: rows<SubscriptionLifecycleManager>({
    startSubscription: {
      span: 'eventsource.lifecycle.start',
      via: 'SubscriptionManager.start',
      attributes: { [attr.ATTR_SUBSCRIPTION_NAME]: ({ args }) => args[0]?.name },
      result: { [attr.ATTR_EVENTS_PROCESSED]: ({ result }) => result.catchupEventsProcessed },
      settled: {
        [attr.ATTR_POSITION]: ({ facts }) => facts.startPosition as number | undefined,
        [attr.ATTR_SUBSCRIPTION_STATE]: ({ args }) => args[0]?.state,
      },
      logs: logs.startSubscriptionRecords,
    },
    stopSubscription: {
      span: 'eventsource.lifecycle.stop',
      via: 'SubscriptionManager.stop',
      attributes: named,
      hands: logs.handsUnfinished,
      logs: logs.stopSubscriptionRecords,
    },
    stopAll: { logs: logs.stopAllRecords },
  }),
  unspanned: {
    ...none('bookkeeping in memory', 'getCoordinator', 'removeCoordinator', 'isStarting'),
    ...none('only what it calls gives spans', 'stopAll'),
  },
} as const satisfies Aspect;

/** No span: the position that a start resolves, for the span of the lifecycle above. */
const startFromResolver = {
  target: 'StartFromResolver',
  family,
  methods: rows<StartFromResolver>({
    resolve: { hands: ({ result }): Facts => ({ startPosition: result }), logs: logs.resolveRecords },
  }),
  unspanned: none('bookkeeping in memory', 'resolve'),
} as const satisfies Aspect;

const coordinator = {
  target: 'TransitionCoordinator',
  family,
  tracing: ownSwitch,
  measuring: ownMetricsSwitch,
  methods: rows<TransitionCoordinator>({
    execute: {
      span: 'eventsource.transition_coordinator.execute',
      via: 'SubscriptionManager.start',
      attributes: {
        ...ofSubscription,
        [attr.ATTR_POSITION]: ({ self }) => self.subscription.lastProcessedPosition,
      },
      life: { gauges, before: ({ self }) => noteRun(self) },
      ending: { outcome: failureOf },
      // Only a catch-up leaves these behind; a subscription that is at the watermark already goes live without one.
      result: {
        [attr.ATTR_EVENTS_SKIPPED]: ({ result, facts }) =>
          facts.caughtUp === undefined ? undefined : result.bufferEventsSkipped,
      },
      settled: {
        [attr.ATTR_EVENTS_PROCESSED]: ({ facts }) => facts.caughtUp as number | undefined,
        [attr.ATTR_BUFFER_SIZE]: ({ result }) => result?.bufferSize,
        [attr.ATTR_WATERMARK]: ({ self }) => self.watermark,
        [attr.ATTR_SUBSCRIPTION_PHASE]: ({ self }) => self.phase,
        ...stateReached,
      },
      logs: logs.transitionRecords,
    },
    stop: {
      span: 'eventsource.transition_coordinator.stop',
      via: 'SubscriptionManager.stop',
      attributes: { ...ofSubscription, [attr.ATTR_SUBSCRIPTION_PHASE]: ({ self }) => self.phase },
      hands: logs.handsEnded,
      logs: logs.endRunRecords,
    },
  }),
} as const satisfies Aspect;

const catchUpRunner = {
  target: 'CatchUpRunner',
  family,
  tracing: ownSwitch,
  measuring: ownMetricsSwitch,
  methods: rows<CatchUpRunner>({
    runUntilPosition: {
      span: 'eventsource.catchup_runner.run_until_position',
      via: 'SubscriptionManager.start',
      attributes: {
        ...ofSubscription,
        [attr.ATTR_FROM_POSITION]: ({ self }) => self.subscription.lastProcessedPosition,
        [attr.ATTR_TO_POSITION]: ({ args }) => args[0],
        [attr.ATTR_BATCH_SIZE]: ({ self }) => self.subscription.config.batchSize,
      },
      ending: { outcome: failureOf },
      result: {
        [attr.ATTR_EVENTS_PROCESSED]: ({ result }) => result.eventsProcessed,
        [attr.ATTR_POSITION]: ({ result }) => result.finalPosition,
      },
      hands: ({ result }) => (result.success ? { caughtUp: result.eventsProcessed } : undefined),
      logs: runners.catchUpRecords,
    },
    processBatch: { logs: runners.batchRecords },
    stop: { logs: runners.stopCatchUpRecords },
    deliverEvent: {
      span: 'eventsource.catchup_runner.deliver_event',
      via: 'SubscriptionManager.start',
      attributes: {
        ...ofSubscription,
        ...identityOf(({ args }) => args[0], 'eventId', 'eventType'),
        [attr.ATTR_POSITION]: ({ args }) => args[0]?.globalPosition,
        ...ofEvent(({ args }) => args[0]?.event),
      },
      ending: { outcome: failureOf },
      timed: true,
      life: { gauges, before: ({ self }) => noteHanded(self) },
      metrics: deliveries<Call<CatchUpRunner, [StoredEvent], DeliveryOutcome>>({
        subscription: ({ self }) => self.subscription.name,
        eventType: ({ args }) => args[0]?.eventType,
        delivery: ({ result, failed, error }) => (failed ? { success: false, error } : result),
        durationMs: ({ elapsedMs }) => elapsedMs,
        kept: true,
      }),
      logs: runners.deliverRecords,
    },
  }),
  unspanned: none('eventsource-py has none', 'stop'),
} as const satisfies Aspect;

/** Of a live event whose position is not known, as the reference has it. */
const UNKNOWN_POSITION = -1;

const liveRunner = {
  target: 'LiveRunner',
  family,
  tracing: ownSwitch,
  measuring: ownMetricsSwitch,
  methods: rows<LiveRunner>({
    start: {
      span: 'eventsource.live_runner.start',
      via: 'SubscriptionManager.start',
      attributes: ofSubscription,
      logs: runners.joinRecords,
    },
    /** No span: an event that must wait keeps the context that it arrived in. */
    bufferEvent: { context: { remember: ({ result }) => result }, logs: runners.bufferRecords },
    processLiveEvent: {
      span: 'eventsource.live_runner.process_event',
      via: 'EventBus.publish',
      attributes: {
        ...ofSubscription,
        [attr.ATTR_POSITION]: ({ args }) => args[1] ?? UNKNOWN_POSITION,
        ...ofEvent(first, 'eventId', 'eventType'),
      },
      context: { links: ({ args }) => arrivalOf(args[2]) },
      ending: { outcome: failureOf },
      timed: true,
      life: { gauges, before: ({ self }) => noteHanded(self) },
      metrics: deliveries<Call<LiveRunner, [DomainEvent, ...unknown[]], LiveEventOutcome>>({
        subscription: ({ self }) => self.subscription.name,
        eventType: ({ args }) => args[0]?.eventType,
        delivery: takenLive,
        durationMs: ({ elapsedMs }) => elapsedMs,
        kept: true,
      }),
      logs: runners.processRecords,
    },
    /** No span: the event's turn has come. */
    deliverEvent: { timed: true, metrics: liveDeliveries, optional: true },
    processBuffer: {
      span: 'eventsource.live_runner.process_buffer',
      via: 'SubscriptionManager.start',
      attributes: { ...ofSubscription, [attr.ATTR_BUFFER_SIZE]: ({ self }) => self.bufferSize },
      result: {
        [attr.ATTR_EVENTS_PROCESSED]: ({ result }) => result,
        [attr.ATTR_EVENTS_SKIPPED]: ({ self }) => self.stats.eventsSkippedDuplicate,
      },
      logs: runners.drainRecords,
    },
    disableBuffer: { logs: runners.goLiveRecords },
    processPauseBuffer: {
      span: 'eventsource.live_runner.process_pause_buffer',
      via: 'SubscriptionManager.resumeSubscription',
      when: ({ self }) => self.pauseBufferSize > 0,
      attributes: { ...ofSubscription, [attr.ATTR_BUFFER_SIZE]: ({ self }) => self.pauseBufferSize },
      result: { [attr.ATTR_EVENTS_PROCESSED]: ({ result }) => result },
      logs: runners.drainPauseRecords,
    },
    stop: {
      span: 'eventsource.live_runner.stop',
      via: 'SubscriptionManager.stop',
      attributes: ofSubscription,
      logs: runners.leaveRecords,
    },
  }),
  unspanned: {
    ...none('bookkeeping in memory', 'disableBuffer'),
    ...none('eventsource-py has none', 'whenStopped'),
  },
} as const satisfies Aspect;

function arrivalOf(entry: BufferedEvent | undefined): readonly Origin[] {
  return entry === undefined ? [] : [{ remembered: entry }];
}

export const subscriptions = [
  manager,
  lifecycle,
  startFromResolver,
  coordinator,
  catchUpRunner,
  liveRunner,
  pauseResume,
  ...subscriptionInternals,
] as const satisfies readonly Aspect[];
