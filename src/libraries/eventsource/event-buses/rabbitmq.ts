// SPDX-License-Identifier: Apache-2.0
// Guide, "Event Buses", RabbitMQEventBus.
import { SpanKind } from '@opentelemetry/api';
import type { DomainEvent } from 'eventsource';
import type { RabbitMQEventBus, RabbitMQMessage } from 'eventsource/bus';
import * as attr from '../../../conventions/attributes.js';
import { SPAN_HANDLER, SPAN_PUBLISH } from '../../../conventions/spans.js';
import { type Aspect, type Recipe, rows } from '../../../weaving/aspect.js';
import { first, ofEvent, ofEvents, second } from '../events.js';
import { dispatchRecords, handleRecords } from '../logs/event-buses.js';
import * as logs from '../logs/rabbitmq-bus.js';
import { consumed } from '../metrics/deliveries.js';
import { rabbitMQFailures } from '../metrics/failures.js';
import { failureOf, ownSwitch } from '../shared.js';
import { none } from '../unspanned.js';
import { DESTINATION_KIND, deliveryOf, fromHeaders, ofDelivery, unspannedOfBrokers } from './brokers.js';

const ROUTING_KEY = 'messaging.rabbitmq.routing_key';

type OfBus = Recipe<{ readonly self: RabbitMQEventBus }>;
const system = { [attr.ATTR_MESSAGING_SYSTEM]: 'rabbitmq' };
const publishing = { ...system, [attr.ATTR_MESSAGING_OPERATION]: 'publish' };
const receiving = { ...system, [attr.ATTR_MESSAGING_OPERATION]: 'receive' };
const toExchange: OfBus = {
  [attr.ATTR_MESSAGING_DESTINATION]: ({ self }) => self.config.exchangeName,
  [DESTINATION_KIND]: 'exchange',
};
const fromQueue: OfBus = { [attr.ATTR_MESSAGING_DESTINATION]: ({ self }) => self.config.queueName };

export const rabbitMQEventBus = [
  {
    target: 'RabbitMQEventBus',
    family: 'buses',
    tracing: ownSwitch,
    methods: rows<RabbitMQEventBus>({
      connect: { when: ({ self }) => !self.isConnected, logs: logs.connectRecords },
      disconnect: { when: ({ self }) => self.isConnected, logs: logs.life.disconnect },
      shutdown: { logs: logs.life.shutdown },
      startConsuming: { logs: logs.life.startConsuming },
      stopConsuming: { logs: logs.life.stopConsuming },
      handleFailedMessage: { metrics: rabbitMQFailures, logs: logs.droppedRecords, optional: true },
      publishBatch: { logs: logs.publishBatchRecords },
      publishSingle: {
        span: SPAN_PUBLISH,
        via: 'publish',
        kind: SpanKind.PRODUCER,
        sampling: publishing,
        attributes: {
          ...toExchange,
          [ROUTING_KEY]: ({ args }) => routingKeyOf(args[0]),
          ...ofEvent(first, 'eventType', 'eventId', 'aggregateId', 'aggregateType'),
        },
        ending: { until: deliveryOf },
        logs: logs.publishRecords,
      },
      publishEventBatch: {
        span: 'eventsource.event_bus.publish_batch',
        via: 'publish, publishBatch',
        kind: SpanKind.PRODUCER,
        sampling: publishing,
        attributes: {
          ...toExchange,
          [attr.ATTR_EVENT_COUNT]: ({ args }) => args[0]?.length,
          'messaging.batch.size': ({ args }) => args[0]?.length,
          'messaging.batch.chunk_size': ({ self }) => self.config.batchSize,
          'messaging.batch.max_concurrent': ({ self }) => self.config.maxConcurrentPublishes,
          ...ofEvents(({ args }) => args[0]),
        },
        ending: { outcome: failureOf, until: deliveryOf },
        settled: {
          'messaging.batch.published': ({ result }) => countOrNone(result?.published),
          'messaging.batch.failed': ({ result }) => countOrNone(result?.failed),
        },
        logs: logs.publishTogetherRecords,
      },
      /** No span: the publish span is current while the message is built, and goes into its headers. */
      createMessage: { context: { inject: ({ result }) => ({ carrier: result.options.headers }) } },
      /** No span: new messages, retries and dead letters all go out with the publish span. */
      sendMessage: { context: { pins: ({ args }) => args[2]?.options.headers }, optional: true },
      processMessage: {
        span: 'eventsource.event_bus.consume',
        via: 'startConsuming',
        kind: SpanKind.CONSUMER,
        sampling: receiving,
        context: { parent: ({ args }) => fromHeaders(args[0]?.properties.headers) },
        attributes: {
          ...fromQueue,
          [DESTINATION_KIND]: 'queue',
          'messaging.message_id': ({ args }) => textOf(args[0]?.properties.messageId),
          [ROUTING_KEY]: ({ args }) => args[0]?.fields.routingKey,
          [attr.ATTR_EVENT_TYPE]: ({ args }) => eventTypeOf(args[0]),
        },
        ending: { outcome: failureOf },
        settled: {
          [attr.ATTR_EVENT_ID]: ({ result }) => result?.event?.eventId,
          'event.unknown_type': ({ result }) => (result?.skipped === 'unknown_event_type' ? true : undefined),
          ...ofDelivery,
        },
        timed: true,
        metrics: consumed('RabbitMQEventBus'),
        logs: logs.processRecords,
      },
      dispatchEvent: {
        span: 'eventsource.event_bus.dispatch',
        via: 'startConsuming',
        sampling: system,
        attributes: {
          ...fromQueue,
          [attr.ATTR_HANDLER_COUNT]: ({ args }) => args[2]?.length,
          ...ofEvent(first, 'eventType', 'eventId', 'aggregateId'),
        },
        logs: dispatchRecords(logs.LOGGER, ({ args }) => args[2] as readonly unknown[]),
      },
      invokeHandler: {
        span: SPAN_HANDLER,
        via: 'startConsuming',
        sampling: system,
        timed: true,
        attributes: {
          ...fromQueue,
          [attr.ATTR_HANDLER_NAME]: ({ args }) => args[0]?.name,
          ...ofEvent(second, 'eventType', 'eventId'),
        },
        result: { 'handler.duration_ms': ({ elapsedMs }) => elapsedMs },
        settled: { [attr.ATTR_HANDLER_SUCCESS]: ({ failed }) => !failed },
        logs: handleRecords(logs.LOGGER),
      },
    }),
    unspanned: {
      ...unspannedOfBrokers,
      ...none('set-up and end', 'bindEventType', 'bindRoutingKey'),
      ...none('bookkeeping in memory', 'calculateRetryDelay', 'resetStats'),
      ...none('only what it calls gives spans', 'startConsumingInBackground'),
      ...none('eventsource-py has none', 'getDlqMessageCount', 'purgeDlq'),
    },
  },
  {
    // The part of the bus that neither publishes nor consumes: no spans, only records.
    target: 'RabbitMQBusBase',
    baseOf: 'RabbitMQEventBus',
    family: 'buses',
    shape: ['getDlqMessages', 'replayDlqMessage'],
    methods: rows<RabbitMQEventBus>({
      bindRoutingKey: { logs: logs.bindRecords },
      republishForRetry: { logs: logs.retriedRecords },
      sendToDlq: { logs: logs.dlqRecords },
      getDlqMessages: { logs: logs.readRecords },
      getDlqMessageCount: { logs: logs.countRecords },
      purgeDlq: { logs: logs.purgeRecords },
      replayDlqMessage: { logs: logs.replayedRecords },
      resetStats: { logs: logs.resetRecords },
    }),
  },
] as const satisfies readonly Aspect[];

function routingKeyOf(event: DomainEvent | undefined): string | undefined {
  return event === undefined ? undefined : `${event.aggregateType}.${event.eventType}`;
}

function eventTypeOf(message: RabbitMQMessage | undefined): string {
  return textOf(message?.properties.headers?.event_type) ?? 'unknown';
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function countOrNone(count: number | undefined): number | undefined {
  return count === 0 ? undefined : count;
}
