// SPDX-License-Identifier: Apache-2.0
// Guide, "Event Buses", RedisEventBus.
import { SpanKind } from '@opentelemetry/api';
import type { RedisEventBus } from 'eventsource/bus';
import * as attr from '../../../conventions/attributes.js';
import { SPAN_HANDLER } from '../../../conventions/spans.js';
import { type Aspect, type Recipe, type Rows, rows } from '../../../weaving/aspect.js';
import { first, ofEvent, ofEvents, second } from '../events.js';
import { dispatchRecords, handleRecords, publishRecords } from '../logs/event-buses.js';
import * as logs from '../logs/redis-bus.js';
import { redisDeliveries, redisGivenUp } from '../metrics/failures.js';
import { failureOf, ownSwitch } from '../shared.js';
import { none } from '../unspanned.js';
import { fromHeaders, ofDelivery, unspannedOfBrokers } from './brokers.js';
import { publish } from './publish.js';

const system = { [attr.ATTR_MESSAGING_SYSTEM]: 'redis' };
const onStream: Recipe<{ readonly self: RedisEventBus }> = {
  [attr.ATTR_MESSAGING_DESTINATION]: ({ self }) => self.config.streamName,
};

export const redisEventBus = [
  {
    target: 'RedisEventBus',
    family: 'buses',
    tracing: ownSwitch,
    methods: rows<RedisEventBus>({
      connect: { when: ({ self }) => !self.isConnected, logs: logs.life.connect },
      disconnect: { when: ({ self }) => self.isConnected, logs: logs.life.disconnect },
      shutdown: { logs: logs.life.shutdown },
      startConsuming: { logs: logs.life.startConsuming },
      stopConsuming: { logs: logs.life.stopConsuming },
      recoverPendingMessages: { logs: logs.recoverRecords },
      publish: {
        ...publish,
        sampling: { ...system, [attr.ATTR_MESSAGING_OPERATION]: 'publish' },
        attributes: {
          ...publish.attributes,
          ...onStream,
          ...ofEvents(({ args }) => args[0]),
        },
        settled: { 'publish.success': ({ failed }) => !failed },
        logs: publishRecords(logs.LOGGER),
      },
      /** No span: the publish span goes into the entry as further fields. */
      serializeEvent: { context: { inject: ({ result }) => ({ carrier: result }) } },
      processMessage: {
        span: 'eventsource.event_bus.process',
        via: 'startConsuming, recoverPendingMessages',
        kind: SpanKind.CONSUMER,
        sampling: { ...system, [attr.ATTR_MESSAGING_OPERATION]: 'receive' },
        timed: true,
        context: { parent: ({ args }) => fromHeaders(args[1]) },
        attributes: {
          ...onStream,
          'message.id': ({ args }) => args[0],
          'consumer.name': ({ args }) => args[2],
          [attr.ATTR_EVENT_TYPE]: ({ args }) => args[1]?.event_type ?? 'unknown',
          [attr.ATTR_EVENT_ID]: ({ args }) => args[1]?.event_id ?? 'unknown',
        },
        ending: { outcome: failureOf },
        // A message of an unknown type is passed over: neither processed nor failed.
        result: {
          'processing.success': ({ result }) => (result.skipped === undefined ? true : undefined),
          'processing.duration_ms': ({ result, elapsedMs }) => (result.skipped === undefined ? elapsedMs : undefined),
        },
        failure: { 'processing.success': false },
        settled: ofDelivery,
        metrics: redisDeliveries,
        logs: logs.processRecords,
      },
      dispatchEvent: {
        span: 'eventsource.event_bus.dispatch',
        via: 'startConsuming',
        sampling: system,
        attributes: {
          ...onStream,
          [attr.ATTR_HANDLER_COUNT]: ({ args }) => args[2]?.length,
          ...ofEvent(first, 'eventType', 'eventId', 'aggregateId'),
        },
        logs: dispatchRecords(logs.LOGGER, ({ args }) => args[2] as readonly unknown[]),
      },
      invokeHandler: {
        span: SPAN_HANDLER,
        via: 'startConsuming',
        sampling: system,
        attributes: {
          ...onStream,
          [attr.ATTR_HANDLER_NAME]: ({ args }) => args[0]?.name,
          ...ofEvent(second, 'eventType', 'eventId', 'aggregateId'),
        },
        settled: { [attr.ATTR_HANDLER_SUCCESS]: ({ failed }) => !failed },
        logs: handleRecords(logs.LOGGER),
      },
    }),
    unspanned: {
      ...unspannedOfBrokers,
      ...none('bookkeeping in memory', 'resetStats'),
      ...none('eventsource-py has none', 'getStreamInfo'),
    },
  },
  {
    // Private, so it is named by hand. No span, only a measurement.
    target: 'RedisEventBus',
    family: 'buses',
    methods: { giveUp: { metrics: redisGivenUp, optional: true } } as Rows,
  },
  {
    // The part of the bus that neither publishes nor consumes: no spans, only records.
    target: 'RedisBusBase',
    baseOf: 'RedisEventBus',
    family: 'buses',
    shape: ['getDlqMessages', 'replayDlqMessage'],
    methods: rows<RedisEventBus>({
      sendToDlq: { logs: logs.dlqRecords },
      getDlqMessages: { logs: logs.readRecords },
      replayDlqMessage: { logs: logs.replayedRecords },
      getStreamInfo: { logs: logs.infoRecords },
      resetStats: { logs: logs.resetRecords },
    }),
  },
] as const satisfies readonly Aspect[];
