// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { type Broker, brokers } from '../../testkit/brokers.js';
import { root, runNode } from '../../testkit/child.js';
import { runDistributedShop } from '../../testkit/distributed-shop.js';
import { startOtlpReceiver } from '../../testkit/otlp-receiver.js';
import type { ExportedSpan } from '../../testkit/otlp-traces.js';
import { describeOnServer } from '../../testkit/servers.js';
import { type SpanTree, shapeOf, treesOf } from '../../testkit/span-trees.js';
import { drivers, ours, tracesTo } from './support/run.js';

const projected = 'handle(handler update(update_checkpoint))';

/** The trace of the order being taken, and of its shipment, from the shop's save to the sales department's table. */
const shapes: Record<Broker, readonly [string, string]> = {
  rabbitmq: [
    `save(append_events publish_batch(publish(consume(dispatch(handle(${projected})))) publish(consume)))`,
    `save(append_events publish(consume(dispatch(handle(${projected})))))`,
  ],
  redis: [
    `save(append_events publish(process process(dispatch(handle(${projected})))))`,
    `save(append_events publish(process(dispatch(handle(${projected})))))`,
  ],
  kafka: [
    `save(append_events publish ItemAdded(consume ItemAdded(dispatch Sales(${projected}))) publish OrderPlaced(consume OrderPlaced))`,
    `save(append_events publish OrderShipped(consume OrderShipped(dispatch Sales(${projected}))))`,
  ],
};

/** Attributes of the chain behind the shipment, besides those of the event; `NAME` is the name of the run. */
const messaging: Record<Broker, Readonly<Record<'publish' | 'consume', Readonly<Record<string, string | number>>>>> = {
  rabbitmq: {
    publish: {
      'messaging.system': 'rabbitmq',
      'messaging.destination': 'NAME',
      'messaging.destination_kind': 'exchange',
      'messaging.operation': 'publish',
      'messaging.rabbitmq.routing_key': 'Order.OrderShipped',
    },
    consume: {
      'messaging.system': 'rabbitmq',
      'messaging.destination': 'NAME.sales',
      'messaging.destination_kind': 'queue',
      'messaging.operation': 'receive',
      'messaging.rabbitmq.routing_key': 'Order.OrderShipped',
    },
  },
  redis: {
    publish: {
      'messaging.system': 'redis',
      'messaging.destination': 'NAME:stream',
      'messaging.operation': 'publish',
      'eventsource.event.count': 1,
    },
    consume: {
      'messaging.system': 'redis',
      'messaging.destination': 'NAME:stream',
      'messaging.operation': 'receive',
    },
  },
  kafka: {
    publish: {
      'messaging.system': 'kafka',
      'messaging.destination': 'NAME.stream',
      'messaging.destination_kind': 'topic',
      'messaging.operation': 'publish',
      'messaging.kafka.partition': 0,
      'messaging.kafka.offset': 2,
    },
    consume: {
      'messaging.system': 'kafka',
      'messaging.destination': 'NAME.stream',
      'messaging.destination_kind': 'topic',
      'messaging.operation': 'receive',
      'messaging.kafka.partition': 0,
      'messaging.kafka.offset': 2,
      'messaging.kafka.consumer_group': 'NAME.sales',
    },
  },
};

/** Spans that driver instrumentations make below ours. */
const theirs: Record<Broker, Readonly<Record<'publish' | 'consume', string[]>>> = {
  rabbitmq: { publish: ['PRODUCER publish NAME', 'CONSUMER NAME.sales process'], consume: [] },
  redis: { publish: ['CLIENT redis-XADD'], consume: ['CLIENT redis-XACK'] },
  kafka: { publish: ['PRODUCER send NAME.stream'], consume: [] },
};

const chain = { publish: /event_bus\.publish\b/, consume: /event_bus\.(?:consume|process)\b/ };

for (const broker of brokers) {
  describeOnServer('postgresql', 'with PostgreSQL,', () => {
    describeOnServer(broker, `the shop and its sales department, over ${broker}`, () => {
      it('are in one trace, from save to projection', async () => {
        const { spans, lines } = await shop(broker);
        assert.deepEqual(lines.map((line) => line.replace(/order [\da-f]{8}/, 'order …')).sort(), [
          'Sales: closed',
          'Sales: open',
          'Sales: order … is shipped: 6 × apple for 3.60',
          'Shop: order … is placed',
          'Shop: order … is shipped',
        ]);
        const saves = savesIn(spans);
        assert.deepEqual(saves.map(shapeOf), shapes[broker]);
        for (const save of saves) assertServices(save);
        assertShipment(broker, saves[1] as SpanTree);
      }).timeout(120_000);

      it('are drawn as one tree by npm run demo:distributed', async () => {
        const { stdout, stderr, code } = await runNode({
          cwd: root,
          args: ['scripts/demo-distributed.mjs', '--broker', broker, '--no-build'],
          timeoutMillis: 60_000,
        });
        assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
        const lines = stdout.split('\n').map((line) => line.replace(/ {2}\d+\.\d ms/, ''));
        assert.ok(
          lines.includes('eventsource.repository.save  service.name=shop  event.count=1  version=3  new_version=3'),
        );
        const consume = lines.findLast((line) => line.includes('CONSUMER')) ?? '';
        assert.match(consume, /^ {3}└─ eventsource\.event_bus\.(?:consume|process)\b.* {2}service\.name=sales/);
        assert.ok(lines.some((line) => line.endsWith('└─ eventsource.checkpoint.update_checkpoint')));
      }).timeout(120_000);

      for (const preloads of [
        [ours, drivers],
        [drivers, ours],
      ]) {
        it(`stay in one trace beside the drivers' instrumentations: ${preloads.join(' ')}`, async () => {
          const { spans } = await shop(broker, preloads);
          const own = spans.filter(isOurs);
          assert.deepEqual(savesIn(own).map(shapeOf), shapes[broker]);
          const [, save] = savesIn(spans) as [SpanTree, SpanTree];
          assertShipment(broker, save);
          assertTheirs(broker, save);
          for (const trace of savesIn(spans)) {
            assert.equal(new Set(flatten(trace).map(({ span }) => span.traceId)).size, 1);
          }
        }).timeout(120_000);
      }
    });
  });
}

async function shop(broker: Broker, preloads: readonly string[] = [ours]) {
  const receiver = await startOtlpReceiver();
  try {
    const lines = await runDistributedShop({ broker, preloads, env: tracesTo(receiver.endpoint) });
    return { lines, spans: receiver.spans };
  } finally {
    await receiver.close();
  }
}

function savesIn(spans: readonly ExportedSpan[]): SpanTree[] {
  return treesOf(spans).filter(({ span }) => span.name === 'eventsource.repository.save');
}

/** The shop makes everything down to the publish span, the sales department everything from there on. */
function assertServices(save: SpanTree): void {
  for (const tree of flatten(save)) {
    const isBelow = tree.span.service === 'sales';
    for (const child of tree.children) {
      assert.equal(child.span.service, isBelow || child.span.kind === 'CONSUMER' ? 'sales' : 'shop', child.span.name);
    }
  }
}

function assertShipment(broker: Broker, save: SpanTree): void {
  const ours = flatten(save).filter(({ span }) => isOurs(span));
  const find = (name: RegExp) => {
    const found = ours.filter(({ span }) => name.test(span.name));
    assert.equal(found.length, 1, `${name}`);
    return (found[0] as SpanTree).span;
  };
  const publish = find(chain.publish);
  const consume = find(chain.consume);
  const append = find(/append_events$/);
  assert.equal(publish.kind, 'PRODUCER');
  assert.equal(publish.parentSpanId, save.span.spanId);
  assert.equal(consume.kind, 'CONSUMER');
  assert.equal(consume.parentSpanId, publish.spanId);
  const name = runName(publish);
  for (const [span, expected] of [
    [publish, messaging[broker].publish],
    [consume, messaging[broker].consume],
  ] as const) {
    for (const [key, value] of Object.entries(expected)) {
      const wanted = typeof value === 'string' ? value.replace('NAME', name) : value;
      assert.equal(span.attributes[key], wanted, `${span.name} ${key}`);
    }
  }
  assert.equal(consume.attributes['eventsource.event.type'], 'OrderShipped');
  assert.equal(append.attributes['db.system'], 'sqlite');
  const checkpoint = find(/checkpoint\.update_checkpoint$/);
  assert.equal(checkpoint.attributes['db.system'], 'postgresql');
  assert.equal(checkpoint.attributes['eventsource.projection.name'], 'Sales');
  const handled = find(/projection\.handle$/);
  assert.equal(handled.attributes['eventsource.event.id'], consume.attributes['eventsource.event.id']);
  assert.equal(handled.attributes['eventsource.event.type'], 'OrderShipped');
}

/**
 * publish ─┬─ what the driver sends
 *          ├─ what the driver hands out (AMQP; the batches that kafkajs polls are traces of their own)
 *          └─ consume ─ … ─ projection ─ statements of PostgreSQL
 */
function assertTheirs(broker: Broker, save: SpanTree): void {
  const all = flatten(save);
  for (const parent of ['publish', 'consume'] as const) {
    const expected = theirs[broker][parent];
    const ours = all.find(({ span }) => chain[parent].test(span.name));
    const name = runName(all.find(({ span }) => span.kind === 'PRODUCER')?.span as ExportedSpan);
    const found = ours?.children.filter(({ span }) => !isOurs(span)).map(({ span }) => `${span.kind} ${span.name}`);
    assert.deepEqual(found?.sort(), expected.map((text) => text.replace('NAME', name)).sort(), parent);
  }
  const checkpoint = all.find(({ span }) => span.name.endsWith('update_checkpoint'));
  assert.deepEqual(
    checkpoint?.children.map(({ span }) => span.name),
    ['pg.query:INSERT eventsource'],
  );
}

function runName({ attributes }: ExportedSpan): string {
  return /^shop_[\da-f]+/.exec(String(attributes['messaging.destination']))?.[0] ?? '';
}

function isOurs({ scope }: ExportedSpan): boolean {
  return scope === 'opentelemetry-instrumentation-eventsource';
}

function flatten(tree: SpanTree): SpanTree[] {
  return [tree, ...tree.children.flatMap(flatten)];
}
