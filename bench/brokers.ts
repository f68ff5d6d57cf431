// SPDX-License-Identifier: Apache-2.0
// What two consumers of one group need to share a broker's messages.
import { KafkaEventBus } from 'eventsource/bus';
import kafkajs from 'kafkajs';
import type { Broker, SharedBus } from '../testkit/brokers.js';
import { addressOf } from '../testkit/servers.js';

/** Makes the topic of this name with a partition for each consumer; the other brokers need nothing of the kind. */
export async function createPartitions(broker: Broker, name: string, consumers: number): Promise<void> {
  if (broker !== 'kafka') return;
  const kafka = new kafkajs.Kafka({ brokers: addressOf('kafka').split(','), logLevel: kafkajs.logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: `${name}.stream`, numPartitions: consumers }] });
  await admin.disconnect();
}

/** Whether a bus that has begun to consume has its part of the partitions. */
export function hasItsShare(bus: SharedBus): boolean {
  return !(bus instanceof KafkaEventBus) || bus.assignedPartitions.length === 1;
}
