// SPDX-License-Identifier: Apache-2.0
// Guide, "Subscription Manager": pauses. What was done is seen in an inner step that does not throw.
import type { PauseResumeController } from 'eventsource/subscriptions';
import * as attr from '../../conventions/attributes.js';
import { type Aspect, type Recipe, rows } from '../../weaving/aspect.js';
import { pauseAllRecords, pauseRecords, resumeAllRecords, resumeRecords } from './logs/subscriptions.js';
import { handedFailure, handsFailure, ownSwitch } from './shared.js';
import { none } from './unspanned.js';

const named: Recipe<{ readonly args: readonly [string, ...unknown[]] }> = {
  [attr.ATTR_SUBSCRIPTION_NAME]: ({ args }) => args[0],
};

export const pauseResume = {
  target: 'PauseResumeController',
  family: 'subscriptions',
  tracing: ownSwitch,
  methods: rows<PauseResumeController>({
    pause: {
      span: 'eventsource.pause_resume.pause',
      via: 'SubscriptionManager.pauseSubscription',
      attributes: named,
      ending: { outcome: handedFailure },
      settled: { [attr.ATTR_SUBSCRIPTION_STATE]: ({ facts }) => facts.state as string | undefined },
      logs: pauseRecords,
    },
    pauseAll: { logs: pauseAllRecords },
    resumeAll: { logs: resumeAllRecords },
    tryPause: { hands: ({ result }) => ({ ...handsFailure({ result }), state: result.state }) },
    resume: {
      span: 'eventsource.pause_resume.resume',
      via: 'SubscriptionManager.resumeSubscription',
      attributes: named,
      ending: { outcome: handedFailure },
      settled: { [attr.ATTR_SUBSCRIPTION_STATE]: ({ facts }) => facts.state as string | undefined },
      logs: resumeRecords,
    },
    tryResume: { hands: ({ result }) => ({ ...handsFailure({ result }), state: result.state }) },
  }),
  unspanned: {
    ...none('bookkeeping in memory', 'getPaused', 'getPausedNames'),
    ...none('only what it calls gives spans', 'pauseAll', 'resumeAll'),
  },
} as const satisfies Aspect;
