// SPDX-License-Identifier: Apache-2.0
// What is logged of the bus over RabbitMQ, besides what every bus has.
import type { RabbitMQEventBus, RabbitMQMessage } from 'eventsource/bus';
import * as attr from '../../../conventions/attributes.js';
import type { Recipe } from '../../../weaving/aspect.js';
import { className } from '../../../weaving/failure.js';
import { type CallOf, loggerNamed, type Records } from '../../logs/record.js';
import { first, identityOf } from '../events.js';
import {
  deadLetterRecords,
  dropRecords,
  lifeRecords,
  readDlqRecords,
  replayRecords,
  retryRecords,
  uncheckedRecords,
} from './brokers.js';

export const LOGGER = 'eventsource.bus.rabbitmq';
const at = loggerNamed(LOGGER);

type Of<M extends keyof RabbitMQEventBus> = CallOf<RabbitMQEventBus, M>;

export const life = lifeRecords<RabbitMQEventBus>(at, ({ config }) => config.exchangeName);
export const connectRecords: Records<Of<'connect'>> = [...life.connect, ...uncheckedRecords(at)];

export const bindRecords: Records<Of<'bindRoutingKey'>> = [
  at.info('queue bound by one more key', {
    on: 'success',
    attributes: {
      'messaging.rabbitmq.routing_key': ({ args }) => args[0],
      [attr.ATTR_MESSAGING_DESTINATION]: ({ self }) => self.config.queueName,
    },
  }),
];

const published = identityOf<Of<'publishSingle'>>(first, 'eventType', 'eventId', 'aggregateId', 'aggregateType');
export const publishRecords: Records<Of<'publishSingle'>> = [
  at.debug('event published', { on: 'success', attributes: published }),
  at.error('event could not be published', { on: 'failure', attributes: published }),
];

const inBatch: Recipe<Of<'publishEventBatch'>> = {
  [attr.ATTR_EVENT_COUNT]: ({ args }) => args[0]?.length,
  'messaging.batch.published': ({ result }) => result?.published,
  'messaging.batch.failed': ({ result }) => result?.failed,
};
export const publishTogetherRecords: Records<Of<'publishEventBatch'>> = [
  at.debug('events published together', { on: 'success', attributes: inBatch }),
  at.error('events could not all be published together', { on: 'failure', attributes: inBatch }),
];
export const publishBatchRecords: Records<Of<'publishBatch'>> = [
  at.info('batch published', {
    on: 'success',
    attributes: {
      [attr.ATTR_EVENT_COUNT]: ({ result }) => result.total,
      'messaging.batch.published': ({ result }) => result.published,
      'messaging.batch.chunks': ({ result }) => result.chunks,
    },
  }),
];

const message: Recipe<{ readonly args: readonly [RabbitMQMessage, ...unknown[]] }> = {
  'messaging.message_id': ({ args }) => args[0]?.properties.messageId as string | undefined,
  [attr.ATTR_EVENT_TYPE]: ({ args }) => args[0]?.properties.headers?.event_type as string | undefined,
};
const delivery: Recipe<Of<'processMessage'>> = {
  ...message,
  [attr.ATTR_RETRY_COUNT]: ({ result }) => result?.retryCount,
};
const wasDeadLettered = ({ args }: Of<'processMessage'>): boolean =>
  Array.isArray(args[0]?.properties.headers?.['x-death']);
const skipped =
  (reason: string) =>
  ({ result }: Of<'processMessage'>): boolean =>
    result.skipped === reason;

export const processRecords: Records<Of<'processMessage'>> = [
  at.info('message taken up that was a dead letter before', {
    on: 'begin',
    when: wasDeadLettered,
    attributes: message,
  }),
  at.debug('message taken up', { on: 'begin', when: (call) => !wasDeadLettered(call), attributes: message }),
  at.debug('message processed', {
    on: 'success',
    when: ({ result }) => result.skipped === undefined,
    attributes: delivery,
  }),
  at.warn('message of an unknown type passed over', {
    on: 'success',
    when: skipped('unknown_event_type'),
    attributes: delivery,
  }),
  at.warn('message without an event type passed over', {
    on: 'success',
    when: skipped('missing_event_type'),
    attributes: delivery,
  }),
  at.error('message that cannot be read passed over', {
    on: 'success',
    when: skipped('invalid_body'),
    attributes: { ...delivery, [attr.ATTR_ERROR_TYPE]: ({ self }) => className(self.stats.lastError) },
  }),
  at.error('message failed', { on: 'failure', attributes: delivery }),
];

const failed: Recipe<Of<'sendToDlq'>> = {
  ...message,
  [attr.ATTR_ERROR_TYPE]: ({ args }) => className(args[1]),
  [attr.ATTR_RETRY_COUNT]: ({ args }) => args[2],
};
export const dlqRecords: Records<Of<'sendToDlq'>> = deadLetterRecords<Of<'sendToDlq'>>(at, failed);
export const retriedRecords: Records<Of<'republishForRetry'>> = retryRecords<Of<'republishForRetry'>>(at, {
  ...message,
  [attr.ATTR_RETRY_COUNT]: ({ args }) => args[1],
});
export const droppedRecords: Records<Of<'handleFailedMessage'>> = dropRecords<Of<'handleFailedMessage'>>(
  at,
  {
    ...message,
    [attr.ATTR_ERROR_TYPE]: ({ args }) => className(args[1]),
    [attr.ATTR_RETRY_COUNT]: ({ args }) => args[2],
  },
  ({ self, args, result }) => result && !self.config.enableDlq && args[2] >= self.config.maxRetries,
);

export const readRecords = readDlqRecords(at);
export const replayedRecords: Records<Of<'replayDlqMessage'>> = replayRecords<Of<'replayDlqMessage'>>(at, {
  'messaging.message_id': ({ args }) => args[0],
});
const queue: Recipe<{ readonly self: RabbitMQEventBus }> = {
  [attr.ATTR_MESSAGING_DESTINATION]: ({ self }) => self.config.dlqQueueName,
};
const count: Recipe<Of<'purgeDlq'>> = { ...queue, 'eventsource.messages.count': ({ result }) => result };
export const countRecords: Records<Of<'getDlqMessageCount'>> = [
  at.debug('dead letters counted', { on: 'success', attributes: count }),
  at.error('dead letters could not be counted', { on: 'failure', attributes: queue }),
];
export const purgeRecords: Records<Of<'purgeDlq'>> = [
  at.info('dead letters deleted', { on: 'success', attributes: count }),
  at.error('dead letters could not be deleted', { on: 'failure', attributes: queue }),
];
export const resetRecords: Records<unknown> = [at.info('counters set to zero', { on: 'success' })];
