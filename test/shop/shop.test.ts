// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import type { SQLiteDatabase } from 'eventsource/stores';
import { type SpanTree, shapeOf, treesOf } from '../../testkit/span-trees.js';
import { runShop, type ShopRun } from './shop-run.js';

describe('the shop', function () {
  this.timeout(120_000);
  let plain: ShopRun;
  let traced: ShopRun;
  before(async () => {
    plain = await runShop();
    traced = await runShop('./register');
  });
  after(() => {
    plain?.remove();
    traced?.remove();
  });

  it('does the same with the preload as without', () => {
    for (const { code, stderr } of [plain, traced]) assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    assert.equal(traced.stdout.replace(traced.file, plain.file), plain.stdout);
    assert.deepEqual(storedEvents(traced.file), storedEvents(plain.file));
    assert.equal(plain.spans.length, 0);
  });

  it('keeps its events, read model, dead letter and outbox in the file', () => {
    assert.deepEqual(storedEvents(traced.file), [
      'OrderPlaced 1',
      'ItemAdded 2',
      'ItemAdded 3',
      'ItemAdded 4',
      'ItemAdded 5',
      'ItemAdded 6',
      'OrderShipped 7',
      ...['OrderPlaced 1', 'ItemAdded 2'],
      ...['OrderPlaced 1', 'ItemAdded 2'],
      ...['OrderPlaced 1', 'ItemAdded 2'],
    ]);
    assert.deepEqual(query(traced.file, 'SELECT sku, quantity FROM best_sellers ORDER BY sku'), [
      { sku: 'apple', quantity: 9 },
      { sku: 'bread', quantity: 21 },
      { sku: 'butter', quantity: 1 },
      { sku: 'pear', quantity: 11 },
    ]);
    assert.deepEqual(query(traced.file, 'SELECT event_type, projection_name FROM dead_letter_queue'), [
      { event_type: 'ItemAdded', projection_name: 'BestSellers' },
    ]);
    assert.deepEqual(
      query(traced.file, 'SELECT status, count(*) AS n FROM event_outbox GROUP BY status ORDER BY status'),
      [
        { status: 'pending', n: 2 },
        { status: 'published', n: 3 },
      ],
    );
  });

  describe('gives traces', () => {
    it('of a load with snapshot', () => {
      const load = tree(traced, 'load(get_events load_valid_snapshot(get))');
      assert.deepEqual(namesIn(load), [
        'eventsource.repository.load',
        'eventsource.snapshot_manager.load_valid_snapshot',
        'eventsource.snapshot.get',
        'sqlite_event_store.get_events',
      ]);
      const { 'snapshot.used': used, 'snapshot.version': version, 'events.replayed': replayed } = load.span.attributes;
      assert.deepEqual({ used, version, replayed }, { used: true, version: 3, replayed: 0 });
    });

    it('of a save with append, dispatch, two handlers and snapshot', () => {
      const save = tree(traced, 'save(append_events dispatch(handle handle(add)) maybe_create_snapshot(save))');
      assert.equal(save.span.attributes.new_version, 3);
      const append = save.children.find(({ span }) => span.name === 'sqlite_event_store.append_events');
      assert.equal(append?.span.attributes['eventsource.event.type'], 'OrderPlaced,ItemAdded,ItemAdded');
      assert.equal(append?.span.attributes['db.name'], traced.file);
    });

    it('of a handler that fails, which does not make the save fail', () => {
      const save = tree(traced, 'save(append_events dispatch(handle! handle(add)))');
      const failed = find(save, ({ span }) => span.status === 'ERROR');
      assert.equal(failed?.span.attributes['eventsource.handler.name'], 'Mailer');
      assert.deepEqual(exceptionsOf(failed), ['AddressRefused']);
    });

    it('of a conflict and the second try', () => {
      assert.deepEqual(exceptionsOf(tree(traced, 'save!(append_events!)')), ['OptimisticLockError']);
      const shapes = treesOf(traced.spans).map(shapeOf);
      const lost = shapes.indexOf('save!(append_events!)');
      assert.deepEqual(shapes.slice(lost + 1, lost + 3), [
        'load(get_events load_valid_snapshot(get))',
        'save(append_events maybe_create_snapshot(save))',
      ]);
    });

    it('of the outbox being drained, with a message that has to wait', () => {
      const shapes = treesOf(traced.spans).map(shapeOf);
      const from = shapes.indexOf('get_pending');
      assert.deepEqual(shapes.slice(from, from + 6), [
        'get_pending',
        'mark_published',
        'mark_published',
        'increment_retry',
        'get_pending',
        'mark_published',
      ]);
    });

    it('of a projection that catches up, a poison event on the way', () => {
      const start = treesOf(traced.spans).find(({ span }) => span.name.endsWith('start_subscription'));
      const catchUp = start && find(start, ({ span }) => span.name === 'eventsource.catchup_runner.run_until_position');
      const delivered = 'deliver_event(handle(handler update(update_checkpoint)))';
      assert.deepEqual(catchUp?.children.map(shapeOf).sort(), [
        'deliver_event!(handle!(handler! handler! send_to_dlq(add)))',
        ...Array(5).fill(delivered),
        'read_all',
        'save_position',
      ]);
    });

    it('of the projection that follows live, below the save that published the event', () => {
      const live = 'process_event(handle(handler update(update_checkpoint)) save_position)';
      tree(traced, `save(append_events dispatch(handle handle(add)) dispatch(handle(${live})))`);
    });

    it('of a pause, with a link from what was held back to its publication', () => {
      tree(traced, 'pause');
      const resume = treesOf(traced.spans).find(({ span }) => span.name === 'eventsource.pause_resume.resume');
      const processed = resume && find(resume, ({ span }) => span.name === 'eventsource.live_runner.process_event');
      const [link] = processed?.span.links ?? [];
      const linked = traced.spans.find(({ spanId }) => spanId === link?.spanId);
      assert.equal(linked?.name, 'eventsource.event_bus.handle');
      assert.equal(linked?.attributes['eventsource.handler.name'], 'LiveEventHandler');
      assert.notEqual(linked?.traceId, resume?.span.traceId);
    });
  });

  for (const preloads of [
    ['./register', './scripts/demo-http.mjs'],
    ['./scripts/demo-http.mjs', './register'],
  ]) {
    it(`has its spans in the traces of HTTP requests: ${preloads.join(' ')}`, async () => {
      const run = await runShop(...preloads);
      try {
        assert.deepEqual({ code: run.code, stderr: run.stderr }, { code: 0, stderr: '' });
        const requests = treesOf(run.spans).filter(({ span }) => span.kind === 'CLIENT');
        assert.equal(requests.length, 9);
        for (const { children } of requests)
          assert.deepEqual(
            children.map(({ span }) => span.kind),
            ['SERVER'],
          );
        const ours = requests.map(({ children }) => children.flatMap(({ children }) => children.map(shapeOf)));
        assert.deepEqual(ours[0], ['save(append_events dispatch(handle handle(add)) maybe_create_snapshot(save))']);
        assert.deepEqual(ours[1], ['load(get_events load_valid_snapshot(get))', 'save(append_events)']);
        assert.ok(ours.some((shapes) => shapes.includes('save!(append_events!)') && shapes.length === 4));
        const elsewhere = treesOf(run.spans)
          .filter(({ span }) => span.kind !== 'CLIENT')
          .map(shapeOf);
        assert.ok(!elsewhere.some((shape) => /^(?:save|load)\b/.test(shape)), elsewhere.join('\n'));
      } finally {
        run.remove();
      }
    });
  }
});

/** The first trace of a shape. */
function tree({ spans }: ShopRun, shape: string): SpanTree {
  const trees = treesOf(spans);
  const found = trees.find((tree) => shapeOf(tree) === shape);
  assert.ok(found, `no trace ${shape} among\n${trees.map(shapeOf).join('\n')}`);
  return found;
}

function find(tree: SpanTree, wanted: (tree: SpanTree) => boolean): SpanTree | undefined {
  return flatten(tree).find(wanted);
}

function namesIn(tree: SpanTree): string[] {
  return flatten(tree).map(({ span }) => span.name);
}

function flatten(tree: SpanTree): SpanTree[] {
  return [tree, ...tree.children.flatMap(flatten)];
}

function exceptionsOf(tree: SpanTree | undefined) {
  return tree?.span.events.map(({ attributes }) => attributes['exception.type']);
}

function storedEvents(file: string): string[] {
  const rows = query(file, 'SELECT event_type, version FROM events ORDER BY global_position') as StoredEvent[];
  return rows.map(({ event_type, version }) => `${event_type} ${version}`);
}

interface StoredEvent {
  readonly event_type: string;
  readonly version: number;
}

function query(file: string, sql: string): unknown[] {
  const Database: new (path: string) => SQLiteDatabase = createRequire(import.meta.url)('libsql');
  const database = new Database(file);
  try {
    return database.prepare(sql).all([]);
  } finally {
    database.close();
  }
}
