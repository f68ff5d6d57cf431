// Carts in memory: commands that create and change them, races, deciders, inline projections, the message bus, reads and failures.
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function carts({ emmett, request }) {
  const { CommandHandler, DeciderCommandHandler, forwardToMessageBus, getInMemoryEventStore, getInMemoryMessageBus } =
    emmett;
  const seen = [];
  const mailed = [];
  // Without that of the append, which is stored with an event.
  const ownKeys = ({ traceparent, ...metadata }) => Object.keys(metadata).sort();
  const failure = (error) => [error.constructor.name, error.errorCode ?? null, error.message];

  const bus = getInMemoryMessageBus();
  async function sendMail({ type }) {
    await sleep(1);
    mailed.push(type);
  }
  bus.subscribe(sendMail, 'ProductAdded', 'CartConfirmed');
  bus.subscribe(async () => Promise.reject(new TypeError('no printer')), 'CartConfirmed');
  bus.handle(async function confirmCart({ data }) {
    await handle(store, data.aggregateId, () => ({ type: 'CartConfirmed', data: {} }), {
      retry: { onVersionConflict: false, retries: 0 },
    });
  }, 'ConfirmCart');

  const items = emmett.inMemorySingleStreamProjection({
    collectionName: 'carts',
    canHandle: ['ProductAdded', 'CartConfirmed'],
    initialState: () => ({ items: 0 }),
    evolve: (cart, { type }) => (type === 'ProductAdded' ? { ...cart, items: cart.items + 1 } : cart),
  });
  const counting = {
    name: 'counting',
    canHandle: ['ProductAdded'],
    handled: 0,
    async handle(events) {
      this.handled += events.length;
    },
  };
  const projections = emmett.projections.inline([items, counting]);
  const store = getInMemoryEventStore({ projections, hooks: { onAfterCommit: forwardToMessageBus(bus) } });
  const evolve = (cart, { type }) =>
    type === 'ProductAdded' ? { ...cart, items: cart.items + 1 } : { ...cart, status: 'confirmed' };
  const initialState = () => ({ status: 'open', items: 0 });
  const mapToStreamId = (id) => `cart-${id}`;
  const retry = {
    onVersionConflict: { retries: 2, minTimeout: 1, shouldRetryError: emmett.isExpectedVersionConflictError },
  };
  const handle = CommandHandler({ evolve, initialState, mapToStreamId, retry });
  const decide = DeciderCommandHandler({
    evolve,
    initialState,
    mapToStreamId,
    decide: ({ type, data }) => {
      if (type === 'Refuse') throw new RangeError('the cart is closed');
      return type === 'Nothing' ? [] : { type: 'ProductAdded', data };
    },
  });
  const added = (sku) => ({ type: 'ProductAdded', data: { sku }, metadata: { by: 'me' } });
  const told = ({ nextExpectedStreamVersion, newEvents, newState, createdNewStream }) => [
    Number(nextExpectedStreamVersion),
    newEvents.length,
    newState,
    createdNewStream,
  ];

  await request('POST /carts', async () => {
    const first = added('s-1');
    const result = await handle(store, 'c-1', () => [first, added('s-2')]);
    seen.push(told(result), result.newEvents[0] === first, first);
  });
  await request('POST /carts/c-1/items, decided', async () => {
    seen.push(told(await decide(store, 'c-1', { type: 'Add', data: { sku: 's-3' } })));
    seen.push(told(await decide(store, 'c-1', [{ type: 'Nothing' }, { type: 'Add', data: { sku: 's-4' } }])));
    seen.push(told(await decide(store, 'c-1', { type: 'Nothing' })));
  });
  await request('POST /carts/c-1/items, refused', async () =>
    seen.push(await decide(store, 'c-1', { type: 'Refuse', data: {} }).catch(failure)),
  );
  let races = 1;
  const raced = async () => {
    if (races-- > 0) await store.appendToStream('cart-c-1', [added('sneaky')]);
    await store.aggregateStream('cart-other', { evolve, initialState });
    return added('s-5');
  };
  await request('POST /carts/c-1/items, raced', async () => seen.push(told(await handle(store, 'c-1', raced))));
  races = 9;
  await request('POST /carts/c-1/items, lost', async () => seen.push(await handle(store, 'c-1', raced).catch(failure)));
  await request('POST /carts/c-1/items, stale', async () =>
    seen.push(
      await store.appendToStream('cart-c-1', [added('stale')], { expectedStreamVersion: 1n }).catch(failure),
      await handle(store, 'c-1', () => added('s-6'), { expectedStreamVersion: 2n, retry: { retries: 0 } }).catch(
        failure,
      ),
    ),
  );
  const refusing = console.error;
  console.error = (text, error) => seen.push([text, error.message]);
  await request('POST /carts/c-1/confirm', async () => {
    await bus.send({ type: 'ConfirmCart', data: { aggregateId: 'c-1' } });
    seen.push(await bus.send({ type: 'Unknown', data: {} }).catch(failure));
  });
  console.error = refusing;
  await request('GET /carts/c-1', async () => {
    const { events, currentStreamVersion, streamExists } = await store.readStream('cart-c-1', { from: 2n, to: 4n });
    seen.push(events.length, Number(currentStreamVersion), streamExists, ownKeys(events[0].metadata));
    seen.push(await store.streamExists('cart-nobody'), (await store.readStream('cart-nobody')).events.length);
    seen.push((await store.database.collection('carts').findOne(({ _id }) => _id === 'cart-c-1')).items);
  });
  return { seen, mailed, counted: counting.handled, same: projections[1].projection === counting };
}
