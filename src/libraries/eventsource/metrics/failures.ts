// SPDX-License-Identifier: Apache-2.0
// What becomes of failures: further tries, and dead letters.
import type { DLQRepository } from 'eventsource';
import type { KafkaEventBus, MessageOutcome, RabbitMQEventBus } from 'eventsource/bus';
import type { Projection } from 'eventsource/projections';
import * as attr from '../../../conventions/attributes.js';
import type { Call, Facts } from '../../../weaving/aspect.js';
import { className } from '../../../weaving/failure.js';
import type { Instrument, Measurement } from '../../../weaving/signals.js';
import { retries } from '../../metrics/instruments.js';
import { COMPONENT, ERROR_TYPE } from '../../metrics/shared.js';
import { classNameOf } from '../names.js';
import { consumed } from './deliveries.js';

const deadLetters = {
  kind: 'counter',
  name: 'eventsource.dead_letters.added',
  unit: '{event}',
  description: 'Events that were put into a dead-letter queue; `error.type` is of their failure, where it is known',
  question: 'What is given up, and why?',
} as const satisfies Instrument;

/** A further try, after the error that is the first argument; by whom, the rest of the attributes tells. */
type Retry<Self> = Call<Self, [unknown?], unknown>;
const afterFirst = { [ERROR_TYPE]: ({ args }: Retry<unknown>) => (args.length === 0 ? undefined : className(args[0])) };

/** The last question before a further attempt; the answer is whether there will be one. */
export const projectionRetries: readonly Measurement<Retry<Projection>>[] = [
  {
    instrument: retries,
    attributes: {
      [COMPONENT]: ({ self }) => classNameOf(self),
      [attr.ATTR_PROJECTION_NAME]: ({ self }) => self.projectionName,
      ...afterFirst,
    },
    value: ({ result }) => (result === true ? 1 : undefined),
    on: 'success',
  },
];

export const subscriptionRetries: readonly Measurement<Retry<{ readonly name?: string | undefined }>>[] = [
  {
    instrument: retries,
    attributes: {
      [COMPONENT]: ({ self }) => classNameOf(self),
      [attr.ATTR_SUBSCRIPTION_NAME]: ({ self }) => self.name,
      ...afterFirst,
    },
  },
];

/** An entry that could not be published is left for another time. */
export function outboxRetries(component: string): readonly Measurement<Call<unknown, unknown>>[] {
  return [{ instrument: retries, attributes: { [COMPONENT]: component }, on: 'success' }];
}

type Filing = Call<DLQRepository, Parameters<DLQRepository['addFailedEvent']>, void>;

export function filings(component: string): readonly Measurement<Filing>[] {
  return [
    {
      instrument: deadLetters,
      attributes: {
        [COMPONENT]: component,
        [attr.ATTR_PROJECTION_NAME]: ({ args }) => args[1],
        [ERROR_TYPE]: ({ args }) => className(args[4]),
      },
      on: 'success',
    },
  ];
}

/** What a broker bus does with a message after an error, which is its second argument. */
type AfterError<Self, Result> = Call<Self, readonly [unknown, unknown, number, ...unknown[]], Result>;
const ofSecond = { [ERROR_TYPE]: ({ args }: AfterError<unknown, unknown>) => className(args[1]) };

/** Sent on: to its next try while there are some left, and then to the dead letters, if there are any. */
export const rabbitMQFailures: readonly Measurement<AfterError<RabbitMQEventBus, boolean>>[] = [
  {
    instrument: retries,
    attributes: { [COMPONENT]: 'RabbitMQEventBus', ...ofSecond },
    value: ({ self, args, result }) => (result && args[2] < self.config.maxRetries ? 1 : undefined),
    on: 'success',
  },
  {
    instrument: deadLetters,
    attributes: { [COMPONENT]: 'RabbitMQEventBus', ...ofSecond },
    value: ({ self: { config }, args, result }) =>
      result && args[2] >= config.maxRetries && config.enableDlq ? 1 : undefined,
    on: 'success',
  },
];

/** What `sendToDlq` tells the call that had it done. */
export const handsDeadLettered = (): Facts => DEAD_LETTERED;
const DEAD_LETTERED: Facts = { deadLettered: true };

/** Dead letters have an instrument of the guide; a record becomes one with tries left where it cannot be sent for another. */
export const kafkaFailures: readonly Measurement<AfterError<KafkaEventBus, void>>[] = [
  {
    instrument: retries,
    attributes: { [COMPONENT]: 'KafkaEventBus', ...ofSecond },
    value: ({ self, args, facts }) =>
      args[2] < self.config.maxRetries && facts.deadLettered === undefined ? 1 : undefined,
    on: 'success',
  },
];

/** A message is delivered again by somebody who does not know on which error it failed. */
export const redisDeliveries: readonly Measurement<Call<unknown, readonly unknown[], MessageOutcome>>[] = [
  ...consumed('RedisEventBus'),
  {
    instrument: retries,
    attributes: { [COMPONENT]: 'RedisEventBus' },
    value: ({ result }) => (result?.retryCount > 0 ? 1 : undefined),
  },
];

/** The answer is whether there are dead letters. */
export const redisGivenUp: readonly Measurement<Call<unknown, unknown, boolean>>[] = [
  {
    instrument: deadLetters,
    attributes: { [COMPONENT]: 'RedisEventBus' },
    value: ({ result }) => (result ? 1 : undefined),
    on: 'success',
  },
];
