// Processors in memory, which are handed what a store has: live and in bulk, failing, skipping, stopping, with garbage in between.
export async function reactors({ emmett, request }) {
  const { getInMemoryEventStore, inMemoryProjector, inMemoryReactor, inMemorySingleStreamProjection } = emmett;
  const { skip, stop } = emmett.MessageProcessor.result;
  const seen = [];
  const failure = (error) => [error?.constructor?.name ?? null, error?.message ?? String(error)];
  const store = getInMemoryEventStore();
  const added = (sku) => ({ type: 'ItemAdded', data: { sku } });
  const stored = async (stream, from = 0n) => (await store.readStream(stream, { from })).events;

  await request('POST /orders', async () => {
    await store.appendToStream('order-1', [added('s-1'), added('s-2')]);
    await store.appendToStream('order-1', [{ type: 'OrderPlaced', data: {} }]);
  });

  const eachMessage = async function mail(message, context) {
    seen.push([message.type, message.data.sku ?? null, Object.keys(context)]);
    switch (message.data.sku) {
      case 's-2':
        return skip({ reason: 'not for mail' });
      case 'stop':
        return stop({ reason: 'enough' });
      case 'throw':
        throw new RangeError('no such address');
      case 'undefined':
        throw undefined;
      case 'append':
        await store.appendToStream('mails', [{ type: 'MailSent', data: {} }]);
    }
  };
  const options = Object.freeze({ processorId: 'mailer', canHandle: ['ItemAdded'], eachMessage });
  const mailer = inMemoryReactor(options);
  const handed = async (processor, messages) => {
    seen.push(await processor.handle(messages, {}).then((result) => result ?? 'nothing', failure));
  };
  seen.push(Object.keys(mailer), mailer.handle.name, mailer.handle.length, options.eachMessage === eachMessage);
  await handed(mailer, await stored('order-1'));
  seen.push(await mailer.start({}));
  await request('POST /mailer, live', async () => handed(mailer, await stored('order-1')));
  await request('POST /mailer, handled before', async () => handed(mailer, await stored('order-1')));

  const appended = async (...skus) => {
    const from = BigInt((await stored('order-1')).length);
    await store.appendToStream('order-1', skus.map(added));
    return stored('order-1', from);
  };
  await request('POST /mailer, skipping', async () => handed(mailer, await appended('s-2')));
  await request('POST /mailer, appending', async () => handed(mailer, await appended('append')));
  await request('POST /mailer, failing', async () => handed(mailer, await appended('s-6', 'throw', 's-7')));
  await request('POST /mailer, throwing undefined', async () => handed(mailer, await appended('undefined')));

  const bulk = [...Array(120).keys()].map((n) => (n === 60 ? 'append' : `b-${n}`));
  const old = inMemoryReactor({ processorId: 'archive', eachMessage });
  await old.start({});
  await store.appendToStream('archive', bulk.map(added));
  const archive = await stored('archive');
  await request('POST /archive, catching up', async () => handed(old, archive.slice(0, 110)));
  await request('POST /archive, caught up', async () => handed(old, archive.slice(110, 112)));
  await store.appendToStream('broken', [...bulk.slice(0, 118), 'throw', 'b-last'].map(added));
  const broken = inMemoryReactor({ processorId: 'broken', eachMessage });
  await broken.start({});
  await request('POST /broken, catching up', async () => handed(broken, await stored('broken')));

  const counting = inMemorySingleStreamProjection({
    collectionName: 'orders',
    canHandle: ['ItemAdded'],
    initialState: () => ({ items: 0 }),
    evolve(order, { data }) {
      if (data.sku === 'throw') throw new TypeError('cannot be counted');
      return { ...order, items: order.items + 1 };
    },
  });
  const named = { ...counting, name: 'counting' };
  const projected = async (stream, name) => {
    const projector = inMemoryProjector({ processorId: `counter-${stream}`, projection: named });
    await projector.start({});
    await request(name, async () => handed(projector, await stored(stream)));
    seen.push((await projector.database.collection('orders').find())?.length ?? null);
  };
  await projected('order-1', 'POST /counter, live, failing');
  await projected('archive', 'POST /counter, catching up');
  await projected('broken', 'POST /counter, catching up, failing');

  await request('POST /mailer, stopping', async () => handed(mailer, await appended('stop', 'never')));
  await request('POST /mailer, stopped', async () => handed(mailer, await appended('never')));

  return seen;
}
