// SPDX-License-Identifier: Apache-2.0
// OpenTelemetry's own instrumentations of the drivers, loaded the way their documentation says.
import { register } from 'node:module';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { AmqplibInstrumentation } from '@opentelemetry/instrumentation-amqplib';
import { KafkaJsInstrumentation } from '@opentelemetry/instrumentation-kafkajs';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { RedisInstrumentation } from '@opentelemetry/instrumentation-redis';

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url, {
  data: { include: ['pg', 'pg-pool', 'amqplib', 'kafkajs', 'redis', '@redis/client'] },
});
registerInstrumentations({
  instrumentations: [
    new AmqplibInstrumentation(),
    new KafkaJsInstrumentation(),
    new PgInstrumentation(),
    new RedisInstrumentation(),
  ],
});
