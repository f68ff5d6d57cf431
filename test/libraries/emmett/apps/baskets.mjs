// Baskets on SQLite, in a file of their own: commands, inline projections, reads, failures, a file that is locked, and a lost race. Emmett
// commits what it had begun when an append loses: the number of events of that stream is wrong from then on, and every later append
// loses, too.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export async function baskets({ emmett, sqlite, request }) {
  const folder = mkdtempSync(join(tmpdir(), 'baskets-'));
  try {
    return await inFile(join(folder, 'baskets.db'));
  } finally {
    rmSync(folder, { recursive: true });
  }

  async function inFile(fileName) {
    const { CommandHandler, DeciderCommandHandler, projections } = emmett;
    const seen = [];
    // Without that of the append, which is stored with an event.
    const ownKeys = ({ traceparent, ...metadata }) => Object.keys(metadata).sort();
    const failure = (error) => [error.constructor.name, error.errorCode ?? null, error.message];
    const items = sqlite.sqliteRawSQLProjection({
      canHandle: ['ItemAdded'],
      initSQL: 'CREATE TABLE IF NOT EXISTS items (sku TEXT PRIMARY KEY, pieces INTEGER NOT NULL)',
      evolve: ({ data: { sku } }) =>
        `INSERT INTO items VALUES ('${sku}', 1) ON CONFLICT (sku) DO UPDATE SET pieces = pieces + 1`,
    });
    const cashier = {
      name: 'cashier',
      canHandle: ['Paid'],
      async handle(events) {
        if (events.some(({ data }) => data.coins === 0)) throw new RangeError('no coins');
        this.paid = (this.paid ?? 0) + events.length;
      },
    };
    const registered = Object.freeze(projections.inline([items, cashier]));
    const options = Object.freeze({
      fileName,
      projections: registered,
      schema: Object.freeze({ autoMigration: 'CreateOrUpdate' }),
    });
    const store = sqlite.getSQLiteEventStore(options);
    await store.schema.migrate();
    const evolve = ({ items }) => ({ items: items + 1 });
    const initialState = () => ({ items: 0 });
    const mapToStreamId = (id) => `basket-${id}`;
    const retry = {
      onVersionConflict: { retries: 2, minTimeout: 1, shouldRetryError: emmett.isExpectedVersionConflictError },
    };
    const handle = CommandHandler({ evolve, initialState, mapToStreamId, retry });
    const decide = DeciderCommandHandler({
      evolve,
      initialState,
      mapToStreamId,
      decide: ({ type, data }) => {
        if (type === 'Refuse') throw new TypeError('the basket is full');
        return { type: type === 'Pay' ? 'Paid' : 'ItemAdded', data };
      },
    });
    const added = (sku) => ({ type: 'ItemAdded', data: { sku }, metadata: { by: 'me' } });
    // Emmett prints what makes a transaction fail, with its stack.
    const { log } = console;
    console.log = ({ message }) => seen.push(['printed', message]);

    await request('POST /baskets', async () => {
      const first = added('s-1');
      const { newEvents, nextExpectedStreamVersion } = await handle(store, 'b-1', () => [first, added('s-2')]);
      seen.push(newEvents[0] === first, first, Number(nextExpectedStreamVersion));
    });
    await request('POST /baskets/b-1/items', async () => {
      const { newState } = await decide(store, 'b-1', { type: 'Add', data: { sku: 's-1' } });
      seen.push(newState);
    });
    await request('POST /baskets/b-1/items, refused', async () =>
      seen.push(await decide(store, 'b-1', { type: 'Refuse' }).catch(failure)),
    );
    await request('POST /baskets/b-1/payment', async () => {
      seen.push(await decide(store, 'b-1', { type: 'Pay', data: { coins: 0 } }).catch(failure));
      const { newState } = await decide(store, 'b-1', { type: 'Pay', data: { coins: 7 } });
      seen.push(newState, cashier.paid);
    });
    await request('GET /baskets/b-1', async () => {
      const { events, currentStreamVersion } = await store.readStream('basket-b-1', { from: 2n });
      seen.push(events.length, Number(currentStreamVersion), ownKeys(events[0].metadata));
      const { state } = await store.aggregateStream('basket-b-1', { evolve, initialState, read: { from: 3n } });
      seen.push(state, (await store.readStream('basket-nobody')).events.length);
    });
    await handle(store, 'b-2', () => added('s-3'));
    let races = 1;
    await request('POST /baskets/b-2/items, raced', async () => {
      const lost = handle(store, 'b-2', async () => {
        if (races-- > 0) await store.appendToStream('basket-b-2', [added('sneaky')]);
        return added('s-4');
      });
      seen.push(await lost.catch(failure));
    });
    await request('POST /baskets/b-2/items, later', async () =>
      seen.push(await handle(store, 'b-2', () => added('s-5'), { retry: { retries: 0 } }).catch(failure)),
    );
    await request('POST /baskets/b-3', async () => {
      const { newState } = await handle(store, 'b-3', () => added('s-6'));
      seen.push(newState);
    });
    const other = sqlite.sqliteConnection({ fileName });
    await other.command('BEGIN IMMEDIATE TRANSACTION');
    await request('POST /baskets/b-3/items, locked', async () =>
      seen.push(await handle(store, 'b-3', () => added('s-7')).catch(failure)),
    );
    await other.command('ROLLBACK');
    other.close();
    console.log = log;
    seen.push(Object.keys(store).sort(), registered[0].projection === items, registered[1].projection === cashier);
    seen.push(
      await sqlite
        .SQLiteConnectionPool({ fileName })
        .withConnection((connection) => connection.query('SELECT sku, pieces FROM items ORDER BY sku')),
    );
    return seen;
  }
}
