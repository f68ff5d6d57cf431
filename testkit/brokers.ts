// SPDX-License-Identifier: Apache-2.0
// Buses on the real brokers, and what lies below them: messages as the broker has them, to look at and to write.
import amqp from 'amqplib';
import { KafkaEventBus, RabbitMQEventBus, RedisEventBus } from 'eventsource/bus';
import kafkajs from 'kafkajs';
import { createClient } from 'redis';
import type { Broker, SharedBus } from '../fixtures/shop-readmodel/broker.js';
import { addressOf } from './servers.js';

export type { Broker, SharedBus };
export const brokers: readonly Broker[] = ['rabbitmq', 'redis', 'kafka'];

export interface BusOptions {
  /** The consumer group. @default 'readers' */
  readonly group?: string;
  /** @default true */
  readonly enableTracing?: boolean;
  /** @default true */
  readonly enableDlq?: boolean;
}

/** Failed messages are tried twice more, at once. */
const RETRIES = { maxRetries: 2, retryBaseDelay: 0.001 };

/** @param name of the exchange, stream or topic */
export function createBus(
  broker: Broker,
  name: string,
  { group = 'readers', enableTracing = true, enableDlq = true }: BusOptions = {},
) {
  const make: Record<Broker, () => SharedBus> = {
    rabbitmq: () =>
      new RabbitMQEventBus({
        rabbitmqUrl: addressOf('rabbitmq'),
        exchangeName: name,
        consumerGroup: group,
        enableTracing,
        enableDlq,
        ...RETRIES,
      }),
    redis: () =>
      new RedisEventBus({
        redisUrl: addressOf('redis'),
        streamPrefix: name,
        consumerGroup: group,
        enableTracing,
        enableDlq,
        maxRetries: RETRIES.maxRetries,
      }),
    kafka: () =>
      new KafkaEventBus({
        bootstrapServers: addressOf('kafka'),
        topicPrefix: name,
        consumerGroup: `${name}.${group}`,
        enableTracing,
        enableDlq,
        ...RETRIES,
      }),
  };
  return make[broker]();
}

/** A message as the broker has it; values of headers are text, or whatever else the broker takes. */
export interface Message {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** The group whose messages {@link readMessages} shows, where a broker keeps them by group. */
const OBSERVERS = 'observers';

/** Lets RabbitMQ keep all messages from now on for {@link readMessages}; the others keep them anyway. */
export async function observe(broker: Broker, name: string): Promise<void> {
  if (broker !== 'rabbitmq') return;
  const bus = createBus(broker, name, { group: OBSERVERS });
  await bus.connect();
  await bus.shutdown();
}

/** All messages so far, in the order in which they came. */
export function readMessages(broker: Broker, name: string): Promise<Message[]> {
  switch (broker) {
    case 'rabbitmq':
      return readQueue(`${name}.${OBSERVERS}`);
    case 'redis':
      return readStream(`${name}:stream`);
    case 'kafka':
      return readTopic(`${name}.stream`);
  }
}

/** What `group` has given up. */
export function readDeadLetters(broker: Broker, name: string, group = 'readers'): Promise<Message[]> {
  switch (broker) {
    case 'rabbitmq':
      return readQueue(`${name}.${group}.dlq`);
    case 'redis':
      return readStream(`${name}:stream_dlq`);
    case 'kafka':
      return readTopic(`${name}.stream.dlq`);
  }
}

/** Puts messages where those of a bus go. */
export async function writeMessages(broker: Broker, name: string, messages: readonly Message[]): Promise<void> {
  switch (broker) {
    case 'rabbitmq':
      return withChannel(async (channel) => {
        for (const { headers, body } of messages) {
          channel.publish(name, 'Order.OrderPlaced', Buffer.from(body), { headers });
        }
        await channel.waitForConfirms();
      });
    case 'redis':
      return withRedis(async (client) => {
        for (const { headers, body } of messages) {
          await client.xAdd(`${name}:stream`, '*', { ...(headers as Record<string, string>), payload: body });
        }
      });
    case 'kafka':
      return withKafka(async (kafka) => {
        const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
        await producer.connect();
        for (const { headers, body } of messages) {
          await producer.send({
            topic: `${name}.stream`,
            messages: [{ headers: headers as kafkajs.IHeaders, value: body }],
          });
        }
        await producer.disconnect();
      });
  }
}

/** Removes everything of this name. */
export async function removeFrom(broker: Broker, name: string): Promise<void> {
  switch (broker) {
    case 'rabbitmq':
      return withChannel(async (channel) => {
        for (const group of ['readers', 'others', 'sales', 'order-projections', 'default', OBSERVERS]) {
          await channel.deleteQueue(`${name}.${group}`);
          await channel.deleteQueue(`${name}.${group}.dlq`);
        }
        await channel.deleteExchange(name);
        await channel.deleteExchange(`${name}_dlq`);
      });
    case 'redis':
      return withRedis(async (client) => {
        for await (const keys of client.scanIterator({ MATCH: `${name}:*`, COUNT: 1000 })) {
          if (keys.length > 0) await client.unlink(keys);
        }
      });
    case 'kafka':
      return withKafka(async (kafka) => {
        const admin = kafka.admin();
        await admin.connect();
        const topics = await admin.listTopics();
        await admin.deleteTopics({ topics: topics.filter((topic) => topic.startsWith(`${name}.`)) });
        await admin.disconnect();
      });
  }
}

async function readQueue(queue: string): Promise<Message[]> {
  return withChannel(async (channel) => {
    const messages: Message[] = [];
    for (;;) {
      const message = await channel.get(queue, { noAck: true });
      if (message === false) return messages;
      messages.push({ headers: message.properties.headers ?? {}, body: message.content.toString() });
    }
  });
}

async function readStream(stream: string): Promise<Message[]> {
  return withRedis(async (client) => {
    const entries = await client.xRange(stream, '-', '+');
    return (entries ?? []).map(({ message: { payload = '', ...headers } }) => ({ headers, body: payload }));
  });
}

async function readTopic(topic: string): Promise<Message[]> {
  return withKafka(async (kafka) => {
    const admin = kafka.admin();
    await admin.connect();
    const [partition] = await admin.fetchTopicOffsets(topic);
    await admin.disconnect();
    const count = Number(partition?.high ?? 0);
    const messages: Message[] = [];
    if (count === 0) return messages;
    const consumer = kafka.consumer({ groupId: `${topic}.reader-${process.pid}-${performance.now()}` });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const eachMessage = async ({ message }: kafkajs.EachMessagePayload) => {
        messages.push({ headers: textsOf(message.headers), body: message.value?.toString() ?? '' });
        if (messages.length === count) resolve();
      };
      consumer.run({ eachMessage }).catch(reject);
    });
    await consumer.disconnect();
    return messages;
  });
}

function textsOf(headers: kafkajs.IHeaders = {}): Record<string, unknown> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value?.toString()]));
}

async function withChannel<T>(work: (channel: amqp.ConfirmChannel) => Promise<T>): Promise<T> {
  const connection = await amqp.connect(addressOf('rabbitmq'));
  try {
    return await work(await connection.createConfirmChannel());
  } finally {
    await connection.close();
  }
}

async function withRedis<T>(work: (client: ReturnType<typeof redisClient>) => Promise<T>): Promise<T> {
  const client = redisClient();
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

function redisClient() {
  return createClient({ url: addressOf('redis') });
}

function withKafka<T>(work: (kafka: kafkajs.Kafka) => Promise<T>): Promise<T> {
  const brokerList = addressOf('kafka').split(',');
  return work(new kafkajs.Kafka({ brokers: brokerList, logLevel: kafkajs.logLevel.NOTHING }));
}
