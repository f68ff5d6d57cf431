// SPDX-License-Identifier: Apache-2.0
// The doctor on applications of which nothing is seen: each leads to its findings, and a healthy one to none.
import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { findings } from '../../src/cli/findings/index.js';
import { nodeBinary, root, usePackages } from '../../testkit/child.js';
import { packageName } from '../../testkit/installed.js';
import { startOtlpReceiver } from '../../testkit/otlp-receiver.js';
import { type Application, application, idsOf, onConsole, preload, type Told } from './application.js';
import { LONG_ENOUGH, type SetUp, setUps } from './set-ups/index.js';

const PEERS = ['api', 'context-async-hooks', 'core', 'sdk-node', 'sdk-trace-node'].map(
  (name) => `@opentelemetry/${name}`,
);

/** Findings that no application of this file can have, each with where it is shown. */
const elsewhere = {
  'unsupported-runtime': 'an older Node.js, below',
  'preload-failed': 'an application without the API, below',
  'sdk-not-started': 'an application without an SDK, below',
  'another-package-of-the-name': 'an application with the client for server-sent events, below',
} as const;

describe('the doctor', function () {
  this.timeout(120_000);
  let healthy: Application;
  /** Waits for most of its time, while others run. */
  let listening: Promise<Told>;

  before(async () => {
    healthy = application(...PEERS);
    const { folder } = healthy;
    const modules = join(folder, 'node_modules');
    cpSync(join(root, 'node_modules/@opentelemetry/api'), join(modules, 'vendor/node_modules/@opentelemetry/api'), {
      recursive: true,
    });
    const version = join(modules, 'vendor/node_modules/@opentelemetry/api/build/src/version.js');
    writeFileSync(version, readFileSync(version, 'utf8').replace(/'1\.9\.\d+'/, "'1.8.0'"));
    cpSync(join(root, 'node_modules/eventsource'), join(modules, 'our-store'), { recursive: true });
    for (const [outfile, minify] of [
      ['bundle.mjs', false],
      ['minified.mjs', true],
    ] as const) {
      await build({
        entryPoints: [join(folder, 'app.mjs')],
        outfile: join(folder, outfile),
        bundle: true,
        minify,
        platform: 'node',
        format: 'esm',
        logLevel: 'error',
        external: ['libsql', 'pg', 'redis', 'amqplib', 'kafkajs'],
      });
    }
    listening = healthy.doctor({
      flags: [...preload, '--for', LONG_ENOUGH],
      app: ['listens.mjs'],
      files: { 'listens.mjs': "import './app.mjs'; setInterval(() => {}, 1000);" },
      env: onConsole,
    });
    after(() => healthy.remove());
  });

  const run = withTheNext(setUps, (setUp) => withReceiver(setUp, (env) => healthy.doctor({ ...setUp, env })));
  for (const [what, setUp] of Object.entries<SetUp>(setUps)) {
    it(`finds what is wrong with ${what}: ${setUp.finds.join(', ')}`, async () => {
      const told = await run(what);
      assert.deepEqual(idsOf(told).sort(), [...setUp.finds].sort(), told.output);
      assert.equal(told.code, setUp.isHealthy === true ? 0 : 1);
      const seen = told.findings.flatMap((finding) => finding.seen);
      for (const expected of setUp.seen ?? []) {
        assert.ok(
          seen.some((sentence) => expected.test(sentence)),
          `${expected} in ${seen.join('\n')}`,
        );
      }
    });
  }

  for (const [what, flags, app] of [
    ['an ES module', preload, 'app.mjs'],
    ['CommonJS with --require', ['--require', `${packageName}/register`], 'app.cjs'],
  ] as const) {
    for (const major of [20, 24]) {
      it(`finds nothing wrong with a healthy application: ${what}, on Node ${major}`, async function () {
        const receiver = await startOtlpReceiver();
        try {
          const node = nodeBinary(this, major);
          const told = await healthy.doctor({ flags, app: [app], env: receiver.env, node });
          assert.deepEqual([idsOf(told), told.code], [[], 0], told.output);
          assert.equal(told.report?.testSpan.state, 'sent');
          assert.match(told.report?.sdk.carrier.traceparent ?? '', /^00-/);
          const names = receiver.spans.map(({ name }) => name);
          assert.ok(names.includes('doctor') && names.includes('in_memory_event_store.get_events'), names.join());
        } finally {
          await receiver.close();
        }
      });
    }
  }

  it('takes the preload from NODE_OPTIONS, and gives the application its arguments and NODE_OPTIONS as they were', async () => {
    const env = { ...onConsole, NODE_OPTIONS: `--import ${packageName}/register` };
    const told = await healthy.doctor({
      flags: [],
      app: ['arguments.mjs', '--json', 'two'],
      env,
      files: {
        'arguments.mjs': `
          import './app.mjs';
          const { NODE_OPTIONS, EVENTSOURCE_DOCTOR } = process.env;
          const seen = JSON.stringify([process.argv.slice(2), NODE_OPTIONS, EVENTSOURCE_DOCTOR]);
          if (seen !== ${JSON.stringify(JSON.stringify([['--json', 'two'], env.NODE_OPTIONS, null]))}) throw new Error(seen);
        `,
      },
    });
    assert.deepEqual(idsOf(told), [], told.output);
  });

  it('names what runs TypeScript where Node.js does not know the extension, as on Node 20', async function () {
    const told = await healthy.doctor({
      app: ['typed.mts'],
      files: { 'typed.mts': "import './app.mjs'; const placed: number = 1;" },
      env: onConsole,
      node: nodeBinary(this, 20),
    });
    assert.deepEqual([idsOf(told), told.code], [['application-failed'], 1], told.output);
    assert.match(
      told.findings[0]?.seen[0] ?? '',
      /^typed\.mts is TypeScript, .* or name `--import tsx`; Node\.js 22\.18 and later run most of it\.$/,
    );
  });

  it('looks at preload and SDK alone where no application is named', async () => {
    const told = await healthy.doctor({ flags: [], app: [], env: onConsole });
    assert.deepEqual([idsOf(told), told.code, told.report?.testSpan.state], [[], 0, 'sent'], told.output);
  });

  it('ends an application that goes on, after the time that it is given', async () => {
    const told = await listening;
    assert.deepEqual([idsOf(told), told.code, told.report?.spans.ours], [[], 0, 2], told.output);
  });

  it('never prints the values of headers, nor users, passwords and queries of addresses', async () => {
    const secrets = ['sesame-1', 'sesame-2', 'sesame-3', 'sesame%204', 'sesame 4'];
    const told = await healthy.doctor({
      app: ['tells.mjs'],
      files: { 'tells.mjs': "import './app.mjs'; throw new Error(process.env.OTEL_EXPORTER_OTLP_HEADERS);" },
      env: {
        OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20sesame-1,key=sesame%204',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://user:sesame-2@127.0.0.1:9/?token=sesame-3',
      },
    });
    assert.match(told.output, /OTEL_EXPORTER_OTLP_HEADERS/);
    for (const secret of secrets) assert.ok(!told.output.includes(secret), `${secret} in ${told.output}`);
  });

  it('leads with its remedy for a missing SDK to an application in which it finds nothing', async () => {
    const [, names = ''] = /`(OTEL_TRACES_EXPORTER=console[^`]*)`/.exec(findings['no-provider'].remedy) ?? [];
    const env = Object.fromEntries(names.split(' ').map((pair) => pair.split('=') as [string, string]));
    const told = await healthy.doctor({ env });
    assert.deepEqual([idsOf(told), told.code], [[], 0], told.output);
  });

  it('finds nothing wrong where a file of variables has NODE_OPTIONS with the preload, and the application gets them', async () => {
    const told = await healthy.doctor({
      flags: ['--env-file=options.env'],
      app: ['options.mjs'],
      files: {
        'options.env': `NODE_OPTIONS="--import ${packageName}/register"\nOTEL_TRACES_EXPORTER=console`,
        'options.mjs': `
          import './app.mjs';
          if (process.env.NODE_OPTIONS !== '--import ${packageName}/register') throw new Error(process.env.NODE_OPTIONS);
        `,
      },
      env: { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' },
    });
    assert.deepEqual([idsOf(told), told.code], [[], 0], told.output);
  });

  it('finds nothing wrong where Node.js lets the application write nowhere', async () => {
    const permission = process.allowedNodeEnvironmentFlags.has('--permission')
      ? '--permission'
      : '--experimental-permission';
    const told = await healthy.doctor({
      flags: [permission, '--allow-fs-read=*', '--allow-worker', ...preload],
      env: onConsole,
    });
    assert.deepEqual([idsOf(told), told.code], [[], 0], told.output);
  });

  for (const [what, env, id] of [
    ['a word in an address', { DATABASE_URL: 'postgres://shop:hunter22@db/shop?sslmode=disable' }, 'sdk-disabled'],
    ['a key that is the word problem', { SORT_KEY: 'problem' }, 'sdk-disabled'],
    ['a key that is the value of a variable', { SORT_KEY: 'console' }, 'sdk-disabled'],
    ['a key that is the name of a finding', { SORT_KEY: 'sdk-disabled' }, 'sdk-disabled'],
  ] as const) {
    it(`keeps ids, weights and its exit code as they are, whatever is secret: ${what}`, async () => {
      const told = await healthy.doctor({ env: { ...onConsole, OTEL_SDK_DISABLED: 'true', ...env } });
      assert.deepEqual(
        told.findings.map(({ id, weight }) => [id, weight]),
        [[id, 'problem']],
        told.output,
      );
      assert.equal(told.code, 1);
    });
  }

  const secret = 'supersecret123';
  for (const [what, run] of [
    ['a file of variables', { flags: ['--env-file=secret.env', ...preload], app: ['throws.mjs'] }],
    [
      'a file of variables that may be missing',
      { flags: ['--env-file-if-exists=secret.env', ...preload], app: ['throws.mjs'] },
    ],
    ['the application, as dotenv does', { app: ['sets.mjs'] }],
    ['a file of variables, and it is killed', { flags: ['--env-file', 'secret.env', ...preload], app: ['dies.mjs'] }],
    ['a file that the application reads, and it is killed', { app: ['reads.mjs'] }],
  ] as const) {
    it(`never prints a secret that the process has from ${what}`, async function () {
      // Before Node.js 22 there is no such flag.
      const node = nodeBinary(this, what.includes('may be missing') ? 24 : process.versions.node);
      const told = await healthy.doctor({
        ...run,
        node,
        files: {
          'secret.env': `API_KEY=${secret}`,
          '.env': `OTHER_API_KEY=${secret}-2`,
          'throws.mjs': "import './app.mjs'; throw new Error('bad key ' + process.env.API_KEY);",
          'sets.mjs': `import './app.mjs'; process.env.API_KEY = '${secret}'; throw new Error('bad key ${secret}');`,
          'dies.mjs': "console.error('bad key ' + process.env.API_KEY); process.kill(process.pid, 'SIGKILL');",
          'reads.mjs': `console.error('bad key ${secret}-2'); process.kill(process.pid, 'SIGKILL');`,
        },
        env: onConsole,
      });
      assert.match(told.output, /bad key …/);
      assert.ok(!told.output.includes(secret), told.output);
    });
  }

  it('has a set-up for each of its findings', () => {
    const shown = new Set([...Object.values<SetUp>(setUps).flatMap(({ finds }) => finds), ...Object.keys(elsewhere)]);
    assert.deepEqual(
      Object.keys(findings).filter((id) => !shown.has(id)),
      [],
    );
  });
});

describe('the doctor, where packages are missing or others', function () {
  this.timeout(120_000);
  const applications: Application[] = [];
  after(() => {
    for (const each of applications) each.remove();
  });
  const run = async (
    peers: readonly string[],
    change: (folder: string) => void = () => {},
    env: Readonly<Record<string, string>> = onConsole,
  ) => {
    const made = application(...peers);
    applications.push(made);
    change(made.folder);
    return made.doctor({ env });
  };

  it('says that the API is not installed', async () => {
    const told = await run([]);
    assert.deepEqual([idsOf(told), told.code], [['preload-failed'], 1], told.output);
    assert.match(told.findings[0]?.seen.join() ?? '', /npm install @opentelemetry\/api/);
  });

  it('says that no SDK is installed', async () => {
    const told = await run(['@opentelemetry/api']);
    assert.deepEqual([idsOf(told), told.code], [['sdk-not-started'], 1], told.output);
  });

  it('says that the package is the client for server-sent events', async () => {
    const told = await run(PEERS, (folder) => {
      const installed = join(folder, 'node_modules/eventsource');
      // A link to the repository's.
      rmSync(installed);
      cpSync(join(root, 'node_modules/sse-client'), installed, { recursive: true });
      usePackages(folder, 'eventsource-parser');
      writeFileSync(
        join(folder, 'app.mjs'),
        "import { EventSource } from 'eventsource'; console.log(typeof EventSource);",
      );
    });
    assert.deepEqual([idsOf(told), told.code], [['another-package-of-the-name'], 1], told.output);
  });
});

async function withReceiver(
  { receiver: options, scheme = 'http', env = {}, finds }: SetUp,
  run: (env: Readonly<Record<string, string>>) => Promise<Told>,
): Promise<Told> {
  if (options === undefined) return run(env);
  const receiver = await startOtlpReceiver(options);
  const path = finds.includes('endpoint-path') ? '/v1/traces' : '';
  const endpoint = receiver.endpoint.replace(/^http\b/, scheme) + path;
  try {
    return await run({ ...receiver.env, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...env });
  } finally {
    await receiver.close();
  }
}

/** While one is waited for, the next is under way, for the other processor. */
function withTheNext<T, R>(
  items: Readonly<Record<string, T>>,
  work: (item: T) => Promise<R>,
): (name: string) => Promise<R> {
  const names = Object.keys(items);
  const started = new Map<string, Promise<R>>();
  const start = (name: string) => {
    const result = started.get(name) ?? work(items[name] as T);
    started.set(name, result);
    result.catch(() => {});
    return result;
  };
  return (name) => {
    const result = start(name);
    const next = names[names.indexOf(name) + 1];
    if (next !== undefined) start(next);
    return result;
  };
}
