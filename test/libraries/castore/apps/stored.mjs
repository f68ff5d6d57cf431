// Events that are stored: what an application keeps, and what stands in their metadata when they are read.
const theirs = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

/** What an application passes: frozen, bare, and with trace context of its own. */
const given = () => [
  Object.freeze({ aggregateId: 'i-1', version: 1, type: 'ADDED', metadata: Object.freeze({ by: 'me' }) }),
  { aggregateId: 'i-1', version: 2, type: 'ADDED' },
  { aggregateId: 'i-1', version: 3, type: 'ADDED', metadata: { traceparent: theirs, by: 'me' } },
];

export async function stored({ core, memory, request }) {
  const { ConnectedEventStore, EventStore, EventType, NotificationMessageQueue } = core;
  const options = { eventTypes: [new EventType({ type: 'ADDED' })], reducer: (_state, event) => event };
  const store = new EventStore({
    ...options,
    eventStoreId: 'ITEMS',
    eventStorageAdapter: new memory.InMemoryEventStorageAdapter(),
  });
  const published = [];
  const queue = new NotificationMessageQueue({
    messageQueueId: 'items',
    sourceEventStores: [store],
    messageQueueAdapter: { publishMessage: async ({ event }) => published.push(event.metadata ?? null) },
  });
  const connected = new ConnectedEventStore(store, queue);
  const events = given();
  const got = [];
  const push = (to, event) =>
    request('push', async () => {
      const { event: pushed } = await to.pushEvent(event);
      got.push([pushed.version, pushed === event]);
    });
  for (const event of events) await push(store, event);
  await push(connected, { aggregateId: 'i-2', version: 1, type: 'ADDED' });
  const group = [
    store.groupEvent({ aggregateId: 'i-3', version: 1, type: 'ADDED' }),
    connected.groupEvent({ aggregateId: 'i-3', version: 2, type: 'ADDED', metadata: { by: 'me' } }),
  ];
  const inGroup = group.map(({ event }) => event);
  await request('group', async () => {
    const { eventGroup } = await EventStore.pushEventGroup({ force: false }, ...group);
    got.push(eventGroup.map(({ event }) => event.version));
    await EventStore.pushEventGroup(store.groupEvent({ aggregateId: 'i-4', version: 1, type: 'ADDED' }));
  });
  const read = [];
  for (const id of ['i-1', 'i-2', 'i-3', 'i-4']) read.push(...(await store.getEvents(id)).events);
  return {
    // As without us.
    got,
    kept: [JSON.stringify(events) === JSON.stringify(given()), group.map(({ event }, at) => event === inGroup[at])],
    types: read.map(({ aggregateId, version, type }) => [aggregateId, version, type]),
    // Of each event, in order.
    stored: read.map(({ metadata = {} }) => metadata),
    published,
  };
}
