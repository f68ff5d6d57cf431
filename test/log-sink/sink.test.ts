// SPDX-License-Identifier: Apache-2.0
// The sink in whole processes: without and beside an SDK, and on a stderr that is full, closed, slow, or somebody else's.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applicationWith, onEachNode, register, root, runNode, usePackages } from '../../testkit/child.js';

const PREFIX = 'OTEL_INSTRUMENTATION_EVENTSOURCE_';
const woven = join(root, 'dist/testkit/preloads/weave-two-buses.js');
const recorded = join(root, 'dist/testkit/preloads/record-spans.js');

const application = `
  import { Ledger } from 'two-buses';
  const ledger = new Ledger();
  const append = (amount = 1) => ledger.append([{ account: 'a', amount }]).catch((error) => error.message);
`;
const twice = `${application} await append(); await append(Number.NaN);`;

interface Given {
  readonly main?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly node?: string;
  readonly preloads?: readonly string[];
  /** For a shell: where stderr goes. */
  readonly to?: string;
}

async function run({ main = twice, env = {}, node = process.execPath, preloads = [woven], to }: Given) {
  const { folder, remove } = applicationWith({ 'main.mjs': main });
  usePackages(folder, 'two-buses', 'eventsource', '@opentelemetry');
  const args = [...preloads.flatMap((path) => ['--import', path]), 'main.mjs'];
  const shell = ['-c', `exec "$0" "$@" ${to}`, node, ...args];
  try {
    return await runNode({
      ...(to === undefined ? { node, args } : { node: '/bin/sh', args: shell }),
      cwd: folder,
      env: { SPANS_FILE: join(folder, 'spans'), ...env },
    });
  } finally {
    remove();
  }
}

const linesOf = (text: string) => text.split('\n').slice(0, -1);

describe('the sink of log records', () => {
  it('is off by default', async () => {
    const { stderr, code } = await run({});
    assert.deepEqual([stderr, code], ['', 0]);
  });

  it('writes JSON to stderr without an SDK, with empty ids', async () => {
    const { stderr, code } = await run({ env: { [`${PREFIX}LOG_SINK`]: 'json' } });
    assert.equal(code, 0);
    const [good, bad, ...more] = linesOf(stderr).map((line) => JSON.parse(line));
    assert.deepEqual(more, []);
    const { timestamp, ...rest } = good;
    assert.ok(Math.abs(Date.now() - Date.parse(timestamp)) < 60_000);
    const ids = { trace_id: '', span_id: '' };
    assert.deepEqual(rest, { level: 'INFO', logger: 'two_buses.ledger', message: 'appended', attributes: {}, ...ids });
    assert.deepEqual([bad.level, bad.message, bad.trace_id], ['ERROR', 'not appended', '']);
    assert.match(bad.exception, /^RangeError: No amount for a: NaN\n {4}at Ledger\.append/);
  });

  it('names the span of the call, which is another one for each call', async () => {
    const main = `${application}
      import { trace } from '@opentelemetry/api';
      await trace.getTracer('app').startActiveSpan('outer', async (outer) => {
        await append();
        await append();
        outer.end();
        console.log(outer.spanContext().traceId, outer.spanContext().spanId);
      });`;
    const { stdout, stderr } = await run({
      main,
      env: { OPTIONS: '{"logSink":"json"}' },
      preloads: [woven, recorded],
    });
    const [traceId, outer] = stdout.trim().split(' ');
    const records = linesOf(stderr).map((line) => JSON.parse(line));
    assert.match(traceId ?? '', /^[0-9a-f]{32}$/);
    assert.deepEqual(
      records.map(({ trace_id }) => trace_id),
      [traceId, traceId],
    );
    const ids = new Set([outer, ...records.map(({ span_id }) => span_id)]);
    assert.deepEqual([...ids].filter((id) => /^[0-9a-f]{16}$/.test(id)).length, 3);
  });

  it('writes text in one line each, and only what the levels let through', async () => {
    const env = { [`${PREFIX}LOG_SINK`]: 'text', [`${PREFIX}LOG_LEVEL`]: 'info,two_buses=error' };
    const { stderr } = await run({ env });
    assert.match(
      stderr,
      /^\S+Z \[ERROR\] two_buses\.ledger trace_id= span_id= - not appended exception="RangeError: No amount for a: NaN"\n$/,
    );
  });

  onEachNode(
    'has the records of eventsource under the preload, whatever enableTracing of an object says',
    async (node) => {
      const main = `
      import { InMemoryEventBus } from 'eventsource/bus';
      import { DomainEvent } from 'eventsource/events';
      class Placed extends DomainEvent {}
      const bus = new InMemoryEventBus({ enableTracing: false });
      bus.subscribe(Placed, { name: 'Mailer', handle() { throw new TypeError('no mail'); } });
      await bus.publish([new Placed({ aggregateId: 'o-1', aggregateType: 'Order', aggregateVersion: 1 })]);
      console.log('done');
    `;
      const env = { [`${PREFIX}LOG_SINK`]: 'json' };
      const { stdout, stderr, code } = await run({ main, node, env, preloads: [register] });
      assert.deepEqual([stdout, code], ['done\n', 0], stderr);
      const records = linesOf(stderr).map((line) => JSON.parse(line));
      assert.ok(records.every(({ logger }) => logger === 'eventsource.bus.memory'));
      const failure = records.find(({ level }) => level === 'ERROR');
      assert.match(failure.exception, /^TypeError: no mail\n/);
      const full = await run({ main, node, env, preloads: [register], to: '2>/dev/full' });
      assert.deepEqual([full.stdout, full.code], ['done\n', 0]);
    },
  );

  for (const [what, to] of [
    ['a full disk', '2>/dev/full'],
    ['a closed file', '2>&-'],
    ['a pipe that nobody reads any more', '2>&1 >/dev/null | true'],
  ] as const) {
    onEachNode(`leaves the application as it is where stderr is ${what}`, async (node) => {
      const main = `${application}
        import { diag } from '@opentelemetry/api';
        import { writeFileSync } from 'node:fs';
        import { setTimeout as sleep } from 'node:timers/promises';
        const warnings = [];
        const logger = { error() {}, warn: (text) => void warnings.push(text), info() {}, debug() {}, verbose() {} };
        diag.setLogger(logger, { suppressOverrideMessage: true });
        await sleep(200);
        const listeners = process.stderr.listenerCount('error');
        for (let i = 0; i < 50; i++) { await append(); await sleep(1); }
        writeFileSync(process.env.RESULT, JSON.stringify({ warnings, more: process.stderr.listenerCount('error') - listeners }));
      `;
      const { folder, remove } = applicationWith({ 'result.json': '{}' });
      const result = join(folder, 'result.json');
      try {
        const shell = to.replace('2>&1 >/dev/null | true', '2>&1 >/dev/null | true; :');
        await run({ main, node, to: shell, env: { [`${PREFIX}LOG_SINK`]: 'json', RESULT: result } });
        const { warnings, more } = JSON.parse(readFileSync(result, 'utf8'));
        assert.ok(more <= 0, `${more} listeners more`);
        assert.ok(warnings.length <= 1, warnings.join('\n'));
        // Node opens /dev/null where stderr is closed.
        if (to !== '2>&-') assert.match(warnings[0], /no more log records on stderr, which cannot be written/);
      } finally {
        remove();
      }
    });
  }

  it('leaves out records that a slow reader of stderr has no room for, and says how many', async () => {
    const main = `${application}
      const burst = async () => {
        for (let i = 0; i < 20_000; i++) { await append(); if (i % 100 === 0) await new Promise(setImmediate); }
      };
      await burst();
      console.log(process.stderr.writableLength);
      process.stdin.once('data', async () => {
        while (process.stderr.writableLength > 0) await new Promise((resolve) => setTimeout(resolve, 10));
        await append();
        process.stdin.destroy();
      });
    `;
    const { folder, remove } = applicationWith({ 'main.mjs': main });
    usePackages(folder, 'two-buses', '@opentelemetry');
    const child = spawn(process.execPath, ['--import', woven, 'main.mjs'], {
      cwd: folder,
      env: { PATH: process.env.PATH, [`${PREFIX}LOG_SINK`]: 'json' },
    });
    try {
      const [waiting] = await once(child.stdout.setEncoding('utf8'), 'data');
      assert.ok(Number(waiting) > 500_000 && Number(waiting) < 1_200_000, `${waiting} bytes wait`);
      let text = '';
      child.stderr.setEncoding('utf8').on('data', (more) => {
        text += more;
      });
      child.stdin.write('go\n');
      await once(child, 'close');
      const records = linesOf(text).map((line) => JSON.parse(line));
      const told = records.filter(({ level }) => level === 'WARN');
      assert.deepEqual(
        told.map(({ message, logger }) => [message, logger]),
        [['log records were left out: stderr is read too slowly', 'opentelemetry-instrumentation-eventsource']],
      );
      assert.equal(records.length - 1 + told[0].attributes['records.left_out'], 20_001);
    } finally {
      child.kill('SIGKILL');
      remove();
    }
  });
});

describe('a wrong setting of log records, under the preload', () => {
  const done = "import 'two-buses'; import 'eventsource'; console.log('done');";
  for (const [name, value, preload, said] of [
    [
      'LOG_LEVEL',
      'loud',
      register,
      /LOG_LEVEL: "loud" is not usable; accepted: trace, debug, info, warn, error, fatal, off/,
    ],
    ['LOG_SINK', 'stdout', register, /LOG_SINK: "stdout" is not usable; accepted: none, text, json\. Using "none"\./],
    [
      'LOG_LEVEL',
      'eventsource.stores.sqlit=debug,eventsource.bus=warn',
      register,
      /LOG_LEVEL \(logLevel in code\): "eventsource\.stores\.sqlit" is the name of no logger; accepted: default, .*eventsource\.stores\.sqlite/,
    ],
    [
      'LOG_LEVEL',
      'two_buses.legder=debug,other.bus=info,two_buses=warn',
      woven,
      /LOG_LEVEL \(logLevel in code\): "two_buses\.legder", "other\.bus" is the name of no logger; accepted: default, .*two_buses\.ledger/,
    ],
  ] as const) {
    onEachNode(`is one warning and changes nothing else: ${name}=${value}`, async (node) => {
      const env = { [PREFIX + name]: value };
      const { stdout, stderr, code } = await run({ main: done, env, node, preloads: [preload] });
      assert.deepEqual([stdout, code], ['done\n', 0]);
      assert.equal(linesOf(stderr).length, 1, stderr);
      assert.match(stderr, said);
    });

    onEachNode(`does no harm where that warning cannot be written: ${name}=${value}`, async (node) => {
      const env = { [PREFIX + name]: value };
      const { stdout, code } = await run({ main: done, env, node, preloads: [preload], to: '2>/dev/full' });
      assert.deepEqual([stdout, code], ['done\n', 0]);
    });
  }
});
