// SPDX-License-Identifier: Apache-2.0
// What a stranger has: both tarballs in an empty folder, with copies of what they need, or without. The application behaves as
// it does bare, and what is missing is told in one line.
import assert from 'node:assert/strict';
import { readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { addFiles, applicationWith, type ChildRun, onEachNode, root, runNode } from '../../testkit/child.js';
import { packageName } from '../../testkit/installed.js';
import { startOtlpReceiver } from '../../testkit/otlp-receiver.js';
import { copyPackages, pack, unpack } from '../../testkit/packed.js';

const program = `
  import { AggregateRepository, AggregateRoot, DomainEvent, InMemoryEventStore } from 'eventsource';
  class PaidIn extends DomainEvent { static aggregateType = 'Account'; }
  class Account extends AggregateRoot {
    payIn(cents) {
      const { aggregateId } = this;
      this.raiseEvent(new PaidIn({ aggregateId, aggregateVersion: this.getNextVersion(), cents }));
    }
    apply(event) { this.state = { cents: (this.state?.cents ?? 0) + event.cents }; }
  }
  const accounts = new AggregateRepository(new InMemoryEventStore(), Account, 'Account');
  const account = accounts.createNew('00000000-0000-4000-8000-000000000001');
  account.payIn(750);
  await accounts.save(account);
  console.log((await accounts.load(account.aggregateId)).state.cents);
  process.exitCode = 3;
`;
/** What is asked of the application's own components. */
const own = `
  import * as attributes from '${packageName}/attributes';
  import { isTelemetryActive, traceContext, traced, TracingMixin } from '${packageName}/tracing';
  class Mailer extends TracingMixin(Object) {
    constructor() { super(); this.initTracing('mailer'); }
    send(to) { return this.createSpanContext('mail', { to }, () => 'to ' + to); }
  }
  const load = traced('load')(function load(id) { return 'row ' + id; }, { kind: 'method', name: 'load' });
  console.log(attributes.ATTR_AGGREGATE_ID, new Mailer().send('anna'), load.call(new Mailer(), 1));
  console.log(JSON.stringify([traceContext(), isTelemetryActive()]));
`;
/** What can be asked without a provider; the package itself needs the API. */
const asked = `
  import { getMetrics } from '${packageName}/metrics';
  console.log(JSON.stringify(getMetrics('nobody').getSnapshot()));
`;

describe('both packages, packed and installed in an empty folder', function () {
  this.timeout(180_000);
  let folder: string;
  let remove: () => void;
  let target: string;

  before(() => {
    ({ folder, remove } = applicationWith({
      'package.json': '{ "name": "application", "type": "module" }',
      'program.js': program,
      'own.js': own,
      'asked.js': asked,
      'diag.js': `
        import { diag, DiagLogLevel } from '@opentelemetry/api';
        const tell = (message, ...more) => console.log([message, ...more].join(' '));
        diag.setLogger({ error: tell, warn: tell, info: tell, debug: tell, verbose() {} }, DiagLogLevel.ALL);
      `,
    }));
    unpack(pack(root, folder), folder, packageName);
    target = pack(join(root, 'fixtures/eventsource'), folder);
    unpack(target, folder, 'eventsource');
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    copyPackages(folder, Object.keys(dependencies));
  });
  after(() => remove());

  const api = () => copyPackages(folder, ['@opentelemetry/api']);
  const preload = ['--import', `${packageName}/register`];
  const run = async (node: string, args: readonly string[], more: Partial<ChildRun> = {}) => {
    const { stdout, stderr, code } = await runNode({ node, args, cwd: folder, ...more });
    return { stdout, stderr, code };
  };
  const bare = { stdout: '750\n', stderr: '', code: 3 };

  /** The application under the preload is as bare, but for the one line that is returned. */
  async function lineOf(node: string, more: Partial<ChildRun> = {}): Promise<string> {
    for (const flag of ['--import', '--require']) {
      const { stdout, stderr, code } = await run(node, [flag, `${packageName}/register`, 'program.js'], more);
      assert.deepEqual({ stdout, code }, { stdout: bare.stdout, code: bare.code }, flag);
      assert.match(stderr, new RegExp(`^${packageName}: [^\n]+\n$`), flag);
      if (flag === '--require') return stderr.trimEnd();
    }
    return '';
  }

  describe('without @opentelemetry/api', () => {
    before(() => rmSync(join(folder, 'node_modules/@opentelemetry/api'), { recursive: true, force: true }));

    onEachNode('say how to install it, and let the application run', async (node) => {
      assert.deepEqual(await run(node, ['program.js']), bare);
      assert.match(await lineOf(node), /: npm install @opentelemetry\/api$/);
    });

    onEachNode('have constants and tools that do the work without telemetry', async (node) => {
      assert.deepEqual(await run(node, ['own.js']), {
        stdout: 'eventsource.aggregate.id to anna row 1\n[{"trace_id":"","span_id":"","trace_flags":""},false]\n',
        stderr: '',
        code: 0,
      });
    });
  });

  describe('with an API and no SDK', () => {
    before(api);

    onEachNode('say nothing and change nothing', async (node) => {
      for (const flag of ['--import', '--require']) {
        assert.deepEqual(await run(node, [flag, `${packageName}/register`, 'program.js']), bare);
      }
    });

    onEachNode('have tools and metrics that are asked in vain', async (node) => {
      const { stdout, stderr, code } = await run(node, [...preload, 'own.js']);
      assert.deepEqual([stderr, code], ['', 0]);
      assert.match(stdout, /^eventsource\.aggregate\.id to anna row 1\n/);
      const snapshot = await run(node, ['asked.js']);
      assert.deepEqual([snapshot.stderr, snapshot.code], ['', 0]);
      assert.equal(JSON.parse(snapshot.stdout).currentStateName, 'unknown');
    });

    onEachNode('say how to install the SDK that the environment asks for', async (node) => {
      const line = await lineOf(node, { env: { OTEL_TRACES_EXPORTER: 'otlp' } });
      assert.match(line, /: npm install (?:@opentelemetry\/api@1\.10 )?@opentelemetry\/sdk-node$/);
    });
  });

  describe('with an SDK', () => {
    before(() => {
      api();
      copyPackages(folder, ['@opentelemetry/sdk-node']);
    });

    onEachNode('send the spans of the program', async (node) => {
      const receiver = await startOtlpReceiver();
      try {
        assert.deepEqual(await run(node, [...preload, 'program.js'], { env: receiver.env }), bare);
        assert.deepEqual([...new Set(receiver.spans.map(({ name }) => name))].sort(), [
          'eventsource.repository.load',
          'eventsource.repository.save',
          'in_memory_event_store.append_events',
          'in_memory_event_store.get_events',
        ]);
      } finally {
        await receiver.close();
      }
    });

    onEachNode('say how to install an exporter that is missing', async (node) => {
      const exporter = join(folder, 'node_modules/@opentelemetry/exporter-trace-otlp-grpc');
      const away = join(folder, 'away');
      renameSync(exporter, away);
      try {
        const line = await lineOf(node, { env: { OTEL_TRACES_EXPORTER: 'otlp' } });
        assert.match(line, /: the SDK did not start: npm install @opentelemetry\/exporter-trace-otlp-grpc$/);
      } finally {
        renameSync(away, exporter);
      }
    });
  });

  describe('with an API that is too old', () => {
    before(() => {
      rmSync(join(folder, 'node_modules/@opentelemetry/api'), { recursive: true, force: true });
      addFiles(folder, {
        'node_modules/@opentelemetry/api/package.json':
          '{ "name": "@opentelemetry/api", "version": "1.8.0", "main": "index.js" }',
        'node_modules/@opentelemetry/api/index.js': '',
      });
    });
    after(() => rmSync(join(folder, 'node_modules/@opentelemetry/api'), { recursive: true, force: true }));

    onEachNode('weave nothing and say which is wanted', async (node) => {
      assert.match(await lineOf(node), /1\.8\.0 is not \^1\.9\.0: npm install @opentelemetry\/api@\^1\.9\.0$/);
    });
  });

  describe('with a target that is absent, or another', () => {
    const place = () => join(folder, 'node_modules/eventsource');
    before(api);
    afterEach(() => {
      rmSync(place(), { recursive: true, force: true });
      unpack(target, folder, 'eventsource');
    });

    onEachNode('let an application without it fail as it does bare', async (node) => {
      rmSync(place(), { recursive: true });
      // Frames of Node.js itself are others with load hooks, whoever's they are.
      const outcome = async (...flags: string[]) => {
        const { stdout, stderr, code } = await run(node, [...flags, 'program.js']);
        return { stdout, code, error: stderr.match(/^\w*Error\b.*$/gm) };
      };
      const alone = await outcome();
      assert.match(
        alone.error?.join() ?? '',
        /^Error \[ERR_MODULE_NOT_FOUND\]: Cannot find package 'eventsource' [^,]+$/,
      );
      assert.deepEqual(await outcome(...preload), alone);
    });

    onEachNode('leave the client for server-sent events alone, in one debug line', async (node) => {
      rmSync(place(), { recursive: true });
      copyPackages(folder, ['sse-client']);
      renameSync(join(folder, 'node_modules/sse-client'), place());
      addFiles(folder, {
        'client.js':
          "import { EventSource } from 'eventsource'; console.log(Object.keys(EventSource), typeof EventSource);",
      });
      const alone = await run(node, ['client.js']);
      assert.equal(alone.code, 0);
      assert.deepEqual(await run(node, [...preload, 'client.js']), alone);
      const told = await run(node, ['--import', './diag.js', ...preload, 'client.js']);
      assert.equal(told.stderr, '');
      const lines = told.stdout.split('\n').filter((line) => line.includes(packageName));
      assert.equal(lines.length, 1, told.stdout);
    });

    onEachNode('weave the target under its free name, and leave the client beside it alone', async (node) => {
      rmSync(place(), { recursive: true });
      copyPackages(folder, ['sse-client', '@opentelemetry/context-async-hooks', '@opentelemetry/sdk-trace-base']);
      renameSync(join(folder, 'node_modules/sse-client'), place());
      unpack(target, folder, 'eventsource-ts');
      addFiles(folder, {
        'beside.js': `
          import { trace } from '@opentelemetry/api';
          import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
          import { EventSource } from 'eventsource';
          import { InMemoryEventStore } from 'eventsource-ts/stores';
          const exporter = new InMemorySpanExporter();
          trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
          await new InMemoryEventStore().getEvents('00000000-0000-4000-8000-000000000001');
          console.log(exporter.getFinishedSpans().map(({ name }) => name).join(), typeof EventSource);
        `,
      });
      assert.deepEqual(await run(node, [...preload, 'beside.js']), {
        stdout: 'in_memory_event_store.get_events function\n',
        stderr: '',
        code: 0,
      });
    });
  });

  describe('without the driver of a broker', () => {
    before(api);

    onEachNode('let the target say what is missing', async (node) => {
      addFiles(folder, {
        'drivers.js': `
          import { KafkaEventBus, RabbitMQEventBus, RedisEventBus } from 'eventsource/bus';
          for (const Bus of [RedisEventBus, RabbitMQEventBus, KafkaEventBus]) {
            try {
              await new Bus({}).connect();
            } catch ({ name, message }) {
              console.log(name + ': ' + message);
            }
          }
        `,
      });
      const alone = await run(node, ['drivers.js']);
      assert.deepEqual(alone.stdout.match(/^\w+NotAvailableError: /gm)?.length, 3, alone.stdout + alone.stderr);
      for (const flag of ['--import', '--require']) {
        assert.deepEqual(await run(node, [flag, `${packageName}/register`, 'drivers.js']), alone);
      }
    });
  });
});
