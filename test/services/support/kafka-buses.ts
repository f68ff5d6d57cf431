// SPDX-License-Identifier: Apache-2.0
// The Kafka buses of one test, on a topic and in a group of their own.
import { KafkaEventBus, type KafkaEventBusOptions } from 'eventsource/bus';
import kafkajs from 'kafkajs';
import { until } from '../../../fixtures/eventsource/test/services/support/inbox.js';
import { addressOf } from '../../../testkit/servers.js';
import { uniqueName } from './run.js';

export interface KafkaBuses {
  /** Prefix of the topic, and the group. */
  readonly name: string;
  bus(options?: KafkaEventBusOptions): KafkaEventBus;
  /** A connected bus whose consumer has its partitions. */
  consuming(bus: KafkaEventBus): Promise<void>;
  close(): Promise<void>;
}

export async function openKafkaBuses(numPartitions = 1): Promise<KafkaBuses> {
  const name = uniqueName();
  const brokers = addressOf('kafka').split(',');
  const admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: `${name}.stream`, numPartitions }] });
  const buses: KafkaEventBus[] = [];
  return {
    name,
    bus(options = {}) {
      const settings = { topicPrefix: name, consumerGroup: name, heartbeatIntervalMs: 200, retryBaseDelay: 0.02 };
      const bus = new KafkaEventBus({ bootstrapServers: addressOf('kafka'), ...settings, ...options });
      buses.push(bus);
      return bus;
    },
    async consuming(bus) {
      await bus.connect();
      void bus.startConsumingInBackground();
      await until(() => bus.assignedPartitions.length > 0, 20);
    },
    async close() {
      await Promise.all(buses.map((bus) => bus.shutdown({ timeout: 3 })));
      const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(name));
      await admin.deleteTopics({ topics });
      await admin.disconnect();
    },
  };
}
