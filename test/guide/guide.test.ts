// SPDX-License-Identifier: Apache-2.0
// The guide: its headings, that its code is that of the files which are run here, and that they do what they say. Those that need
// a broker are run in test/services.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { addFiles, applicationWith, root, runNode } from '../../testkit/child.js';
import { installOurs, packageName } from '../../testkit/installed.js';
import { startCollector } from './collector.js';
import { exampleNamed, examples, fileNames, textOf } from './examples.js';
import { assertPrinted, runAsClaimed, runExample } from './run.js';

const page = join(root, 'docs/guide.md');
const text = readFileSync(page, 'utf8');

/** Of eventsource-py's guide, in its order. */
const headings = `
# Observability Guide
## Overview
## Quick Start
### Installation
### Minimal Setup
### Disable Tracing Per-Component
## Traced Components
### Event Stores
### Event Buses
### Repositories
### Snapshot Stores
### Projections
### Subscription Manager
## Standard Attributes
### Aggregate Attributes
### Event Attributes
### Version Attributes
### Tenant and Actor Attributes
### Component-Specific Attributes
### Database Attributes (OpenTelemetry Semantic Conventions)
### Messaging Attributes (OpenTelemetry Semantic Conventions)
### Subscription Attributes
### Error and Retry Attributes
## TracingMixin Usage Guide
### TracingMixin Methods
### Using the @traced Decorator
## Distributed Tracing
### RabbitMQ Context Propagation
### Kafka Context Propagation
## Example Traces
### Aggregate Load with Snapshot
### Event Publishing via RabbitMQ
### Distributed Trace Across Services
## Example Configurations
### Jaeger
### Zipkin
### OTLP (Grafana Tempo, Honeycomb, etc.)
### Console Exporter (Development)
## Best Practices
### 1. Enable Tracing Selectively
### 2. Use Standard Attributes
### 3. Graceful Degradation
### 4. Disable High-Frequency Tracing in Production
### 5. Use BatchSpanProcessor
## Troubleshooting
### No Spans Appearing
### High Overhead
### Missing Distributed Context
## Metrics
### Kafka Event Bus Metrics
### Subscription Manager Metrics
### Configure Metrics Export
## Logging
### Configure Logging
### Logger Hierarchy
### Structured Logging with JSON
### Correlating Logs with Traces
## Related Resources
`;

const promisedLoggers = [
  'eventsource.stores.sqlite',
  'eventsource.stores.postgresql',
  'eventsource.bus.kafka',
  'eventsource.bus.rabbitmq',
  'eventsource.bus.redis',
  'eventsource.aggregates.repository',
  'eventsource.subscriptions.manager',
  'eventsource.projections',
];

describe('the guide', function () {
  this.timeout(120_000);

  it('has the headings of the guide that users were promised, in its order', () => {
    const withoutCode = text.replace(/^ *```[\s\S]*?^ *```$/gm, '');
    assert.deepEqual(withoutCode.match(/^#+ .*$/gm), headings.trim().split('\n'));
  });

  it('has a block for each of its 37: 31 of TypeScript, 3 of commands, 3 traces', () => {
    const languages = [...text.matchAll(/^ *```(\w+)$/gm)].map(([, language]) => language);
    const count = (language: string) => languages.filter((each) => each === language).length;
    assert.deepEqual({ ts: count('ts'), sh: count('sh'), text: count('text') }, { ts: 31, sh: 3, text: 3 });
    assert.equal(languages.length, 37);
  });

  it('has a logger at or below each name that users were promised', () => {
    const loggers = [...text.matchAll(/^\| `(eventsource\.[\w.]+)` \| (?:`\w+`(?:, )?)+ \|$/gm)].map(
      ([, name = '']) => name,
    );
    const missing = promisedLoggers.filter((name) => !loggers.some((each) => `${each}.`.startsWith(`${name}.`)));
    assert.deepEqual(missing, []);
  });

  it('has the code of the files that are run, in their order, and nothing else in blocks', async () => {
    const { stderr, code } = await runNode({ args: [join(root, 'scripts/guide.mjs'), '--check'] });
    assert.deepEqual([stderr, code], ['', 0]);
    const inserted = [...text.matchAll(/^ *<!-- (\d.+):begin -->\n *```\w+$/gm)].map(([, name]) => name);
    assert.deepEqual(inserted, fileNames);
    assert.equal(text.match(/^ *```\w+$/gm)?.length, inserted.length);
  });

  it('is called stale when a line of its code or tables is another', async () => {
    for (const line of [/^.*new NodeTracerProvider\(.*$/m, /^.*`sqlite_event_store\.append_events`.*$/m]) {
      const { folder, remove } = applicationWith({ 'guide.md': text.replace(line, 'changed') });
      const { stderr, code } = await runNode({
        args: [join(root, 'scripts/guide.mjs'), '--check', join(folder, 'guide.md')],
      });
      remove();
      assert.deepEqual([stderr, code], ['guide.md is stale: npm run guide\n', 1]);
    }
  });
});

describe('the examples of the guide', function () {
  this.timeout(120_000);

  for (const example of examples.filter(({ server }) => server === undefined)) {
    it(`do what they say: ${example.name}`, async () => {
      await runAsClaimed(example);
    });
  }

  it('say of something that it is, and what, in each file', () => {
    for (const { name, claims } of examples) assert.notDeepEqual(Object.values(claims).flatMap(Object.keys), [], name);
  });

  it('send the key of Honeycomb in its header', async () => {
    const { http } = await runExample(exampleNamed('14-otlp.ts'), { env: { HONEYCOMB_KEY: 'secret' } });
    assert.deepEqual(
      http.requests.map(({ headers }) => headers['x-honeycomb-team']),
      ['secret'],
    );
  });

  for (const name of ['36-json-logging.ts', '37-correlate-logs.ts']) {
    it(`write the ids of the span that a handler runs in into its log records: ${name}`, async () => {
      const { result, http } = await runExample(exampleNamed(name));
      const handle = http.spans.find((span) => span.name === 'eventsource.event_bus.handle');
      assert.ok(handle);
      const lines = `${result.stdout}${result.stderr}`.trim().split('\n');
      const ids = lines.map((line) => JSON.parse(line)).map(({ trace_id, span_id }) => [trace_id, span_id]);
      assert.deepEqual(
        ids,
        lines.map(() => [handle.traceId, handle.spanId]),
      );
      assert.deepEqual(
        http.records.map(({ traceId, spanId }) => [traceId, spanId]).filter((pair) => pair[0] !== undefined),
        http.records.map(() => [handle.traceId, handle.spanId]).slice(0, name.startsWith('36') ? 1 : 0),
      );
    });
  }

  for (const [name, env] of [
    ['16-enable-selectively.ts', { ENVIRONMENT: 'production' }],
    ['27-sampling.ts', {}],
  ] as const) {
    it(`keep about a tenth of the traces: ${name}`, async () => {
      const { result } = await runExample(exampleNamed(name), { env });
      // The tenth of 1000 lies within six standard deviations of 9.5.
      const kept = Number(/^(\d+) of 1000/.exec(result.stdout)?.[1]);
      assert.ok(kept > 43 && kept < 157, result.stdout);
    });
  }
});

describe('the examples of the guide about what is missing', function () {
  this.timeout(120_000);
  let folder: string;
  let remove: () => void;
  before(() => {
    ({ folder, remove } = applicationWith({ 'package.json': '{ "type": "module" }' }));
    installOurs(folder);
    for (const name of ['order', '18-without-opentelemetry', '19-otel-available']) {
      addFiles(folder, { [`${name}.js`]: readFileSync(join(root, `dist/fixtures/guide/${name}.js`), 'utf8') });
    }
  });
  after(() => remove());

  const missing = new RegExp(`^${packageName}: .*npm install @opentelemetry/api\\b.*\n$`);

  it('run as ever without the API, of which the preload says one line', async () => {
    const args = ['--import', `${packageName}/register`, '18-without-opentelemetry.js'];
    const { stdout, stderr, code } = await runNode({ cwd: folder, args });
    assert.deepEqual([stdout, code], ['The order is at version 1\n', 0]);
    assert.match(stderr, missing);
  });

  it('tell that the API is missing', async () => {
    const { stdout, code } = await runNode({ cwd: folder, args: ['19-otel-available.js'] });
    assert.deepEqual([stdout, code], ['OpenTelemetry is not installed, nothing is traced\n', 0]);
  });
});

describe('the commands of the guide', function () {
  this.timeout(120_000);

  it('install this package with its peers, and start an application that exports', async () => {
    const { folder, remove } = applicationWith({
      'package.json': '{ "type": "module" }',
      'app.js': readFileSync(join(root, 'dist/fixtures/guide/23-explicit-switch.js'), 'utf8'),
      'bin/npm': '#!/bin/sh\necho "npm $@"\n',
    });
    installOurs(folder, '@opentelemetry/api', '@opentelemetry/sdk-node');
    const collector = await startCollector();
    const commands = textOf('01-install.sh').replace('http://localhost:4318', collector.http.endpoint);
    chmodSync(join(folder, 'bin/npm'), 0o755);
    const env = {
      PATH: `${join(folder, 'bin')}:${dirname(process.execPath)}:${process.env.PATH}`,
      OTEL_INSTRUMENTATION_EVENTSOURCE_FLUSH_TIMEOUT: '20000',
    };
    const { stdout, stderr } = await runNode({ node: 'sh', args: ['-ec', commands], cwd: folder, env });
    await collector.close();
    remove();
    const { peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const packages = [packageName, ...Object.keys(peerDependencies)].join(' ');
    assertPrinted(stdout, [`npm install ${packages}`, 'enableTracing: true']);
    assert.equal(stderr, '');
    assert.deepEqual(
      collector.http.spans.map(({ name, service }) => [name, service]),
      [['sqlite_event_store.get_events', 'shop']],
    );
  });

  for (const [name, pattern] of [
    ['22-check-packages.sh', /@opentelemetry\/api@1[\s\S]*@opentelemetry\/sdk-node@/],
    ['30-check-propagator.sh', /@opentelemetry\/core@2/],
  ] as const) {
    it(`list what is installed: ${name}`, () => {
      const { stdout } = spawnSync('sh', ['-c', textOf(name)], { cwd: root, encoding: 'utf8' });
      assert.match(stdout, pattern);
    });
  }
});
