// SPDX-License-Identifier: Apache-2.0
// `credentials.js NAME`: uses every server with credentials, good and bad ones, and prints all telemetry of it.
import { context, metrics, trace } from '@opentelemetry/api';
import { type LoggerProvider, logs } from '@opentelemetry/api-logs';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { type EventBus, KafkaEventBus, RabbitMQEventBus, RedisEventBus } from 'eventsource/bus';
import { PostgreSQLEventStore } from 'eventsource/stores';
import pg from 'pg';
import { until } from '../../../fixtures/eventsource/test/services/support/inbox.js';
import { OrderPlaced } from '../../../fixtures/shop/events.js';
import { removeFrom } from '../../../testkit/brokers.js';
import { addressOf } from '../../../testkit/servers.js';
import { recordingLogs } from '../../../testkit/signals.js';

const [, , name = ''] = process.argv;
const [user, password] = ['top-secret-user', 'top-secret-word'];
const withCredentials = (address: string, as = user) => {
  const url = new URL(address.includes('://') ? address : `kafka://${address}`);
  url.username = as;
  url.password = password;
  return url.href;
};

const spans = new InMemorySpanExporter();
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }));
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2 ** 30 });
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));

const { provider, records } = recordingLogs();
logs.setGlobalLoggerProvider(provider as LoggerProvider);

const event = () => new OrderPlaced({ aggregateId: crypto.randomUUID(), aggregateVersion: 1, customer: 'anna' });
const errors: unknown[] = [];
const note = (error: unknown) => void errors.push(error);

type Brokered = EventBus &
  Pick<KafkaEventBus, 'connect' | 'stopConsuming' | 'shutdown'> & { startConsuming(): Promise<void> };

/** Publishes and handles one event that succeeds and one that fails, as far as the broker lets us in. */
async function exchange(bus: Brokered): Promise<void> {
  let tries = 0;
  bus.subscribeToAllEvents(() => {
    tries += 1;
    if (tries > 1) throw new Error('no apples');
  });
  try {
    await bus.connect();
    const consuming = bus.startConsuming();
    await bus.publish([event(), event()]);
    await until(() => tries > 1, 20);
    bus.stopConsuming();
    await consuming;
  } catch (error) {
    note(error);
  }
  await bus.publish([event()]).catch(note);
  await bus.shutdown();
}

const kafka = { bootstrapServers: addressOf('kafka'), topicPrefix: name, consumerGroup: name };
const rabbitmq = { exchangeName: name, consumerGroup: 'readers', maxRetries: 0 };
const redis = { redisUrl: withCredentials(addressOf('redis'), 'default'), streamPrefix: name, maxRetries: 0 };
const sasl = { securityProtocol: 'SASL_PLAINTEXT', saslMechanism: 'PLAIN' } as const;
await exchange(new KafkaEventBus({ ...kafka, maxRetries: 0 }));
await exchange(new KafkaEventBus({ ...kafka, ...sasl, saslUsername: user, saslPassword: password }));
await exchange(new RabbitMQEventBus({ ...rabbitmq, rabbitmqUrl: addressOf('rabbitmq') }));
await exchange(new RabbitMQEventBus({ ...rabbitmq, rabbitmqUrl: withCredentials(addressOf('rabbitmq')) }));
await exchange(new RedisEventBus(redis));
const pool = new pg.Pool({ connectionString: withCredentials(addressOf('postgresql')) });
const order = event();
await new PostgreSQLEventStore(pool).appendEvents(order.aggregateId, 'Order', [order], 0).catch(note);
await pool.end();
for (const broker of ['kafka', 'rabbitmq', 'redis'] as const) await removeFrom(broker, name).catch(note);

await reader.forceFlush();
const told = spans
  .getFinishedSpans()
  .map(({ name, attributes, status, events, links, resource }) => [
    name,
    attributes,
    status,
    events,
    links,
    resource.attributes,
  ]);
const said = records.map(({ logger, severityText, body, attributes }) => ({ logger, severityText, body, attributes }));
console.log(JSON.stringify({ spans: told, metrics: exporter.getMetrics(), logs: said, failures: errors.length }));
