// Carts: a command that creates and changes them, a race, a connected store, a group of events, reads and failures.
export async function carts({ core, memory, request }) {
  const {
    Command,
    ConnectedEventStore,
    EventStore,
    EventType,
    NotificationMessageQueue,
    StateCarryingMessageBus,
    tuple,
  } = core;
  const seen = [];
  const published = [];
  const messageChannelAdapter = {
    publishMessage: async (message) => void published.push(message.event.type),
    publishMessages: async (messages) => void published.push(messages.length),
  };
  const eventTypes = ['CART_CREATED', 'ITEM_ADDED'].map((type) => new EventType({ type }));
  const reducer = (cart, { aggregateId, version, type }) => ({
    aggregateId,
    version,
    items: (cart?.items ?? 0) + (type === 'ITEM_ADDED' ? 1 : 0),
  });
  class CartStore extends EventStore {}
  const store = new CartStore({
    eventStoreId: 'CARTS',
    eventTypes,
    reducer,
    eventStorageAdapter: new memory.InMemoryEventStorageAdapter(),
    onEventPushed: async () => {},
  });
  const queue = new NotificationMessageQueue({
    messageQueueId: 'CARTS_QUEUE',
    sourceEventStores: [store],
    messageQueueAdapter: messageChannelAdapter,
  });
  const bus = new StateCarryingMessageBus({
    messageBusId: 'CARTS_BUS',
    sourceEventStores: [store],
    messageBusAdapter: messageChannelAdapter,
  });
  const connected = new ConnectedEventStore(store, queue);
  const stateful = new ConnectedEventStore(store, bus);
  seen.push(
    store instanceof CartStore && store instanceof EventStore,
    store.constructor.name,
    Object.keys(store).sort(),
  );

  let races = 0;
  const attempts = [];
  const addItem = new Command({
    commandId: 'ADD_ITEM',
    requiredEventStores: tuple(store),
    eventAlreadyExistsRetries: 2,
    onEventAlreadyExists: async (_error, { attemptNumber, retriesLeft }) =>
      void attempts.push([attemptNumber, retriesLeft]),
    handler: async ({ aggregateId }, [carts]) => {
      const { aggregate } = await carts.getAggregate(aggregateId);
      const version = (aggregate?.version ?? 0) + 1;
      if (races > 0) {
        races -= 1;
        await carts.pushEvent({ aggregateId, version, type: 'ITEM_ADDED' });
      }
      const type = aggregate === undefined ? 'CART_CREATED' : 'ITEM_ADDED';
      await carts.pushEvent({ aggregateId, version, type, metadata: { by: 'me' } }, { prevAggregate: aggregate });
      return { version };
    },
  });
  const failure = (error) => [error.constructor.name, error.code ?? null, error.message];

  await request('POST /carts', async () => seen.push(await addItem.handler({ aggregateId: 'c-1' }, [store])));
  races = 1;
  await request('POST /carts/c-1/items, raced', async () =>
    seen.push(await addItem.handler({ aggregateId: 'c-1' }, [store])),
  );
  races = 9;
  await request('POST /carts/c-1/items, lost', async () =>
    seen.push(await addItem.handler({ aggregateId: 'c-1' }, [store]).catch(failure)),
  );
  races = 0;
  await request('POST /carts, connected', async () => {
    seen.push(await addItem.handler({ aggregateId: 'c-2' }, [connected]));
    await stateful.pushEvent({ aggregateId: 'c-2', version: 2, type: 'ITEM_ADDED' });
    await queue.publishMessages(
      (await store.getEvents('c-2')).events.map((event) => ({ eventStoreId: 'CARTS', event })),
    );
  });
  await request('POST /carts, grouped', async () => {
    const group = [
      store.groupEvent({ aggregateId: 'c-3', version: 1, type: 'CART_CREATED' }),
      connected.groupEvent({ aggregateId: 'c-3', version: 2, type: 'ITEM_ADDED' }),
    ];
    const { eventGroup } = await EventStore.pushEventGroup(...group);
    seen.push(eventGroup.map(({ event }) => event.version));
    seen.push(await CartStore.pushEventGroup({ force: false }, ...group).catch(failure));
  });
  await request('POST /carts, torn off', async () => {
    const { pushEvent, getEvents } = store;
    const event = { aggregateId: 'c-4', version: 1, type: 'CART_CREATED', metadata: { by: 'me' } };
    const { event: pushed } = await pushEvent(event);
    seen.push(pushed.metadata, event, (await getEvents('c-4')).events.length);
    await pushEvent({ ...event, metadata: undefined }, { force: true });
  });
  await request('GET /carts', async () => {
    seen.push(
      (await store.getEvents('c-1', { minVersion: 2, reverse: true, limit: 2 })).events.map(({ version }) => version),
    );
    seen.push((await store.listAggregateIds()).aggregateIds.length);
    seen.push((await connected.getExistingAggregate('c-1')).aggregate.items);
    seen.push(await store.getExistingAggregate('nobody').catch(failure));
  });
  await request('POST /carts, stale', async () => {
    seen.push(await store.pushEvent({ aggregateId: 'c-1', version: 1, type: 'ITEM_ADDED' }).catch(failure));
    seen.push(
      await new EventStore({ eventStoreId: 'NOWHERE', eventTypes, reducer })
        .pushEvent({ aggregateId: 'c-1', version: 1, type: 'ITEM_ADDED' })
        .catch(failure),
    );
  });
  return { seen, published, attempts };
}
