#!/usr/bin/env node
// Runs a shop under the preload and shows the traces that it exports:
//   npm run demo                      traces of the library, drawn as trees
//   npm run demo -- --app nest-shop   those of a shop on Nest CQRS; emmett-shop is one on Emmett and SQLite
//   npm run demo -- --http            the same with HTTP spans, of OpenTelemetry's own instrumentation
//   npm run demo -- --otlp            sends them to the endpoint of the environment instead
// Builds first, unless nothing has changed since, or with `--no-build`.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const APPS = {
  shop: { main: 'dist/fixtures/shop/app.js', data: 'shop.db' },
  'nest-shop': { main: 'fixtures/nest-shop/dist/app.js', data: 'journal.jsonl' },
  'emmett-shop': { main: 'fixtures/emmett-shop/dist/app.js', data: 'shop.db' },
};
const options = readOptions();
const { main, data } = APPS[options.app];
const DEFAULTS = { OTEL_SERVICE_NAME: options.app, OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };

if (!options['no-build']) build();

const command = [
  '--import',
  './register',
  ...(options.http ? ['--import', './scripts/demo-http.mjs'] : []),
  main,
  join(mkdtempSync(join(tmpdir(), 'shop-')), data),
];
if (!existsSync(join(root, main))) {
  console.error(`${main} is not there: what it needs could not be installed. Try npm ci and npm run build.`);
  process.exit(1);
}
console.log(`$ node ${command.join(' ')}\n`);
await (options.otlp ? sendTraces() : drawTraces());

function build() {
  const { status } = spawnSync(process.execPath, ['scripts/build.mjs', '--if-stale'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) process.exit(status ?? 1);
}

/** The shop exports as it would anywhere, only that the other end is here. */
async function drawTraces() {
  const { startOtlpReceiver } = await import('../dist/testkit/otlp-receiver.js');
  const { treesOf } = await import('../dist/testkit/span-trees.js');
  const { drawTrees } = await import('./demo-trees.mjs');
  const receiver = await startOtlpReceiver();
  await runShop({ ...withoutTelemetry(process.env), ...DEFAULTS, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint });
  await receiver.close();
  const trees = treesOf(receiver.spans);
  console.log(`\n${receiver.spans.length} spans in ${trees.length} traces:\n`);
  console.log(drawTrees(trees, { colored: process.stdout.isTTY }).join('\n'));
  if (trees.length === 0) process.exitCode = 1;
}

async function sendTraces() {
  const { destinationOf } = await import('../dist/src/sdk/environment.js');
  const env = { ...DEFAULTS, OTEL_TRACES_EXPORTER: 'otlp', ...process.env };
  console.log(`Traces of the service '${env.OTEL_SERVICE_NAME}' go to ${destinationOf(env).endpoint}\n`);
  await runShop(env);
}

async function runShop(env) {
  const child = spawn(process.execPath, command, { cwd: root, stdio: 'inherit', env });
  const [code] = await once(child, 'close');
  if (code !== 0) process.exit(code ?? 1);
}

function withoutTelemetry(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('OTEL_')));
}

function readOptions() {
  try {
    const flag = { type: 'boolean' };
    const app = { type: 'string', default: 'shop' };
    const { values } = parseArgs({ options: { app, otlp: flag, http: flag, 'no-build': flag } });
    if (Object.hasOwn(APPS, values.app)) return values;
    throw new Error(`There is no application '${values.app}'; there are ${Object.keys(APPS).join(', ')}.`);
  } catch (error) {
    console.error(
      `${error.message}\nusage: npm run demo -- [--app ${Object.keys(APPS).join('|')}] [--http] [--otlp] [--no-build]`,
    );
    process.exit(2);
  }
}
