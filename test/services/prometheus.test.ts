// SPDX-License-Identifier: Apache-2.0
// The metrics of the guide, in the Prometheus that scrapes the process.
import assert from 'node:assert/strict';
import { describeWithBackEnd, freePorts, until } from '../../testkit/back-ends/program.js';
import { type Prometheus, startPrometheus } from '../../testkit/back-ends/prometheus.js';
import { removeFrom } from '../../testkit/brokers.js';
import { startProcess } from '../../testkit/processes.js';
import { describeOnServer } from '../../testkit/servers.js';
import { uniqueName } from './support/run.js';
import { exporterFile } from './support/shop.js';

/** What it adds to each series by itself, and the SDK to say which instrumentation it is of. */
const ADDED = new Set(['__name__', 'job', 'instance', 'otel_scope_name', 'otel_scope_version']);

describeOnServer('kafka', 'with Kafka,', () => {
  describeWithBackEnd('prometheus', 'Prometheus', () => {
    const name = uniqueName();
    let prometheus: Prometheus;
    let application: ReturnType<typeof startProcess>;

    before(async function () {
      this.timeout(120_000);
      const [port = 0] = await freePorts(1);
      prometheus = await startPrometheus({ targets: [`127.0.0.1:${port}`] });
      const args = [`--env-file=${exporterFile('prometheus')}`, 'dist/test/services/programs/measured.js', name];
      application = startProcess(args, {
        preloads: ['./register'],
        env: { ...process.env, OTEL_EXPORTER_PROMETHEUS_PORT: String(port), KAFKAJS_NO_PARTITIONER_WARNING: '1' },
      });
      await application.said('measured');
    });
    after(async () => {
      application?.kill();
      await prometheus?.stop();
      await removeFrom('kafka', name);
    });

    /** Series of a metric: their labels → value. */
    async function valuesOf(metric: string): Promise<Record<string, number>> {
      const samples = await prometheus.query(metric);
      return Object.fromEntries(
        samples.map(({ labels, value }) => {
          const own = Object.entries(labels).filter(([label]) => !ADDED.has(label));
          const texts = own.map(([label, text]) => `${label}=${text.replace(name, 'NAME')}`);
          return [texts.sort().join(), value];
        }),
      );
    }

    async function assertValues(expected: Readonly<Record<string, Readonly<Record<string, number>>>>): Promise<void> {
      const found = await Promise.all(Object.keys(expected).map(async (metric) => [metric, await valuesOf(metric)]));
      assert.deepEqual(Object.fromEntries(found), expected);
    }

    const [live, paused] = ['live', 'paused'].map((subscription) => `subscription=${subscription}`);
    const added = (status: string, subscription: string) => `event_type=ItemAdded,status=${status},${subscription}`;

    it('has what the subscriptions did: one with a failure, one that is paused', () =>
      until(() =>
        assertValues({
          subscription_events_processed_total: {
            [added('success', `${live}`)]: 4,
            [added('success', `${paused}`)]: 3,
          },
          subscription_events_failed_total: { [`error_type=RangeError,event_type=ItemAdded,${live}`]: 1 },
          subscription_processing_duration_count: {
            [added('success', `${live}`)]: 4,
            [added('failed', `${live}`)]: 1,
            [added('success', `${paused}`)]: 3,
          },
          subscription_lag: { [`${live}`]: 0, [`${paused}`]: 2 },
          subscription_state: { [`${live}`]: 3, [`${paused}`]: 4 },
        }),
      )).timeout(120_000);

    const ofEvent = 'event_type=OrderPlaced,messaging_destination=NAME.stream';
    const partition = 'messaging_kafka_partition=0';
    const lag = (value: number) => ({
      [`messaging_destination=NAME.stream,messaging_kafka_consumer_group=NAME.sales,${partition}`]: value,
    });
    const handledOf = (count: number) => ({
      kafka_eventbus_messages_published_total: { [`${ofEvent},messaging_system=kafka`]: 6 },
      kafka_eventbus_messages_consumed_total: { [`${ofEvent},${partition},messaging_system=kafka`]: count },
      kafka_eventbus_handler_duration_count: { 'event_type=OrderPlaced,handler_name=Warehouse': count },
      kafka_eventbus_consumer_lag: lag(6 - count),
    });

    it('has what the Kafka bus did: in the middle of its work and at the end', async () => {
      await until(() => assertValues(handledOf(3)));
      application.stop(); // lets the handler go on
      await until(() => assertValues(handledOf(6)));
    }).timeout(120_000);
  });
});
