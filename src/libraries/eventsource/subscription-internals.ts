// SPDX-License-Identifier: Apache-2.0
// What works inside the components of subscriptions: no spans, only records and measurements.
import type {
  CircuitBreaker,
  RetryableOperation,
  Subscription,
  SubscriptionErrorHandler,
} from 'eventsource/subscriptions';
import { type Aspect, rows } from '../../weaving/aspect.js';
import { circuitRecords, closeCircuitRecords, retryRecords } from './logs/runners.js';
import { failureRecords, pausedRecords, stateRecords } from './logs/subscriptions.js';
import { subscriptionRetries } from './metrics/failures.js';
import { gauges } from './metrics/subscription-gauges.js';
import { ownMetricsSwitch } from './shared.js';
import { none } from './unspanned.js';

const family = 'subscriptions';

export const subscriptionInternals = [
  {
    target: 'Subscription',
    family,
    shape: ['transitionTo', 'pause', 'resume'],
    methods: rows<Subscription>({
      transitionTo: { logs: stateRecords, life: { gauges, changes: ({ self }) => self } },
      pause: { logs: pausedRecords },
    }),
    unspanned: {
      ...none('bookkeeping in memory', 'transitionTo', 'startAt', 'pause', 'resume', 'waitIfPaused', 'advanceTo'),
      ...none('bookkeeping in memory', 'recordEventProcessed', 'recordEventFailed', 'recordEventDlq', 'goBack'),
      ...none('bookkeeping in memory', 'setError', 'updateMaxPosition', 'markCaughtUp', 'getStatus'),
    },
  },
  {
    target: 'SubscriptionErrorHandler',
    family,
    shape: ['handleFailure', 'onError'],
    methods: rows<SubscriptionErrorHandler>({ handleFailure: { logs: failureRecords } }),
    unspanned: {
      ...none('bookkeeping in memory', 'onError'),
      ...none('only what it calls gives spans', 'handleFailure'),
    },
  },
  {
    target: 'RetryableOperation',
    family,
    shape: ['run'],
    measuring: ownMetricsSwitch,
    methods: rows<RetryableOperation>({
      run: { logs: retryRecords },
      recordRetry: { metrics: subscriptionRetries, optional: true },
    }),
    unspanned: none('only what it calls gives spans', 'run'),
  },
  {
    target: 'CircuitBreaker',
    family,
    shape: ['execute', 'close'],
    methods: rows<CircuitBreaker>({ execute: { logs: circuitRecords }, close: { logs: closeCircuitRecords } }),
    unspanned: {
      ...none('only what it calls gives spans', 'execute'),
      ...none('bookkeeping in memory', 'close'),
    },
  },
] as const satisfies readonly Aspect[];
