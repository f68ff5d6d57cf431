// Consumers on SQLite, each with one processor: one that is started by a request, catches up with what two others have appended and
// goes on live; one whose handler skips and stops; one that stops at a failure and is started again; a projection.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function pickers({ sqlite, request }) {
  const folder = mkdtempSync(join(tmpdir(), 'pickers-'));
  const seen = [];
  const fileName = join(folder, 'baskets.db');
  // One connection, used by one at a time: of two, one finds the file locked now and then.
  const connection = sqlite.sqliteConnection({ fileName });
  let last = Promise.resolve();
  const pool = {
    connection: async () => connection,
    withConnection(work) {
      const done = last.then(() => work(connection));
      last = done.catch(() => {});
      return done;
    },
    close: async () => {},
  };
  const store = sqlite.getSQLiteEventStore({ fileName, pool });
  await store.schema.migrate();
  const appended = (name, ...skus) =>
    request(name, () =>
      store.appendToStream(
        'basket-1',
        skus.map((sku) => ({ type: 'ItemAdded', data: { sku } })),
      ),
    );
  async function until(isSo) {
    while (!isSo()) await sleep(10);
  }
  const pulling = { batchSize: 5, pullingFrequencyInMs: 10 };
  function consumerOf(options) {
    const consumer = store.consumer({ pulling });
    consumer.processor({ startFrom: 'BEGINNING', ...options });
    return consumer;
  }
  // Emmett prints what makes a transaction fail, with its stack.
  const { log } = console;
  console.log = (error) => seen.push(['printed', error?.message ?? String(error)]);

  await appended('POST /baskets/1', 's-1', 's-2', 's-3', 's-4');
  await appended('POST /baskets/2', 's-5', 's-6', 's-7');

  const picked = [];
  const picker = consumerOf({ processorId: 'picker', eachMessage: ({ data }) => void picked.push(data.sku) });
  await request('POST /start', async () => void picker.start());
  await until(() => picked.length === 7);
  await appended('POST /baskets/3', 's-8');
  await until(() => picked.length === 8);
  await picker.close();
  seen.push(picked);

  const choosy = consumerOf({
    processorId: 'choosy',
    eachMessage: ({ data }) => ({ type: data.sku === 's-3' ? 'STOP' : 'SKIP' }),
  });
  await request('POST /choosy', () => choosy.start());

  let attempts = 0;
  const failing = consumerOf({
    processorId: 'retried',
    stopAfter: ({ data }) => data.sku === 's-4',
    async eachMessage({ data }) {
      if (data.sku === 's-2' && attempts++ === 0) throw new TypeError('not today');
    },
  });
  await request('POST /retried', () => failing.start());
  await failing.stop();
  await request('POST /retried, again', () => failing.start());
  seen.push(attempts);

  const counted = [];
  const counting = {
    name: 'counting',
    canHandle: ['ItemAdded'],
    async handle([{ data }], { connection }) {
      await connection.query('SELECT 1');
      counted.push([data.sku, this === counting]);
      if (data.sku === 's-8') throw undefined;
    },
  };
  const counter = store.consumer({ pulling });
  counter.processor({ projection: counting, startFrom: 'BEGINNING' });
  await request('POST /count', () => counter.start());
  await counter.close();
  console.log = log;
  connection.close();
  rmSync(folder, { recursive: true });
  return [...seen, counted];
}
