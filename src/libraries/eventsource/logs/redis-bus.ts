// SPDX-License-Identifier: Apache-2.0
// What is logged of the bus over Redis, besides what every bus has.
import type { RedisEventBus } from 'eventsource/bus';
import * as attr from '../../../conventions/attributes.js';
import type { Recipe } from '../../../weaving/aspect.js';
import { type CallOf, loggerNamed, type Records } from '../../logs/record.js';
import { deadLetterRecords, lifeRecords, readDlqRecords, replayRecords } from './brokers.js';

export const LOGGER = 'eventsource.bus.redis';
const at = loggerNamed(LOGGER);

type Of<M extends keyof RedisEventBus> = CallOf<RedisEventBus, M>;

export const life = lifeRecords<RedisEventBus>(at, ({ config }) => config.streamName);

const message: Recipe<Of<'processMessage'>> = {
  'message.id': ({ args }) => args[0],
  [attr.ATTR_EVENT_TYPE]: ({ args }) => args[1]?.event_type,
  [attr.ATTR_EVENT_ID]: ({ args }) => args[1]?.event_id,
  [attr.ATTR_RETRY_COUNT]: ({ args }) => args[3]?.retryCount ?? 0,
};
export const processRecords: Records<Of<'processMessage'>> = [
  at.debug('message taken up', { on: 'begin', attributes: message }),
  at.debug('message processed', {
    on: 'success',
    when: ({ result }) => result.skipped === undefined,
    attributes: { ...message, 'processing.duration_ms': ({ elapsedMs }) => elapsedMs },
  }),
  at.warn('message of an unknown type passed over', {
    on: 'success',
    when: ({ result }) => result.skipped !== undefined,
    attributes: message,
  }),
  at.error('message failed and stays pending', { on: 'failure', attributes: message }),
];

type Recover = Of<'recoverPendingMessages'>;
const dropped = ({ result: { claimed, reprocessed, dlq, failed } }: Recover): number =>
  claimed - reprocessed - dlq - failed;

export const recoverRecords: Records<Recover> = [
  at.debug('no messages are pending', { on: 'success', when: ({ result }) => result.checked === 0 }),
  at.info('pending messages gone through', {
    on: 'success',
    when: ({ result }) => result.checked > 0,
    attributes: {
      'eventsource.messages.pending': ({ result }) => result.checked,
      'eventsource.messages.claimed': ({ result }) => result.claimed,
      'eventsource.messages.reprocessed': ({ result }) => result.reprocessed,
      'eventsource.messages.dead_lettered': ({ result }) => result.dlq,
      'eventsource.messages.failed': ({ result }) => result.failed,
    },
  }),
  at.warn('messages dropped: they had all their tries, and dead letters are off', {
    on: 'success',
    when: (call) => dropped(call) > 0,
    attributes: { 'eventsource.messages.dropped': dropped },
  }),
  at.error('pending messages could not be gone through', { on: 'failure' }),
];

export const dlqRecords: Records<Of<'sendToDlq'>> = deadLetterRecords<Of<'sendToDlq'>>(at, {
  'message.id': ({ args }) => args[0],
  [attr.ATTR_EVENT_TYPE]: ({ args }) => args[1]?.event_type,
  [attr.ATTR_EVENT_ID]: ({ args }) => args[1]?.event_id,
  [attr.ATTR_RETRY_COUNT]: ({ args }) => args[2],
  [attr.ATTR_MESSAGING_DESTINATION]: ({ self }) => self.config.dlqStreamName,
});
export const readRecords = readDlqRecords(at);
export const replayedRecords: Records<Of<'replayDlqMessage'>> = replayRecords<Of<'replayDlqMessage'>>(at, {
  'message.id': ({ args }) => args[0],
});

export const infoRecords: Records<unknown> = [at.error('stream could not be looked at', { on: 'failure' })];
export const resetRecords: Records<unknown> = [at.info('counters set to zero', { on: 'success' })];
