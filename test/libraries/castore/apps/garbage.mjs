// What careless callers pass, and handlers that fail in odd ways; at the end a command as it should be.
import { oddValues, refuse } from '../../odd-values.mjs';

const odd = () => ({
  ...oddValues(),
  function: () => {},
  getter: Object.defineProperty({ aggregateId: 'g' }, 'type', { get: refuse, enumerable: true }),
  frozen: Object.freeze({ aggregateId: 'f', version: 1, type: 'FROZEN' }),
  long: { aggregateId: {}, version: Number.NaN, type: 'x'.repeat(10_000), metadata: null },
});

export async function garbage({ core, memory, request }) {
  const { Command, ConnectedEventStore, EventStore, EventType, NotificationMessageQueue } = core;
  const seen = [];
  const told = (error) =>
    error instanceof Error ? `${error.constructor.name}: ${error.message}` : `threw a ${typeof error}`;
  const attempt = async (what, work) => {
    try {
      seen.push(`${what}: ${typeof (await work())}`);
    } catch (error) {
      seen.push(`${what}: ${told(error)}`);
    }
  };
  const open = (given) =>
    new EventStore({
      eventStoreId: 'CARTS',
      eventTypes: [new EventType({ type: 'CREATED' })],
      reducer: (_state, event) => ({ aggregateId: event.aggregateId, version: event.version }),
      eventStorageAdapter: new memory.InMemoryEventStorageAdapter(),
      ...given,
    });
  const messageQueueAdapter = { publishMessage: async () => {}, publishMessages: async () => {} };

  for (const [name, value] of Object.entries(odd())) {
    const store = open();
    const queue = new NotificationMessageQueue({
      messageQueueId: 'Q',
      sourceEventStores: [store],
      messageQueueAdapter,
    });
    const connected = new ConnectedEventStore(store, queue);
    await attempt(`new EventStore ${name}`, () => new EventStore(value));
    await attempt(`new Command ${name}`, () => new Command(value));
    await attempt(`pushEvent ${name}`, () => store.pushEvent(value));
    await attempt(`pushEvent with ${name}`, () =>
      store.pushEvent({ aggregateId: 'a', version: 2, type: 'CREATED' }, value),
    );
    await attempt(`connected pushEvent ${name}`, () => connected.pushEvent(value));
    await attempt(`getEvents ${name}`, () => store.getEvents(value, value));
    await attempt(`getAggregate ${name}`, () => store.getAggregate(value));
    await attempt(`pushEventGroup ${name}`, () => EventStore.pushEventGroup(value, value));
    await attempt(`publishMessage ${name}`, () => queue.publishMessage(value));
    await attempt(`publishMessages ${name}`, () => queue.publishMessages(value));
    await attempt(`adapter ${name}`, () =>
      open({ eventStorageAdapter: value }).pushEvent({ aggregateId: 'a', version: 1, type: 'CREATED' }),
    );
    const fails = async () => {
      throw value;
    };
    const command = new Command({
      commandId: value,
      requiredEventStores: [],
      handler: fails,
      onEventAlreadyExists: fails,
    });
    if (name !== 'revoked' && name !== 'refusing')
      await attempt(`command fails ${name}`, () => command.handler(value, value));
    const { handler } = new Command({ commandId: 'ECHO', requiredEventStores: [], handler: async (input) => input });
    if (name !== 'revoked' && name !== 'refusing')
      await attempt(`command gives ${name}`, () => handler.call(value, value));
  }

  const store = open();
  const create = new Command({
    commandId: 'CREATE',
    requiredEventStores: [store],
    handler: async ({ aggregateId }, [carts]) => {
      await carts.getAggregate(aggregateId);
      await carts.pushEvent({ aggregateId, version: 1, type: 'CREATED' });
    },
  });
  await request('POST /proper', async () => {
    await create.handler({ aggregateId: 'proper' }, [store]);
    await EventStore.pushEventGroup(store.groupEvent({ aggregateId: 'other', version: 1, type: 'CREATED' }));
  });
  return seen;
}
