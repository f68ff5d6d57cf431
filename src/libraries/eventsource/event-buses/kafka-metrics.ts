// SPDX-License-Identifier: Apache-2.0
// What is measured of the Kafka bus.
import type { KafkaEventBus } from 'eventsource/bus';
import type { Gauge } from '../../../weaving/living.js';
import type { Instrument } from '../../../weaving/signals.js';

const counter = <Name extends string>(name: Name, unit: string, description: string, question: string) =>
  ({ kind: 'counter', name: `kafka.eventbus.${name}`, unit, description, question }) as const satisfies Instrument;
const histogram = <Name extends string>(name: Name, unit: string, description: string, question: string) =>
  ({ kind: 'histogram', name: `kafka.eventbus.${name}`, unit, description, question }) as const satisfies Instrument;

export const published = counter(
  'messages.published',
  'messages',
  'Events that the broker has acknowledged',
  'How much is published, and of what?',
);
export const publishErrors = counter(
  'publish.errors',
  'errors',
  'Events that could not be published',
  'What cannot be published, and why?',
);
export const publishTime = histogram(
  'publish.duration',
  'ms',
  'Time of one publish call, all its events together',
  'Is the broker slow to acknowledge?',
);
export const batchSize = histogram(
  'batch.size',
  'messages',
  'Events in one publish call',
  'How many events go out together?',
);
export const consumed = counter(
  'messages.consumed',
  'messages',
  'Deliveries, each try of an event counted',
  'How much is consumed, and of what?',
);
export const consumeTime = histogram(
  'consume.duration',
  'ms',
  'Time for handling one delivery',
  'Are deliveries slow to be handled?',
);
export const invocations = counter(
  'handler.invocations',
  'invocations',
  'Handler runs that ended well',
  'How often does each handler run?',
);
export const handlerErrors = counter(
  'handler.errors',
  'errors',
  'Handler runs that failed',
  'Which handlers fail, and why?',
);
export const handlerTime = histogram('handler.duration', 'ms', 'Run time of one handler', 'Which handlers are slow?');
export const deadLetters = counter(
  'messages.dlq',
  'messages',
  'Records that the dead-letter topic has taken',
  'What is given up, and why?',
);
export const connectionErrors = counter(
  'connection.errors',
  'errors',
  'Failures to connect, and of the consumer',
  'Can the broker be reached?',
);
export const reconnections = counter(
  'reconnections',
  'reconnections',
  'Consumers that took the place of a failed one',
  'Does the consumer keep failing?',
);
export const rebalances = counter(
  'rebalances',
  'rebalances',
  'Changes of the shares of the consumer group',
  'Is the consumer group restless?',
);

const ofGroup = ({ config }: KafkaEventBus) => ({ 'messaging.kafka.consumer_group': config.consumerGroup });

const connections = {
  instrument: {
    kind: 'gauge',
    name: 'kafka.eventbus.connections.active',
    unit: 'connections',
    description: '1 while the bus is connected',
    question: 'Which consumers are connected?',
  },
  observe: (bus: KafkaEventBus) => [{ value: bus.isConnected ? 1 : 0, attributes: ofGroup(bus) }],
  afterwards: 0,
} as const satisfies Gauge<KafkaEventBus>;

const consumerLag = {
  instrument: {
    kind: 'gauge',
    name: 'kafka.eventbus.consumer.lag',
    unit: 'messages',
    description: 'Records of an assigned partition that are still to be handled, as of the last fetch',
    question: 'Does the consumer keep up with the topic?',
  },
  observe: (bus: KafkaEventBus) =>
    bus.getPartitionOffsets().map(({ topic, partition, lag }) => ({
      value: lag,
      attributes: { 'messaging.kafka.partition': partition, ...ofGroup(bus), 'messaging.destination': topic },
    })),
  // A partition that another consumer has now: the last value would be shown for ever beside that one's.
  afterwards: 0,
} as const satisfies Gauge<KafkaEventBus>;

export const gauges = [connections, consumerLag] as readonly Gauge[];
