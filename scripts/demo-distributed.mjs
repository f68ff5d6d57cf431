#!/usr/bin/env node
// Two processes, one trace: the shop publishes through a broker, the sales department keeps its figures in PostgreSQL. Both
// run under the preload and export their traces by themselves.
//   npm run demo:distributed -- --broker rabbitmq|redis|kafka      draws the traces
//   npm run demo:distributed -- --broker kafka --otlp              sends them to the endpoint of the environment instead
// The servers: `npm run services:start`. Builds first, unless nothing has changed since, or with `--no-build`.
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const BROKERS = ['rabbitmq', 'redis', 'kafka'];
const TRACES_ONLY = { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };

const options = readOptions();
if (!options['no-build']) build();
const { runDistributedShop } = await import('../dist/testkit/distributed-shop.js');

for (const program of ['read-model', 'web-shop']) {
  console.log(`$ node --import ./register dist/fixtures/shop-readmodel/${program}.js ${options.broker}`);
}
console.log();
await (options.otlp ? sendTraces() : drawTraces());

function build() {
  const command = ['scripts/build.mjs', '--if-stale'];
  const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}

async function drawTraces() {
  const { startOtlpReceiver } = await import('../dist/testkit/otlp-receiver.js');
  const { treesOf } = await import('../dist/testkit/span-trees.js');
  const { drawTrees } = await import('./demo-trees.mjs');
  const receiver = await startOtlpReceiver();
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('OTEL_')));
  await run({ ...inherited, ...TRACES_ONLY, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint });
  await receiver.close();
  // What each process does for itself, such as creating its tables, is no part of the story.
  const spans = receiver.spans.map((span) => ({
    ...span,
    attributes: { 'service.name': span.service, ...span.attributes },
  }));
  const trees = treesOf(spans).filter(({ span }) => span.name.startsWith('eventsource.repository.'));
  console.log(`\n${spans.length} spans of two processes:\n`);
  console.log(drawTrees(trees, { colored: process.stdout.isTTY }).join('\n'));
  if (trees.length === 0) process.exitCode = 1;
}

async function sendTraces() {
  const { endpointOf } = await import('../dist/src/sdk/environment.js');
  const env = { ...TRACES_ONLY, OTEL_TRACES_EXPORTER: 'otlp', ...process.env };
  console.log(`Traces of the services 'shop' and 'sales' go to ${endpointOf(env)}\n`);
  await run(env);
}

async function run(env) {
  try {
    await runDistributedShop({ broker: options.broker, env, say: (line) => console.log(line) });
  } catch (error) {
    console.error(error.message || error);
    process.exit(1);
  }
}

function readOptions() {
  try {
    const flag = { type: 'boolean' };
    const { values } = parseArgs({ options: { broker: { type: 'string' }, otlp: flag, 'no-build': flag } });
    if (BROKERS.includes(values.broker)) return values;
    throw new Error(values.broker ? `There is no broker '${values.broker}'.` : 'Which broker?');
  } catch (error) {
    console.error(
      `${error.message}\nusage: npm run demo:distributed -- --broker ${BROKERS.join('|')} [--otlp] [--no-build]`,
    );
    process.exit(2);
  }
}
