// Consumers on PostgreSQL: one that is started by a request and catches up with what two others have appended, then goes on live; one
// that stops at a failure and is started again; one whose history is exactly full batches; a rebuild; a processor of one's own making.
import { inDatabase } from './database.mjs';

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export function consumers({ emmett, postgresql, pg, request }) {
  return inDatabase(pg, async (connectionString) => {
    const seen = [];
    const store = postgresql.getPostgreSQLEventStore(connectionString);
    await store.schema.migrate();
    const added = (...skus) => skus.map((sku) => ({ type: 'ItemAdded', data: { sku } }));
    /** Consumers do not see an append while others that began earlier, in whichever database, are under way. */
    async function appended(name, ...skus) {
      await request(name, () => store.appendToStream('order-1', added(...skus)));
      const client = new pg.Client({ connectionString });
      await client.connect();
      const visible = 'SELECT 1 FROM emt_messages WHERE transaction_id >= pg_snapshot_xmin(pg_current_snapshot())';
      while ((await client.query(visible)).rowCount > 0) await sleep(10);
      await client.end();
    }
    async function until(isSo) {
      while (!isSo()) await sleep(10);
    }

    await appended('POST /orders/1', 's-1', 's-2', 's-3', 's-4');
    await appended('POST /orders/2', 's-5', 's-6', 'broken');

    const mailed = [];
    const counted = [];
    const pulling = { batchSize: 5, pullingFrequencyInMs: 10 };
    const consumer = postgresql.postgreSQLEventStoreConsumer({ connectionString, pulling });
    const mail = async ({ data }) => {
      mailed.push(data.sku);
      if (data.sku === 's-2') throw new RangeError('no such address');
      if (data.sku === 's-8') return emmett.MessageProcessor.result.skip({ reason: 'not for mail' });
    };
    const counting = {
      name: 'counting',
      canHandle: ['ItemAdded'],
      async handle([{ data }], { execute }) {
        await execute.query('SELECT 1');
        counted.push([data.sku, this === counting]);
        if (data.sku === 'broken') throw undefined;
      },
    };
    consumer.reactor({ processorId: 'mailer', eachMessage: mail });
    consumer.projector({ processorId: 'counter', projection: counting });
    const own = { id: 'own', isActive: true, start: async () => 'BEGINNING', close: async () => {}, handled: 0 };
    own.handle = async function (messages) {
      this.handled += messages.length;
    };
    consumer.processors.push(own);
    await request('POST /start', async () => void consumer.start());
    await until(() => own.handled === 7);
    await appended('POST /orders/3', 's-7', 's-8');
    await until(() => own.handled === 9);
    await consumer.close();
    seen.push(mailed, counted);

    let attempts = 0;
    const failing = store.consumer({ pulling });
    failing.reactor({
      processorId: 'retried',
      startFrom: 'BEGINNING',
      stopAfter: ({ data }) => data.sku === 's-3',
      async eachMessage({ data }) {
        if (data.sku === 's-2' && attempts++ === 0) throw new TypeError('not today');
      },
    });
    await request('POST /retried', () => failing.start());
    await request('POST /retried, again', () => failing.start());
    seen.push(attempts);

    await appended('POST /orders/4', 's-10');
    const full = store.consumer({ pulling });
    const fully = [];
    full.reactor({
      processorId: 'full',
      startFrom: 'BEGINNING',
      async eachMessage({ data }) {
        fully.push(data.sku);
      },
    });
    await request('POST /full', async () => void full.start());
    await until(() => fully.length === 10);
    await sleep(1000);
    await appended('POST /orders/5', 's-11', 's-12', 's-13', 's-14', 's-15');
    await until(() => fully.length === 15);
    await full.stop();
    seen.push(fully);

    counted.length = 0;
    const { handle, ...rest } = counting;
    const projection = {
      ...rest,
      handle: async ([{ data }]) => void counted.push(data.sku),
      truncate: async () => void counted.push('truncated'),
    };
    const rebuild = postgresql.rebuildPostgreSQLProjections({ connectionString, pulling, projections: [projection] });
    await request('POST /rebuild', () => rebuild.start());
    await rebuild.close();
    seen.push(counted);
    await store.close();
    return seen;
  });
}
