// SPDX-License-Identifier: Apache-2.0
// The files of fixtures/exporters, as `node --env-file` takes them. What real back ends make of them is in test/services.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { freePorts } from '../../testkit/back-ends/program.js';
import { applicationWith, nodeBinary, register, root, runNode, usePackages } from '../../testkit/child.js';
import { startOtlpReceiver } from '../../testkit/otlp-receiver.js';
import { allSignals, twoSpans } from './child-sdk.js';

const folder = join(root, 'fixtures/exporters');
const names = readdirSync(folder).map((file) => file.replace('.env', ''));
const variablesOf = (name: string): NodeJS.Dict<string> => parseEnv(readFileSync(join(folder, `${name}.env`), 'utf8'));

/** Runs an application with spans, metrics and log records. `env` outranks the file. */
async function run(name: string, env: Readonly<Record<string, string>> = {}, node = process.execPath, more = '') {
  const application = applicationWith({
    'spans.mjs': `import { trace } from '@opentelemetry/api';\n${twoSpans}`,
    'all.mjs': `${allSignals}${more}`,
  });
  usePackages(application.folder, '@opentelemetry');
  try {
    const file = `--env-file=${join(folder, `${name}.env`)}`;
    // Node 22.12 warns of what every preload does there.
    const args = ['--disable-warning=ExperimentalWarning', file, '--import', register, 'all.mjs'];
    const result = await runNode({ node, args, cwd: application.folder, env });
    assert.deepEqual({ stderr: result.stderr, code: result.code }, { stderr: '', code: 0 });
    return result;
  } finally {
    application.remove();
  }
}

describe('the configurations in fixtures/exporters', function () {
  this.timeout(120_000);

  it('are those of the guide, and of two more back ends', () => {
    assert.deepEqual(names.sort(), [
      'collector',
      'console',
      'honeycomb',
      'jaeger',
      'prometheus',
      'tempo',
      'victoria-logs',
      'zipkin',
    ]);
  });

  for (const name of names) {
    it(`say of each signal where it goes, or that it goes nowhere: ${name}`, () => {
      const variables = variablesOf(name);
      for (const signal of ['TRACES', 'METRICS', 'LOGS']) {
        assert.match(variables[`OTEL_${signal}_EXPORTER`] ?? '', /^(?:otlp|console|zipkin|prometheus|none)$/);
      }
      assert.equal(variables.OTEL_SERVICE_NAME, 'shop');
    });

    it(`have a section of their own in docs/exporters.md: ${name}`, () => {
      const page = readFileSync(join(root, 'docs/exporters.md'), 'utf8');
      assert.match(page, new RegExp(`^## .*\n(?:(?!^## ).*\n)*.*fixtures/exporters/${name}\\.env`, 'm'));
    });
  }

  for (const version of ['20.19.0', '22.12.0', '24']) {
    it(`are there in time for the preload, with Node ${version}`, async function () {
      const { stdout } = await run('console', {}, nodeBinary(this, version));
      assert.match(stdout, /name: 'outer'/);
      assert.match(stdout, /'service\.name': 'shop'/);
      assert.match(stdout, /body: 'hello'/);
      assert.match(stdout, /name: 'orders'/);
    });
  }

  for (const [name, endpoint, headers] of [
    ['jaeger', 'http://localhost:4317', {}],
    ['tempo', 'http://tempo:4317', {}],
    ['honeycomb', 'https://api.honeycomb.io:443', { 'x-honeycomb-team': 'YOUR_API_KEY' }],
  ] as const) {
    it(`send traces alone, by gRPC: ${name}`, async () => {
      assert.equal(variablesOf(name).OTEL_EXPORTER_OTLP_ENDPOINT, endpoint);
      const receiver = await startOtlpReceiver({ protocol: 'grpc' });
      await run(name, { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint });
      await receiver.close();
      assert.deepEqual(receiver.paths, ['/opentelemetry.proto.collector.trace.v1.TraceService/Export']);
      assert.deepEqual(
        receiver.spans.map(({ name, service }) => [name, service]),
        [
          ['inner', 'shop'],
          ['outer', 'shop'],
        ],
      );
      const [request] = receiver.requests;
      const sent = Object.fromEntries(Object.keys(headers).map((header) => [header, request?.headers[header]]));
      assert.deepEqual(sent, headers);
    });
  }

  it('send all signals: collector', async () => {
    const receiver = await startOtlpReceiver();
    await run('collector', { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint });
    await receiver.close();
    assert.deepEqual([receiver.spans.length, receiver.points.length, receiver.records.length], [2, 1, 1]);
  });

  it('send log records alone, under the stream of their service: victoria-logs', async () => {
    const receiver = await startOtlpReceiver();
    const endpoint = `${receiver.endpoint}/v1/logs`;
    await run('victoria-logs', { OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: endpoint });
    await receiver.close();
    assert.deepEqual(receiver.paths, ['/v1/logs']);
    assert.equal(receiver.requests[0]?.headers['vl-stream-fields'], 'service.name');
  });

  it('send traces alone, in the format of Zipkin: zipkin', async () => {
    const receiver = await startOtlpReceiver(); // which takes anything
    await run('zipkin', { OTEL_EXPORTER_ZIPKIN_ENDPOINT: `${receiver.endpoint}/api/v2/spans` });
    await receiver.close();
    assert.deepEqual(receiver.paths, ['/api/v2/spans']);
  });

  it('open a page of metrics alone: prometheus', async () => {
    const more = `
      const page = await (await fetch('http://127.0.0.1:' + process.env.OTEL_EXPORTER_PROMETHEUS_PORT + '/metrics')).text();
      console.log(/^orders_total.* 1$/m.test(page));
    `;
    const [port = 0] = await freePorts(1);
    const { stdout } = await run('prometheus', { OTEL_EXPORTER_PROMETHEUS_PORT: String(port) }, process.execPath, more);
    assert.equal(stdout, 'true\n');
  });
});
