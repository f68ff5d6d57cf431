// SPDX-License-Identifier: Apache-2.0
// The examples of docs/guide.md that need a server, and its example traces, recorded anew.
import assert from 'node:assert/strict';
import { removeFrom } from '../../testkit/brokers.js';
import { recordTrace, type TraceFile, traceFiles, withoutTimes } from '../../testkit/guide-traces.js';
import { addressOf, describeOnServer } from '../../testkit/servers.js';
import { startCollector } from '../guide/collector.js';
import { type Example, exampleNamed, examples, textOf } from '../guide/examples.js';
import { assertClaims, runAsClaimed, runExample } from '../guide/run.js';
import { uniqueName } from './support/run.js';

/** These two are run together. */
const publisher = exampleNamed('06-rabbitmq-publisher.ts');
const consumer = exampleNamed('07-rabbitmq-consumer.ts');

for (const broker of ['rabbitmq', 'kafka'] as const) {
  describeOnServer(broker, `the examples of the guide that need ${broker}`, () => {
    let name: string;
    let env: Readonly<Record<string, string>>;
    beforeEach(() => {
      name = uniqueName();
      env = {
        AMQP_URL: addressOf('rabbitmq'),
        KAFKA_BROKERS: addressOf('kafka'),
        EXCHANGE: name,
        TOPIC_PREFIX: name,
        // Of a timer in the past, which the driver of Kafka sets; Node.js 24 speaks of it.
        ...(broker === 'kafka' ? { NODE_NO_WARNINGS: '1' } : {}),
      };
    });
    afterEach(() => removeFrom(broker, name));

    for (const example of examples.filter(({ server }) => server === broker)) {
      if (example === publisher || example === consumer) continue;
      it(`do what they say: ${example.name}`, async () => {
        await runAsClaimed(example, env);
      }).timeout(120_000);
    }

    if (broker === 'rabbitmq') {
      it('do what they say, publisher and consumer together', async () => {
        const collector = await startCollector();
        let publishing: Promise<void> | undefined;
        const publish = async () => {
          const run = await runExample(publisher, { env, collector });
          const own = run.http.spans.filter(({ service }) => service === publisher.name);
          assertClaims(publisher, claimsOf(publisher), { ...run, http: { ...run.http, spans: own } });
        };
        const run = await runExample(consumer, {
          env,
          collector,
          onOutput(child, stdout) {
            if (stdout.includes('Waiting')) publishing ??= publish();
            const stop = () => child.kill('SIGTERM');
            if (stdout.includes('An order')) publishing?.then(stop, stop);
          },
        });
        await publishing;
        assertClaims(consumer, claimsOf(consumer), run);
        await collector.close();
      }).timeout(120_000);
    }
  });
}

describeOnServer('postgresql', 'the example trace of the guide on PostgreSQL', () => {
  for (const file of traceFiles.filter((name) => name.includes('snapshot'))) itIsAsShown(file);
});

describeOnServer('rabbitmq', 'the example traces of the guide on RabbitMQ', () => {
  for (const file of traceFiles.filter((name) => !name.includes('snapshot'))) itIsAsShown(file);
});

function itIsAsShown(file: TraceFile): void {
  it(`is what a run gives, but for its times: ${file}`, async () => {
    const shown = textOf(file);
    assert.equal(withoutTimes(await recordTrace(file)), withoutTimes(shown));
  }).timeout(120_000);
}

function claimsOf({ claims }: Example) {
  return claims[''] ?? {};
}
