// SPDX-License-Identifier: Apache-2.0
// What is logged of the bus over Kafka, besides what every bus has.
import type { KafkaEventBus, KafkaRecord } from 'eventsource/bus';
import * as attr from '../../../conventions/attributes.js';
import { headerGetter } from '../../../conventions/headers.js';
import type { Recipe } from '../../../weaving/aspect.js';
import { className } from '../../../weaving/failure.js';
import { type CallOf, loggerNamed, type Records } from '../../logs/record.js';
import { first, identityOf } from '../events.js';
import {
  CONSUMER_GROUP,
  deadLetterRecords,
  dropRecords,
  lifeRecords,
  readDlqRecords,
  replayRecords,
  retryRecords,
  uncheckedRecords,
} from './brokers.js';

export const LOGGER = 'eventsource.bus.kafka';
const at = loggerNamed(LOGGER);

type Of<M extends keyof KafkaEventBus> = CallOf<KafkaEventBus, M>;

const PARTITION = 'messaging.kafka.partition';
const OFFSET = 'messaging.kafka.offset';

export const life = lifeRecords<KafkaEventBus>(at, ({ config }) => config.topicName);
export const connectRecords: Records<Of<'connect'>> = [
  at.info('connecting', {
    on: 'begin',
    when: ({ self }) => !self.isConnected,
    attributes: {
      [attr.ATTR_MESSAGING_DESTINATION]: ({ self }) => self.config.topicName,
      'messaging.kafka.security_protocol': ({ self }) => self.config.securityProtocol,
    },
  }),
  ...life.connect,
  at.warn('credentials travel unencrypted', {
    on: 'success',
    when: ({ self }) => self.config.securityProtocol === 'SASL_PLAINTEXT',
  }),
  ...uncheckedRecords(at),
];

const partitions: Recipe<Of<'onPartitionsAssigned'>> = {
  'messaging.kafka.partitions': ({ args }) => [...args[0]],
  [CONSUMER_GROUP]: ({ self }) => self.config.consumerGroup,
};
export const assignedRecords: Records<Of<'onPartitionsAssigned'>> = [
  at.info('partitions assigned', { on: 'success', attributes: partitions }),
];
export const revokedRecords: Records<Of<'onPartitionsRevoked'>> = [
  at.info('partitions taken away', { on: 'success', attributes: partitions }),
];
/** Its outcome is the failure that it is told of. */
export const consumerErrorRecords: Records<Of<'onConsumerError'>> = [
  at.error('consumer failed', {
    on: 'failure',
    attributes: { [CONSUMER_GROUP]: ({ self }) => self.config.consumerGroup },
  }),
];
export const reconnectionRecords: Records<Of<'recordReconnection'>> = [
  at.info('consumer is back in its group', {
    on: 'success',
    attributes: { [CONSUMER_GROUP]: ({ self }) => self.config.consumerGroup },
  }),
];

const published: Recipe<Of<'publishSingleEvent'>> = {
  ...identityOf<Of<'publishSingleEvent'>>(first, 'eventType', 'eventId', 'aggregateId', 'aggregateType'),
  [PARTITION]: ({ result }) => result?.partition,
  [OFFSET]: ({ result }) => result?.offset,
};
export const publishRecords: Records<Of<'publishSingleEvent'>> = [
  at.debug('event published', { on: 'success', attributes: published }),
  at.error('event could not be published', { on: 'failure', attributes: published }),
];

const record: Recipe<{ readonly args: readonly [KafkaRecord, ...unknown[]] }> = {
  [attr.ATTR_MESSAGING_DESTINATION]: ({ args }) => args[0]?.topic,
  [PARTITION]: ({ args }) => args[0]?.partition,
  [OFFSET]: ({ args }) => args[0]?.message.offset,
  [attr.ATTR_EVENT_TYPE]: ({ args }) => eventTypeOf(args[0]),
};
export const takenRecords: Records<Of<'onRecord'>> = [
  at.warn('message without an event type passed over', {
    on: 'success',
    when: ({ args }) => eventTypeOf(args[0]) === undefined,
    attributes: record,
  }),
];
export const processRecords: Records<Of<'processMessage'>> = [
  at.debug('message taken up', { on: 'begin', attributes: record }),
  at.debug('message processed', { on: 'success', attributes: record }),
  at.error('message that cannot be read is given up', {
    on: 'failure',
    when: ({ result }) => result !== undefined && result.event === undefined,
    attributes: record,
  }),
  at.error('message failed', {
    on: 'failure',
    when: ({ result }) => result === undefined || result.event !== undefined,
    attributes: record,
  }),
];

export const dlqRecords: Records<Of<'sendToDlq'>> = deadLetterRecords<Of<'sendToDlq'>>(at, {
  ...record,
  [attr.ATTR_ERROR_TYPE]: ({ args }) => className(args[1]),
  [attr.ATTR_RETRY_COUNT]: ({ args }) => args[2],
  'dlq.reason': ({ args }) => args[3] ?? 'max_retries_exceeded',
});
export const retriedRecords: Records<Of<'republishForRetry'>> = retryRecords<Of<'republishForRetry'>>(at, {
  ...record,
  [attr.ATTR_RETRY_COUNT]: ({ args }) => args[1],
});
export const droppedRecords: Records<Of<'handleProcessingError'>> = dropRecords<Of<'handleProcessingError'>>(
  at,
  {
    ...record,
    [attr.ATTR_ERROR_TYPE]: ({ args }) => className(args[1]),
    [attr.ATTR_RETRY_COUNT]: ({ args }) => args[2],
  },
  ({ self, args }) => !self.config.enableDlq && args[2] >= self.config.maxRetries,
);

export const readRecords = readDlqRecords(at);
export const replayedRecords: Records<Of<'replayDlqMessage'>> = replayRecords<Of<'replayDlqMessage'>>(at, {
  [PARTITION]: ({ args }) => args[0],
  [OFFSET]: ({ args }) => args[1],
});

function eventTypeOf(from: KafkaRecord | undefined): string | undefined {
  const type = headerGetter.get(from?.message.headers, 'event_type')?.toString();
  return type === '' ? undefined : type;
}
