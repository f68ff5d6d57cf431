// SPDX-License-Identifier: Apache-2.0
// What is measured of the Kafka bus, on a real broker.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { metrics } from '@opentelemetry/api';
import { AggregationTemporality } from '@opentelemetry/sdk-metrics';
import type { DomainEvent } from 'eventsource';
import * as buses from 'eventsource/bus';
import { failing, gate, until } from '../../fixtures/eventsource/test/services/support/inbox.js';
import { OrderPlaced } from '../../fixtures/shop/events.js';
import { library } from '../../src/libraries/eventsource/index.js';
import { weaveClasses } from '../../src/weaving/classes.js';
import { describeOnServer } from '../../testkit/servers.js';
import { type RecordedMetrics, recordingMetrics } from '../../testkit/signals.js';
import { testRuntime } from '../../testkit/telemetry.js';
import { type KafkaBuses, openKafkaBuses } from './support/kafka-buses.js';

type KafkaEventBus = buses.KafkaEventBus;

const ids = [randomUUID(), randomUUID(), randomUUID()] as const;
const placed = (aggregateId: string) => new OrderPlaced({ aggregateId, aggregateVersion: 1, customer: 'anna' });

/** Takes all events of a bus. */
class Inbox {
  readonly events: DomainEvent[] = [];
  handling: (event: DomainEvent) => unknown = () => {};

  constructor(bus: KafkaEventBus) {
    bus.subscribeToAllEvents(this);
  }

  async handle(event: DomainEvent): Promise<void> {
    await this.handling(event);
    this.events.push(event);
  }
}

describeOnServer('kafka', 'metrics of the Kafka bus', () => {
  let harness: KafkaBuses;
  let recorded: RecordedMetrics;
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
    recorded = recordingMetrics(AggregationTemporality.DELTA);
    metrics.setGlobalMeterProvider(recorded.provider);
  });
  afterEach(async () => {
    await harness.close();
    metrics.disable();
  });
  after(() => takeAway());

  /** Measurements of one kind for the topic or group of this test: what stands in the braces → value. */
  async function collect(instrument: string): Promise<Record<string, number>> {
    const series = Object.entries(await recorded.collect()).flatMap(([name, value]) => {
      const [, own = '', attributes = ''] = /^kafka\.eventbus\.([\w.]+)(?:\{(.*)\})?$/.exec(name) ?? [];
      return own === instrument ? [[attributes.replaceAll(harness.name, 'T'), value] as const] : [];
    });
    return Object.fromEntries(series);
  }

  /** Lag by partition, as it is at the moment. */
  async function lags(): Promise<Record<string, number>> {
    const ours = Object.entries(await collect('consumer.lag')).filter(([series]) => series.includes('T.stream'));
    return Object.fromEntries(
      ours.map(([series, value]) => {
        const [, partition] =
          /^messaging\.kafka\.partition=(\d),messaging\.kafka\.consumer_group=T,messaging\.destination=T\.stream$/.exec(
            series,
          ) ?? [];
        return [partition, value];
      }),
    );
  }

  /** Publishes events of many aggregates, and notes the greatest lag of each partition while they are handled. */
  async function greatestLagsOf(publisher: KafkaEventBus, count: number, handled: () => number) {
    const greatest: Record<string, number> = {};
    const before = handled();
    const events = Array.from({ length: count }, () => placed(randomUUID()));
    await publisher.publish(events);
    while (handled() < before + count) {
      for (const [partition, lag] of Object.entries(await lags())) {
        greatest[partition] = Math.max(greatest[partition] ?? 0, lag);
      }
      await delay(2);
    }
    return greatest;
  }

  it('tell the lag of each partition: while it is worked off, after a rebalance, and 0 in the end', async () => {
    harness = await openKafkaBuses(2);
    const [first, second] = [harness.bus(), harness.bus()];
    const inboxes = [new Inbox(first), new Inbox(second)];
    for (const inbox of inboxes) inbox.handling = () => delay(5);
    const handled = () => inboxes.reduce((sum, { events }) => sum + events.length, 0);
    const bothNonzero = (lag: Record<string, number>) => (lag[0] ?? 0) > 0 && (lag[1] ?? 0) > 0;
    await harness.consuming(first);
    assert.ok(bothNonzero(await greatestLagsOf(first, 40, handled)), 'of one consumer');
    await until(async () => isZero(await lags()));

    await harness.consuming(second);
    await until(() => first.assignedPartitions.length === 1 && second.assignedPartitions.length === 1, 15);
    assert.ok(bothNonzero(await greatestLagsOf(first, 40, handled)), 'of two consumers');
    await until(async () => isZero(await lags()));

    await second.shutdown();
    await until(() => first.assignedPartitions.length === 2, 15);
    assert.ok(bothNonzero(await greatestLagsOf(first, 40, handled)), 'of the first again');
    await until(async () => isZero(await lags()));
    assert.deepEqual(Object.keys(await lags()).sort(), ['0', '1']);
  }).timeout(120_000);

  it('say 0 once of a partition that another process has now', async () => {
    harness = await openKafkaBuses();
    const bus = harness.bus();
    const inbox = new Inbox(bus);
    const { open, opened } = gate();
    inbox.handling = () => opened;
    await bus.connect();
    await bus.publish([placed(ids[1]), placed(ids[1]), placed(ids[1])]);
    await harness.consuming(bus);
    await until(async () => (await lags())[0] === 3);
    bus.onPartitionsRevoked([0]);
    assert.deepEqual([await lags(), await lags()], [{ 0: 0 }, {}]);
    open();
  });

  it('count the changes of the group’s shares', async () => {
    harness = await openKafkaBuses(2);
    const [first, second] = [harness.bus(), harness.bus()];
    for (const bus of [first, second]) new Inbox(bus);
    await harness.consuming(first);
    assert.deepEqual(await collect('rebalances'), {});
    await harness.consuming(second);
    await until(() => first.assignedPartitions.length === 1, 15);
    const counted = await collect('rebalances');
    assert.ok(first.getStats().rebalanceCount > 0);
    assert.deepEqual(counted, {
      'messaging.kafka.consumer_group=T': first.getStats().rebalanceCount + second.getStats().rebalanceCount,
    });
  }).timeout(120_000);

  it('count a consumer that has taken the place of a failed one, and what that one failed on', async () => {
    harness = await openKafkaBuses();
    const bus = harness.bus();
    const inbox = new Inbox(bus);
    const { onRecord } = bus;
    let failures = 1;
    bus.onRecord = function (record, commit) {
      failures -= 1;
      // The driver gives up at once on errors of this class.
      return failures >= 0 ? Promise.reject(new TypeError('broken')) : onRecord.call(this, record, commit);
    };
    await harness.consuming(bus);
    await bus.publish([placed(ids[1])]);
    await until(() => inbox.events.length === 1, 15);
    const counted = await recorded.collect();
    assert.equal(counted['kafka.eventbus.reconnections'], 1);
    const errors = Object.entries(counted).filter(([series]) => series.startsWith('kafka.eventbus.connection.errors'));
    assert.deepEqual(
      errors.map(([, count]) => count),
      [1],
    );
  }).timeout(120_000);

  it('count a dead letter when the broker has acknowledged it, and not before or without', async () => {
    harness = await openKafkaBuses();
    const bus = harness.bus({ maxRetries: 0 });
    const inbox = new Inbox(bus);
    inbox.handling = failing(2);
    const { open, opened } = gate();
    const { sendToKafka } = bus;
    let tries = 0;
    bus.sendToKafka = async function (topic, record) {
      if (topic !== this.config.dlqTopicName) return sendToKafka.call(this, topic, record);
      tries += 1;
      if (tries === 1) throw new Error('the dead-letter topic is away');
      const sent = await sendToKafka.call(this, topic, record);
      await opened;
      return sent;
    };
    await harness.consuming(bus);
    await bus.publish([placed(ids[1])]);
    await until(() => tries === 2, 20);
    assert.deepEqual(await collect('messages.dlq'), {});
    open();
    await until(() => bus.getStats().messagesSentToDlq === 1);
    assert.deepEqual(await collect('messages.dlq'), { 'dlq.reason=max_retries_exceeded,error.type=OutOfStock': 1 });
  }).timeout(120_000);

  it('count background publishes once, as their deliveries end', async () => {
    harness = await openKafkaBuses();
    const bus = harness.bus();
    await bus.connect();
    const published = 'messaging.system=kafka,messaging.destination=T.stream,event.type=OrderPlaced';
    const { open, opened } = gate();
    const { sendToKafka } = bus;
    bus.sendToKafka = async function (topic, record) {
      await opened;
      if (record.key === ids[0]) throw new RangeError('no');
      return sendToKafka.call(this, topic, record);
    };
    await bus.publish([placed(ids[1]), placed(ids[2]), placed(ids[0])], { background: true });
    const meanwhile = await recorded.collect();
    assert.deepEqual(
      Object.keys(meanwhile).filter((series) => /published|publish\.errors/.test(series)),
      [],
    );
    assert.equal(meanwhile['kafka.eventbus.batch.size'], 1);
    open();
    await until(() => bus.getStats().eventsPublished === 2);
    await delay(20);
    const counted = Object.entries(await recorded.collect()).map(
      ([name, value]) => [name.replaceAll(harness.name, 'T'), value] as const,
    );
    assert.deepEqual(Object.fromEntries(counted.filter(([name]) => /published|publish\./.test(name))), {
      [`kafka.eventbus.messages.published{${published}}`]: 2,
      [`kafka.eventbus.publish.errors{${published},error.type=RangeError}`]: 1,
    });
  });

  it('show every bus that was connected: 1 while it is, then 0; and none whose metrics are off', async () => {
    harness = await openKafkaBuses();
    const group = (name: string) => `${harness.name}.${name}`;
    const [one, two, off] = [
      harness.bus({ consumerGroup: group('one') }),
      harness.bus({ consumerGroup: group('two'), enableTracing: false }),
      harness.bus({ consumerGroup: group('off'), enableMetrics: false }),
    ];
    for (const bus of [one, two, off]) await bus.connect();
    await off.publish([placed(ids[1])]);
    assert.deepEqual(await ofThisTest(), { 'T.one': 1, 'T.two': 1 });
    assert.deepEqual(await collect('messages.published'), {});
    await one.shutdown();
    assert.deepEqual(await ofThisTest(), { 'T.one': 0, 'T.two': 1 });

    async function ofThisTest() {
      const all = Object.entries(await collect('connections.active'));
      const ours = all.map(
        ([series, value]) => [series.replace('messaging.kafka.consumer_group=', ''), value] as const,
      );
      return Object.fromEntries(ours.filter(([name]) => name.startsWith('T.')));
    }
  });
});

function isZero(lag: Record<string, number>): boolean {
  return Object.values(lag).every((value) => value === 0);
}
