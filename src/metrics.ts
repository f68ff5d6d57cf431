// SPDX-License-Identifier: Apache-2.0
// What an application may ask the process itself about its subscriptions, with or without an SDK.
import type { Subscription } from 'eventsource/subscriptions';
import { engineOfProcess } from './engine.js';
import { lagOf, state, stateNumbers } from './libraries/eventsource/metrics/subscription-gauges.js';
import { failures, processed, processingTime } from './libraries/metrics/instruments.js';
import type { Runtime } from './weaving/runtime.js';

/** Plain values, taken at one moment. */
export interface SubscriptionSnapshot {
  readonly eventsProcessed: number;
  readonly eventsFailed: number;
  /** Time for handling events, in milliseconds, whatever came of it. */
  readonly totalProcessingTimeMs: number;
  /**
   * Positions between the last event that was passed and the newest known one: known of appends in this process and, where
   * metrics are collected, of the store as of the last collection.
   */
  readonly currentLag: number;
  /** 1 starting, 2 catching up, 3 live, 4 paused, 5 stopped, 6 failed; 0 where there is no such subscription. */
  readonly currentState: number;
  /** The same in a word; `unknown` where there is none. */
  readonly currentStateName: string;
}

export interface SubscriptionMetrics {
  readonly subscriptionName: string;
  getSnapshot(): SubscriptionSnapshot;
}

/**
 * The counters of a subscription of the library `eventsource`. They are kept in the process and right without any SDK, from the
 * moment on at which the library was woven, for the first 10,000 names. Where several managers have a subscription of one name,
 * events and times are those of all of them together, lag and state those of the one that was subscribed last.
 *
 * @param subscriptionName its name; for an unknown one everything is 0
 *
 * @example
 * ```ts
 * import { getMetrics } from 'opentelemetry-instrumentation-eventsource/metrics';
 *
 * const { eventsProcessed, currentLag } = getMetrics('OrderFeed').getSnapshot();
 * ```
 */
export function getMetrics(subscriptionName: string): SubscriptionMetrics {
  return {
    subscriptionName,
    getSnapshot: () => snapshotOf(subscriptionName, engineOfProcess().runtimeOf('eventsource')),
  };
}

function snapshotOf(name: string, runtime: Runtime | undefined): SubscriptionSnapshot {
  const alive = (runtime?.living.of(state) ?? []) as readonly Subscription[];
  const subscription = alive.filter((each) => each.name === name).at(-1);
  return {
    eventsProcessed: runtime?.tallies.sum(processed, name) ?? 0,
    eventsFailed: runtime?.tallies.sum(failures, name) ?? 0,
    totalProcessingTimeMs: runtime?.tallies.sum(processingTime, name) ?? 0,
    currentLag: subscription === undefined ? 0 : lagOf(subscription),
    currentState: subscription === undefined ? 0 : stateNumbers[subscription.state],
    currentStateName: subscription?.state ?? 'unknown',
  };
}
