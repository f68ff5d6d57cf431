// SPDX-License-Identifier: Apache-2.0
// What operators ask for of the broker buses, on real brokers: how long messages wait, what is tried again and what is given up.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { metrics } from '@opentelemetry/api';
import type { DomainEvent } from 'eventsource';
import * as buses from 'eventsource/bus';
import { RabbitMQHarness } from '../../fixtures/eventsource/test/services/rabbitmq/harness.js';
import { RedisHarness } from '../../fixtures/eventsource/test/services/redis/harness.js';
import { failing, Inbox, OutOfStock, until } from '../../fixtures/eventsource/test/services/support/inbox.js';
import { placed } from '../../fixtures/eventsource/test/stores/suites/events.js';
import { OrderPlaced } from '../../fixtures/shop/events.js';
import { library } from '../../src/libraries/eventsource/index.js';
import { weaveClasses } from '../../src/weaving/classes.js';
import { describeOnServer } from '../../testkit/servers.js';
import { type RecordedMetrics, recordingMetrics } from '../../testkit/signals.js';
import { testRuntime } from '../../testkit/telemetry.js';
import { type KafkaBuses, openKafkaBuses } from './support/kafka-buses.js';

/** Longer than any delivery takes. */
const AGE_SECONDS = 100;

let recorded: RecordedMetrics;
function recordWoven(): void {
  let takeAway: () => void;
  before(() => {
    const runtime = testRuntime();
    const { undo } = weaveClasses(runtime, library.aspects, buses);
    takeAway = () => {
      runtime.providers.enabled = false;
      undo();
    };
  });
  beforeEach(() => {
    recorded = recordingMetrics();
    metrics.setGlobalMeterProvider(recorded.provider);
  });
  afterEach(() => metrics.disable());
  after(() => takeAway());
}

async function forOperators(read = recorded.collect): Promise<Record<string, number>> {
  const all = Object.entries(await read()).filter(([name]) => name.startsWith('eventsource.'));
  return Object.fromEntries(all.map(([name, value]) => [name.slice('eventsource.'.length), value]));
}

/** One first delivery of an event that was as old as that. */
async function assertQueued(component: string): Promise<void> {
  const series = `queue.duration{eventsource.component=${component},eventsource.event.type=OrderPlaced}`;
  assert.equal((await forOperators())[series], 1);
  const { [series]: seconds = 0 } = await forOperators(recorded.sums);
  assert.ok(seconds >= AGE_SECONDS && seconds < AGE_SECONDS + 10, `${seconds} s`);
}

const old = () => new Date(Date.now() - AGE_SECONDS * 1000);
const aged = () => placed(randomUUID(), { occurredAt: old() });

describeOnServer('rabbitmq', 'metrics for operators of the RabbitMQ bus', () => {
  const harness = new RabbitMQHarness();
  recordWoven();
  beforeEach(() => harness.open());
  afterEach(() => harness.close());

  it('tell the wait before the first delivery, and count the tries after it and the dead letter by their error', async () => {
    const bus = harness.bus({ maxRetries: 2 });
    const inbox = new Inbox(bus);
    inbox.handling = failing(9);
    await harness.consuming(bus);
    await bus.publish([aged()]);
    await until(() => bus.stats.messagesSentToDlq === 1);
    await until(async () => (await forOperators())[deadLetters] === 1);
    assert.equal((await forOperators())['retries{eventsource.component=RabbitMQEventBus,error.type=OutOfStock}'], 2);
    await assertQueued('RabbitMQEventBus');
  });

  it('count no dead letter where there is no queue for it', async () => {
    const bus = harness.bus({ maxRetries: 1, enableDlq: false });
    new Inbox(bus).handling = failing(9);
    await harness.consuming(bus);
    await bus.publish([aged()]);
    await until(() => bus.stats.messagesDropped === 1);
    await bus.shutdown({ timeout: 2 });
    const counted = await forOperators();
    assert.equal(counted['retries{eventsource.component=RabbitMQEventBus,error.type=OutOfStock}'], 1);
    assert.equal(counted[deadLetters], undefined);
  });

  const deadLetters = 'dead_letters.added{eventsource.component=RabbitMQEventBus,error.type=OutOfStock}';
});

describeOnServer('redis', 'metrics for operators of the Redis bus', () => {
  const harness = new RedisHarness();
  recordWoven();
  beforeEach(() => harness.open());
  afterEach(() => harness.close());

  it('tell the wait before the first delivery, and count further deliveries and what becomes a dead letter', async () => {
    const bus = harness.bus({ maxRetries: 1 });
    const inbox = new Inbox(bus);
    inbox.handling = failing(9);
    await harness.consuming(bus);
    await bus.publish([aged()]);
    await until(() => inbox.tries.length === 1);
    await bus.recoverPendingMessages();
    await bus.recoverPendingMessages();
    assert.deepEqual(
      Object.fromEntries(Object.entries(await forOperators()).filter(([name]) => !name.startsWith('queue'))),
      {
        'retries{eventsource.component=RedisEventBus}': 1,
        'dead_letters.added{eventsource.component=RedisEventBus}': 1,
      },
    );
    await assertQueued('RedisEventBus');
  });
});

describeOnServer('kafka', 'metrics for operators of the Kafka bus', () => {
  let harness: KafkaBuses;
  recordWoven();
  afterEach(() => harness.close());

  const ordered = () =>
    new OrderPlaced({ aggregateId: randomUUID(), aggregateVersion: 1, customer: 'anna', occurredAt: old() });

  it('tell the wait before the first delivery and count further tries; the guide counts the dead letters', async () => {
    harness = await openKafkaBuses();
    const bus = harness.bus({ maxRetries: 2 });
    const handled: DomainEvent[] = [];
    bus.subscribeToAllEvents({
      handle: async (event: DomainEvent) => {
        handled.push(event);
        throw new OutOfStock('no apples');
      },
    });
    await harness.consuming(bus);
    await bus.publish([ordered()]);
    await until(() => bus.stats.messagesSentToDlq === 1, 20);
    await bus.shutdown({ timeout: 3 });
    assert.equal(handled.length, 3);
    assert.deepEqual(
      Object.fromEntries(Object.entries(await forOperators()).filter(([name]) => !name.startsWith('queue'))),
      { 'retries{eventsource.component=KafkaEventBus,error.type=OutOfStock}': 2 },
    );
    await assertQueued('KafkaEventBus');
  }).timeout(120_000);

  it('are not recorded by a bus that says so', async () => {
    harness = await openKafkaBuses();
    const bus = harness.bus({ enableMetrics: false });
    const handled: DomainEvent[] = [];
    bus.subscribeToAllEvents({ handle: async (event: DomainEvent) => void handled.push(event) });
    await harness.consuming(bus);
    await bus.publish([ordered()]);
    await until(() => handled.length === 1, 20);
    await bus.shutdown({ timeout: 3 });
    assert.deepEqual(await forOperators(), {});
  }).timeout(120_000);
});
