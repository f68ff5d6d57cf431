// SPDX-License-Identifier: Apache-2.0
// Guide, "Event Buses", KafkaEventBus: one publish span per event, none for the call; names carry the event type.
import { SpanKind } from '@opentelemetry/api';
import type { DomainEvent } from 'eventsource';
import type { KafkaEventBus, KafkaRecord } from 'eventsource/bus';
import * as attr from '../../../conventions/attributes.js';
import { headerGetter } from '../../../conventions/headers.js';
import { type Aspect, type Call, type Facts, type Recipe, rows } from '../../../weaving/aspect.js';
import { className } from '../../../weaving/failure.js';
import type { Measurement } from '../../../weaving/signals.js';
import { secondsQueued } from '../../metrics/deliveries.js';
import { queueTime } from '../../metrics/instruments.js';
import { COMPONENT } from '../../metrics/shared.js';
import { first, ofEvent, second } from '../events.js';
import { handleRecords } from '../logs/event-buses.js';
import * as logs from '../logs/kafka-bus.js';
import { handsDeadLettered, kafkaFailures } from '../metrics/failures.js';
import { failureOf, ownSwitch } from '../shared.js';
import { none } from '../unspanned.js';
import { DESTINATION_KIND, deliveryOf, fromHeaders, unspannedOfBrokers } from './brokers.js';
import {
  batchSize,
  connectionErrors,
  consumed,
  consumeTime,
  deadLetters,
  gauges,
  handlerErrors,
  handlerTime,
  invocations,
  publishErrors,
  published,
  publishTime,
  rebalances,
  reconnections,
} from './kafka-metrics.js';

const PARTITION = 'messaging.kafka.partition';
const OFFSET = 'messaging.kafka.offset';

const system = { [attr.ATTR_MESSAGING_SYSTEM]: 'kafka' };
const topic = { ...system, [DESTINATION_KIND]: 'topic' };
const onTopic: Recipe<{ readonly self: KafkaEventBus }> = {
  [attr.ATTR_MESSAGING_DESTINATION]: ({ self }) => self.config.topicName,
};

const EVENT_TYPE = 'event.type';

/** The attributes of measurements have names of their own, those of the guide. */
const ofTopic: Recipe<{ readonly self: KafkaEventBus }> = {
  [attr.ATTR_MESSAGING_DESTINATION]: ({ self }) => self.config.topicName,
};
const ofPublished: Recipe<Call<KafkaEventBus, readonly [DomainEvent, ...unknown[]], unknown>> = {
  ...system,
  ...ofTopic,
  [EVENT_TYPE]: ({ args }) => args[0]?.eventType,
};
const ofHandler: Recipe<Call<unknown, readonly [{ readonly name: string }, DomainEvent], unknown>> = {
  'handler.name': ({ args }) => args[0]?.name,
  [EVENT_TYPE]: ({ args }) => args[1]?.eventType,
};
const ofError: Recipe<{ readonly error: unknown }> = { 'error.type': ({ error }) => className(error) };

const recordsTaken: readonly Measurement<Call<unknown, readonly [KafkaRecord, ...unknown[]]>>[] = [
  {
    instrument: queueTime,
    attributes: { [COMPONENT]: 'KafkaEventBus', [attr.ATTR_EVENT_TYPE]: ({ args }) => eventTypeOf(args[0]) },
    value: ({ args, elapsedMs }) => {
      const [record] = args;
      if (!hasEventType(record) || retryCountOf(record) !== undefined) return undefined;
      return secondsQueued(new Date(String(headerGetter.get(record?.message.headers, 'occurred_at'))), elapsedMs);
    },
  },
];

export const kafkaEventBus = [
  {
    target: 'KafkaEventBus',
    family: 'buses',
    tracing: ownSwitch,
    measuring: ({ config }: KafkaEventBus) => config.enableMetrics,
    methods: rows<KafkaEventBus>({
      /** No span: each event of it has one. */
      publish: {
        when: ({ args }) => args[0]?.length !== 0,
        metrics: [
          { instrument: batchSize, value: ({ args }) => args[0]?.length, on: 'success' },
          { instrument: publishTime, attributes: ofTopic, on: 'success' },
        ],
      },
      /** No span: a bus is observed once it has been connected. */
      connect: {
        life: { gauges, begins: ({ self }) => self },
        metrics: [{ instrument: connectionErrors, attributes: ofError, on: 'failure' }],
        logs: logs.connectRecords,
      },
      publishSingleEvent: {
        span: ({ args }) => `eventsource.event_bus.publish ${args[0]?.eventType}`,
        via: 'publish',
        kind: SpanKind.PRODUCER,
        sampling: { ...topic, [attr.ATTR_MESSAGING_OPERATION]: 'publish' },
        attributes: {
          ...onTopic,
          ...ofEvent(first, 'eventType', 'eventId', 'aggregateId', 'aggregateType'),
        },
        ending: { until: deliveryOf },
        metrics: [
          { instrument: published, attributes: ofPublished, on: 'success' },
          { instrument: publishErrors, attributes: { ...ofPublished, ...ofError }, on: 'failure' },
        ],
        result: {
          [PARTITION]: ({ result }) => result.partition,
          [OFFSET]: ({ result }) => result.offset,
        },
        logs: logs.publishRecords,
      },
      /** No span: the publish span is current while the headers are built. */
      createHeaders: { context: { inject: ({ result }) => ({ carrier: result }) } },
      /** No span: new records, retries and dead letters all go out with the publish span. */
      sendToKafka: { context: { pins: ({ args }) => args[1]?.headers }, optional: true },
      /** No span: what the headers tell of a record, whose handling begins. */
      onRecord: { timed: true, metrics: recordsTaken, logs: logs.takenRecords, optional: true },
      processMessage: {
        span: ({ args }) => `eventsource.event_bus.consume ${eventTypeOf(args[0])}`,
        via: 'startConsuming',
        kind: SpanKind.CONSUMER,
        sampling: { ...topic, [attr.ATTR_MESSAGING_OPERATION]: 'receive' },
        context: { parent: ({ args }) => fromHeaders(args[0]?.message.headers) },
        attributes: {
          [attr.ATTR_MESSAGING_DESTINATION]: ({ args }) => args[0]?.topic,
          [PARTITION]: ({ args }) => args[0]?.partition,
          [OFFSET]: ({ args }) => offsetOf(args[0]),
          'messaging.kafka.consumer_group': ({ self }) => self.config.consumerGroup,
          [attr.ATTR_EVENT_TYPE]: ({ args }) => eventTypeOf(args[0]),
        },
        ending: { outcome: failureOf },
        settled: {
          [attr.ATTR_RETRY_COUNT]: ({ args }) => retryCountOf(args[0]),
          ...ofEvent(decodedIn, 'eventId', 'aggregateId', 'aggregateType'),
        },
        timed: true,
        metrics: [
          {
            instrument: consumed,
            attributes: {
              ...system,
              [attr.ATTR_MESSAGING_DESTINATION]: ({ args }) => args[0]?.topic,
              [PARTITION]: ({ args }) => args[0]?.partition,
              [EVENT_TYPE]: ({ args }) => eventTypeOf(args[0]),
            },
            value: ({ args }) => (hasEventType(args[0]) ? 1 : undefined),
          },
          {
            instrument: consumeTime,
            attributes: { [attr.ATTR_MESSAGING_DESTINATION]: ({ args }) => args[0]?.topic },
            value: ({ args, elapsedMs }) => (hasEventType(args[0]) ? elapsedMs : undefined),
          },
        ],
        logs: logs.processRecords,
      },
      /** No span: whose record it was is known also where it cannot be committed, and nothing is returned. */
      decodeMessage: { hands: ({ result }) => ({ event: result }), optional: true },
      dispatchToHandler: {
        span: ({ args }) => `eventsource.event_bus.dispatch ${args[0]?.name}`,
        via: 'startConsuming',
        sampling: system,
        attributes: {
          ...onTopic,
          [attr.ATTR_HANDLER_NAME]: ({ args }) => args[0]?.name,
          ...ofEvent(second, 'eventType', 'eventId'),
        },
        metrics: [
          { instrument: invocations, attributes: ofHandler, on: 'success' },
          { instrument: handlerErrors, attributes: { ...ofHandler, ...ofError }, on: 'failure' },
          { instrument: handlerTime, attributes: ofHandler },
        ],
        logs: handleRecords(logs.LOGGER),
      },
      /** No spans from here on, only measurements and records. */
      handleProcessingError: { metrics: kafkaFailures, logs: logs.droppedRecords, optional: true },
      sendToDlq: {
        hands: handsDeadLettered,
        metrics: [
          {
            instrument: deadLetters,
            attributes: {
              'dlq.reason': ({ args }) => args[3] ?? 'max_retries_exceeded',
              'error.type': ({ args }) => className(args[1]),
            },
            on: 'success',
          },
        ],
        logs: logs.dlqRecords,
      },
      onConsumerError: {
        ending: { outcome: ({ args }) => ({ error: args[0] }) },
        logs: logs.consumerErrorRecords,
        metrics: [{ instrument: connectionErrors, attributes: { 'error.type': ({ args }) => className(args[0]) } }],
      },
      recordReconnection: { metrics: [{ instrument: reconnections }], logs: logs.reconnectionRecords },
      recordRebalance: {
        metrics: [
          {
            instrument: rebalances,
            attributes: { 'messaging.kafka.consumer_group': ({ self }) => self.config.consumerGroup },
          },
        ],
      },
      /** Only records from here on. */
      disconnect: { when: ({ self }) => self.isConnected, logs: logs.life.disconnect },
      shutdown: { logs: logs.life.shutdown },
      startConsuming: { logs: logs.life.startConsuming },
      stopConsuming: { logs: logs.life.stopConsuming },
    }),
    unspanned: {
      ...unspannedOfBrokers,
      ...none('bookkeeping in memory', 'calculateRetryDelay', 'recordReconnection', 'recordRebalance'),
      ...none('only what it calls gives spans', 'startConsumingInBackground'),
      ...none('eventsource-py has none', 'getPartitionOffsets'),
    },
  },
  {
    // The part of the bus that neither publishes nor consumes: no spans, only records.
    target: 'KafkaBusBase',
    baseOf: 'KafkaEventBus',
    family: 'buses',
    shape: ['getDlqMessages', 'replayDlqMessage'],
    methods: rows<KafkaEventBus>({
      onPartitionsAssigned: { logs: logs.assignedRecords },
      onPartitionsRevoked: { logs: logs.revokedRecords },
      republishForRetry: { logs: logs.retriedRecords },
      getDlqMessages: { logs: logs.readRecords },
      replayDlqMessage: { logs: logs.replayedRecords },
    }),
  },
] as const satisfies readonly Aspect[];

function hasEventType(record: KafkaRecord | undefined): boolean {
  return headerGetter.get(record?.message.headers, 'event_type') !== undefined;
}

function eventTypeOf(record: KafkaRecord | undefined): string {
  return headerGetter.get(record?.message.headers, 'event_type')?.toString() ?? 'unknown';
}

/** The driver hands it out as text, for it may be larger than a number can be. */
function offsetOf(record: KafkaRecord | undefined): bigint | undefined {
  return record?.message.offset ? BigInt(record.message.offset) : undefined;
}

function decodedIn({ facts }: { readonly facts: Facts }): DomainEvent | undefined {
  return facts.event as DomainEvent | undefined;
}

/** From the first retry on. */
function retryCountOf(record: KafkaRecord | undefined): number | undefined {
  const count = Number(headerGetter.get(record?.message.headers, 'retry_count'));
  return Number.isSafeInteger(count) && count > 0 ? count : undefined;
}
