// SPDX-License-Identifier: Apache-2.0
// What is logged of the delivery of events to subscribers, and of the tries behind it.
import type {
  CatchUpRunner,
  CircuitBreaker,
  DeliveryOutcome,
  LiveRunner,
  RetryableOperation,
} from 'eventsource/subscriptions';
import * as attr from '../../../conventions/attributes.js';
import type { Recipe } from '../../../weaving/aspect.js';
import { className } from '../../../weaving/failure.js';
import { type CallOf, loggerNamed, type Records } from '../../logs/record.js';
import { first, identityOf } from '../events.js';

const catchup = loggerNamed('eventsource.subscriptions.runners.catchup');
const live = loggerNamed('eventsource.subscriptions.runners.live');
const retries = loggerNamed('eventsource.subscriptions.retry');

type CatchUp<M extends keyof CatchUpRunner> = CallOf<CatchUpRunner, M>;
type Live<M extends keyof LiveRunner> = CallOf<LiveRunner, M>;
interface OfRunner {
  readonly self: Pick<CatchUpRunner | LiveRunner, 'subscription'>;
}

const ofRunner: Recipe<OfRunner> = { [attr.ATTR_SUBSCRIPTION_NAME]: ({ self }) => self.subscription.name };
const position: Recipe<OfRunner> = { [attr.ATTR_POSITION]: ({ self }) => self.subscription.lastProcessedPosition };

export const catchUpRecords: Records<CatchUp<'runUntilPosition'>> = [
  catchup.info('catch-up begins', {
    on: 'begin',
    attributes: {
      ...ofRunner,
      [attr.ATTR_FROM_POSITION]: ({ self }) => self.subscription.lastProcessedPosition,
      [attr.ATTR_TO_POSITION]: ({ args }) => args[0],
      [attr.ATTR_BATCH_SIZE]: ({ self }) => self.subscription.config.batchSize,
      'eventsource.checkpoint.strategy': ({ self }) => self.subscription.config.checkpointStrategy,
    },
  }),
  catchup.info('catch-up ended', {
    on: 'success',
    attributes: {
      ...ofRunner,
      [attr.ATTR_EVENTS_PROCESSED]: ({ result }) => result.eventsProcessed,
      [attr.ATTR_POSITION]: ({ result }) => result.finalPosition,
      'eventsource.catchup.completed': ({ result }) => result.completed,
    },
  }),
  catchup.error('catch-up failed', {
    on: 'failure',
    attributes: {
      ...ofRunner,
      ...position,
      [attr.ATTR_EVENTS_PROCESSED]: ({ result }) => result?.eventsProcessed,
    },
  }),
];
export const batchRecords: Records<CatchUp<'processBatch'>> = [
  catchup.debug('batch delivered', {
    on: 'success',
    when: ({ result }) => result > 0,
    attributes: { ...ofRunner, ...position, [attr.ATTR_EVENT_COUNT]: ({ result }) => result },
  }),
];
export const stopCatchUpRecords: Records<CatchUp<'stop'>> = [
  catchup.info('catch-up is asked to stop', {
    on: 'begin',
    when: ({ self }) => self.isRunning,
    attributes: ofRunner,
  }),
];

/** What was delivered; `result` is there also when the subscriber failed. */
interface Delivered {
  readonly result: DeliveryOutcome | undefined;
}
const goesOn = ({ result }: Delivered): boolean => result?.continued === true;
const endsThere = ({ result }: Delivered): boolean => result?.continued !== true;

const delivered: Recipe<CatchUp<'deliverEvent'>> = {
  ...ofRunner,
  ...identityOf(({ args }) => args[0], 'eventId', 'eventType'),
  [attr.ATTR_POSITION]: ({ args }) => args[0]?.globalPosition,
};
export const deliverRecords: Records<CatchUp<'deliverEvent'>> = [
  catchup.warn('subscriber failed on an event, which is passed over', {
    on: 'failure',
    when: goesOn,
    attributes: delivered,
  }),
  catchup.error('subscriber failed on an event, the catch-up ends before it', {
    on: 'failure',
    when: endsThere,
    attributes: delivered,
  }),
];

export const joinRecords: Records<Live<'start'>> = [
  live.info('live runner has joined the bus', {
    on: 'success',
    when: ({ self }) => self.isRunning,
    attributes: { ...ofRunner, 'eventsource.buffer.enabled': ({ args }) => args[0]?.bufferEvents === true },
  }),
];

const ofEvent = identityOf<Live<'bufferEvent'>>(first, 'eventId', 'eventType');
export const bufferRecords: Records<Live<'bufferEvent'>> = [
  live.debug('event has to wait', {
    on: 'success',
    attributes: {
      ...ofRunner,
      ...ofEvent,
      [attr.ATTR_BUFFER_SIZE]: ({ self }) => self.bufferSize,
      'eventsource.pause_buffer.size': ({ self }) => self.pauseBufferSize,
    },
  }),
];

type Process = Live<'processLiveEvent'>;
const processed: Recipe<Process> = {
  ...ofRunner,
  ...identityOf<Process>(first, 'eventId', 'eventType'),
  [attr.ATTR_POSITION]: ({ args }) => args[1],
};
const wasHandled = ({ result }: Process): boolean => result?.handled === true;

export const processRecords: Records<Process> = [
  live.debug('event skipped, it was handled before', {
    on: 'success',
    when: ({ result }) => result.skipped === 'duplicate',
    attributes: { ...processed, ...position, 'eventsource.event.position': ({ args }) => args[1] },
  }),
  live.debug('event skipped by the filter', {
    on: 'success',
    when: ({ result }) => result.skipped === 'filtered',
    attributes: processed,
  }),
  live.warn('subscriber failed on an event, which is passed over', {
    on: 'failure',
    when: (call) => goesOn(call) && !wasHandled(call),
    attributes: processed,
  }),
  live.error('subscriber failed on an event, which is not passed over', {
    on: 'failure',
    when: (call) => endsThere(call) && !wasHandled(call),
    attributes: processed,
  }),
  live.warn('event handled, but the position could not be saved', {
    on: 'failure',
    when: wasHandled,
    attributes: processed,
  }),
];

export const drainRecords: Records<Live<'processBuffer'>> = [
  live.info('events that came during the transition are worked off', {
    on: 'success',
    when: ({ result }) => result > 0,
    attributes: {
      ...ofRunner,
      [attr.ATTR_EVENTS_PROCESSED]: ({ result }) => result,
      [attr.ATTR_EVENTS_SKIPPED]: ({ self }) => self.stats.eventsSkippedDuplicate,
    },
  }),
];
export const goLiveRecords: Records<Live<'disableBuffer'>> = [
  live.info('buffering is over', { on: 'success', when: ({ result }) => result, attributes: ofRunner }),
];
export const drainPauseRecords: Records<Live<'processPauseBuffer'>> = [
  live.info('events that came during the pause are being worked off', {
    on: 'begin',
    attributes: { ...ofRunner, [attr.ATTR_BUFFER_SIZE]: ({ self }) => self.pauseBufferSize },
  }),
  live.info('events that came during the pause are worked off', {
    on: 'success',
    when: ({ result }) => result > 0,
    attributes: { ...ofRunner, [attr.ATTR_EVENTS_PROCESSED]: ({ result }) => result },
  }),
];
export const leaveRecords: Records<Live<'stop'>> = [
  live.info('live runner has left the bus', {
    on: 'success',
    attributes: {
      ...ofRunner,
      'eventsource.events.received': ({ self }) => self.stats.eventsReceived,
      [attr.ATTR_EVENTS_PROCESSED]: ({ self }) => self.stats.eventsProcessed,
      'eventsource.events.failed': ({ self }) => self.stats.eventsFailed,
      [attr.ATTR_EVENTS_SKIPPED]: ({ self }) => self.stats.eventsSkippedDuplicate + self.stats.eventsSkippedFiltered,
    },
  }),
];

type Run = CallOf<RetryableOperation, 'run'>;
const wasStopped = ({ args }: Run): boolean => args[1]?.signal?.aborted === true;
const gaveUp = ({ error }: Run): boolean => className(error) === 'RetryError';

/** Nobody wants an operation any more whose wait is cut short by a stop. */
export const retryRecords: Records<Run> = [
  retries.error('operation failed in every try', {
    on: 'failure',
    when: (call) => gaveUp(call) && !wasStopped(call),
    attributes: {
      'eventsource.attempts': ({ error }) => (error as { readonly attempts?: number } | undefined)?.attempts,
    },
  }),
  retries.error('operation failed in a way that another try would not change', {
    on: 'failure',
    when: (call) => !gaveUp(call) && !wasStopped(call),
  }),
];

type Execute = CallOf<CircuitBreaker, 'execute'>;
export const circuitRecords: Records<Execute> = [
  retries.info('circuit is half open, a call may see whether it works again', {
    on: 'begin',
    when: ({ self }) => self.state === 'half_open',
  }),
  retries.warn('circuit opened', {
    on: 'failure',
    when: ({ self, error }) => self.state === 'open' && className(error) !== 'CircuitBreakerOpenError',
    attributes: {
      'eventsource.circuit.failure_threshold': ({ self }) => self.failureThreshold,
      'eventsource.circuit.recovery_timeout': ({ self }) => self.recoveryTimeout,
    },
  }),
];
export const closeCircuitRecords: Records<CallOf<CircuitBreaker, 'close'>> = [
  retries.info('circuit closed', { on: 'begin', when: ({ self }) => self.state !== 'closed' }),
];
