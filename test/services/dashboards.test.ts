// SPDX-License-Identifier: Apache-2.0
// The dashboards and alert rules in a Prometheus that gets the metrics of a shop both ways: scraped from it, and by OTLP through a
// Collector, which spells the names otherwise.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Collector, startCollector } from '../../testkit/back-ends/collector.js';
import { describeWithBackEnd, freePorts, until } from '../../testkit/back-ends/program.js';
import { type Prometheus, startPrometheus } from '../../testkit/back-ends/prometheus.js';
import { removeFrom } from '../../testkit/brokers.js';
import { startProcess } from '../../testkit/processes.js';
import { describeOnServer } from '../../testkit/servers.js';
import { uniqueName } from './support/run.js';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../../dashboards');
const spellings = ['scraped', 'otlp'] as const;

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

function panelsOf(spelling: string): readonly Panel[] {
  return JSON.parse(readFileSync(join(folder, `grafana-${spelling}.json`), 'utf8')).panels;
}

function promtool(...args: string[]): void {
  const { status, stdout, stderr, error } = spawnSync('promtool', args, { cwd: folder, encoding: 'utf8' });
  if (error) throw error;
  assert.equal(status, 0, stdout + stderr);
}

describeWithBackEnd('prometheus', 'alert rules', () => {
  for (const spelling of spellings) {
    it(`are rules to Prometheus, with names as they are ${spelling}`, () => {
      promtool('check', 'rules', `alerts-${spelling}.yml`);
    }).timeout(120_000);

    it(`fire when they should and not otherwise, with names as they are ${spelling}`, () => {
      promtool('test', 'rules', `alerts-${spelling}.test.yml`);
    }).timeout(120_000);
  }
});

describeOnServer('kafka', 'with Kafka, dashboards', () => {
  describeWithBackEnd('prometheus', 'in Prometheus', () => {
    describeWithBackEnd('collector', 'and through a Collector', () => {
      const name = uniqueName();
      let collector: Collector;
      let prometheus: Prometheus;
      let application: ReturnType<typeof startProcess>;
      before(async function () {
        this.timeout(180_000);
        collector = await startCollector();
        const [port = 0] = await freePorts(1);
        prometheus = await startPrometheus({
          targets: [`127.0.0.1:${port}`, collector.page],
          rules: spellings.map((spelling) => join(folder, `alerts-${spelling}.yml`)),
        });
        application = startProcess(['dist/test/services/programs/busy.js', name], {
          preloads: ['./register'],
          env: {
            ...process.env,
            OTEL_TRACES_EXPORTER: 'none',
            OTEL_LOGS_EXPORTER: 'none',
            OTEL_METRICS_EXPORTER: 'prometheus,otlp',
            OTEL_METRIC_EXPORT_INTERVAL: '500',
            OTEL_METRIC_EXPORT_TIMEOUT: '500',
            OTEL_EXPORTER_PROMETHEUS_PORT: String(port),
            OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoints['http/protobuf'],
            KAFKAJS_NO_PARTITIONER_WARNING: '1',
          },
        });
        await application.said('busy');
      });
      after(async () => {
        application?.kill();
        await prometheus?.stop();
        await collector?.stop();
        await removeFrom('kafka', name);
      });

      for (const spelling of spellings) {
        describe(`with names as they are ${spelling}`, () => {
          for (const { title, targets = [] } of panelsOf(spelling)) {
            for (const { expr } of targets) {
              it(`have data for “${title}”: ${expr}`, () =>
                until(async () => {
                  const samples = await prometheus.query(expr.replaceAll('$__rate_interval', '20s'));
                  assert.ok(samples.length > 0, 'no series');
                  assert.ok(
                    samples.some(({ value }) => Number.isFinite(value)),
                    `${samples.map(({ value }) => value)}`,
                  );
                })).timeout(120_000);
            }
          }
        });
      }

      it('have a rule that fires on what the shop puts aside', () =>
        until(async () => {
          const alerts = await prometheus.query('ALERTS{alertname="EventSourceDeadLetters", alertstate="firing"}');
          const components = alerts.map(({ labels }) => labels.eventsource_component);
          assert.ok(components.includes('SQLiteDLQRepository'), `${components}`);
        })).timeout(120_000);
    });
  });
});
