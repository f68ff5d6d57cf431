// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ChildResult, root, runNode } from '../../testkit/child.js';
import { leaveOut } from '../../testkit/leave-out.js';
import { startOtlpReceiver } from '../../testkit/otlp-receiver.js';
import { shapeOf, treesOf } from '../../testkit/span-trees.js';
import { exportTo } from './shop-run.js';

describe('npm run demo', function () {
  this.timeout(120_000);

  it('draws the traces, those of the guide first', async () => {
    const { stdout, stderr, code } = await demo();
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    const lines = stdout.split('\n');
    assert.ok(lines.length <= 120, `${lines.length} lines`);
    assert.match(stdout, /^\$ node --import \.\/register dist\/fixtures\/shop\/app\.js /);
    assert.match(stdout, /^Day 2: best sellers of day 1: 9 × apple/m);

    const traces = lines.slice(lines.findIndex((line) => / spans in \d+ traces:$/.test(line)) + 2).map(withoutTimes);
    assert.deepEqual(traces.slice(8, 13), [
      'eventsource.repository.load  version=3  snapshot.used=true  snapshot.version=3  events.replayed=0',
      '├─ eventsource.snapshot_manager.load_valid_snapshot',
      '│  └─ eventsource.snapshot.get',
      '└─ sqlite_event_store.get_events  from_version=3',
      '… and 4 more like this',
    ]);
    const save = traces.slice(0, 8);
    assert.equal(save[0], 'eventsource.repository.save  event.count=3  version=3  new_version=3');
    for (const handler of ['Mailer', 'CourierFeed']) {
      assert.ok(save.some((line) => /^│ {2}[├└]─ eventsource\.event_bus\.handle/.test(line) && line.endsWith(handler)));
    }
    assert.ok(traces.some((line) => line.endsWith("✗ AddressRefused: 'bob' is no mail address.")));
    assert.ok(traces.includes('eventsource.repository.save  event.count=1  version=5  ✗ OptimisticLockError'));
    assert.ok(traces.some((line) => line.endsWith('⇠ linked to eventsource.event_bus.handle')));
  });

  it('draws HTTP spans too, with --http', async () => {
    const { stdout, code } = await demo('--http');
    assert.equal(code, 0);
    assert.match(stdout, /^POST {2}CLIENT .*\n└─ POST {2}SERVER .*\n {3}└─ eventsource\.repository\.save /m);
  });

  it('draws the traces of a shop on Nest CQRS, with --app nest-shop', async () => {
    const { stdout, stderr, code } = await demo('--app', 'nest-shop');
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    assert.match(stdout, /^\$ node --import \.\/register fixtures\/nest-shop\/dist\/app\.js /);
    const traces = stdout.split('\n').map(withoutTimes);
    assert.ok(
      traces.some((line) => /^eventsource\.command\.handle .*command\.type=PlaceOrder /.test(line)),
      stdout,
    );
    assert.ok(
      traces.some((line) => /command\.type=CallCourier .*⇠ linked to eventsource\.event_bus\.publish$/.test(line)),
    );
    assert.ok(traces.some((line) => line.endsWith("handler.name=Mailer  ✗ AddressRefused: 'bob' is no mail address.")));
  });

  it('draws the traces of a shop on Emmett and SQLite, with --app emmett-shop', async function () {
    if (!existsSync(join(root, 'fixtures/emmett-shop/dist/app.js'))) {
      leaveOut(this, 'emmett-shop could not be built: npm ci, with a C++ compiler, and npm run build');
    }
    const { stdout, stderr, code } = await demo('--app', 'emmett-shop');
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    const traces = stdout.split('\n').map(withoutTimes);
    assert.ok(
      traces.some((line) => line.endsWith('conflict.count=1  retry.count=1')),
      stdout,
    );
    assert.ok(
      traces.some((line) => /sqlite_event_store\.append_events .*conflict=true {2}✗ ExpectedVersion/.test(line)),
    );
    assert.ok(traces.some((line) => line.endsWith('eventsource.projection.handle  projection.name=BestSellers')));
  });

  it('names the applications that there are when it does not know the one that is asked for', async () => {
    const { stderr, stdout, code } = await demo('--app', 'nestshop');
    assert.deepEqual([code, stdout], [2, '']);
    const [first, second] = stderr.split('\n');
    assert.equal(first, "There is no application 'nestshop'; there are shop, nest-shop, emmett-shop.");
    assert.match(second ?? '', /^usage: npm run demo -- \[--app shop\|nest-shop\|emmett-shop\] /);
  });

  it('sends the traces to the endpoint of the environment instead, with --otlp', async () => {
    const usual = await received({});
    assert.ok(usual.stdout.includes(`go to ${usual.endpoint}\n`), usual.stdout);
    assert.doesNotMatch(usual.stdout, /spans in/);
    assert.ok(usual.shapes.includes('load(get_events load_valid_snapshot(get))'));
    const json = await received({ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' });
    assert.deepEqual(json.shapes, usual.shapes);
    assert.deepEqual(json.attributes, usual.attributes);
  });

  it('says how it is used when it does not know an option', async () => {
    const { stderr, code } = await demo('--otpl');
    assert.equal(code, 2);
    assert.match(stderr, /--otpl.*\nusage: npm run demo/);
  });
});

/** With the build that this test is part of. */
function demo(...options: readonly string[]): Promise<ChildResult> {
  return runDemo(options, {});
}

function runDemo(options: readonly string[], env: Readonly<Record<string, string>>): Promise<ChildResult> {
  return runNode({ cwd: root, args: ['scripts/demo.mjs', '--no-build', ...options], env, timeoutMillis: 60_000 });
}

/** What a receiver gets of the demo: shapes, and the kinds of all attribute values. */
async function received(env: Readonly<Record<string, string>>) {
  const { endpoint, spans, close } = await startOtlpReceiver();
  const { code, stdout } = await runDemo(['--otlp'], { ...exportTo(endpoint), ...env });
  await close();
  assert.equal(code, 0);
  const attributes = spans.flatMap(({ name, attributes }) =>
    Object.entries(attributes).map(([key, value]) => `${name} ${key}: ${typeof value}`),
  );
  return { endpoint, stdout, shapes: treesOf(spans).map(shapeOf), attributes: [...new Set(attributes)].sort() };
}

function withoutTimes(line: string): string {
  return line.replace(/ {2}\d+\.\d ms/, '');
}
