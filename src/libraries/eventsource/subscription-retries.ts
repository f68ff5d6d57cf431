// SPDX-License-Identifier: Apache-2.0
// What a subscription does again after a transient failure: reading the store in a catch-up, saving its position.
import type { RetryableOperation } from 'eventsource/subscriptions';
import { type Aspect, rows } from '../../weaving/aspect.js';
import { subscriptionRetries } from './metrics/failures.js';
import { ownMetricsSwitch } from './shared.js';
import { none } from './unspanned.js';

/** No span: what it runs has them. */
export const retryableOperation = {
  target: 'RetryableOperation',
  family: 'subscriptions',
  measuring: ownMetricsSwitch,
  methods: rows<RetryableOperation>({ recordRetry: { metrics: subscriptionRetries, optional: true } }),
  unspanned: none('only what it calls gives spans', 'run'),
} as const satisfies Aspect;
