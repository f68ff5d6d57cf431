// What can be seen of the exports of Castore, and of what an application makes of them.
import { factsOf } from '../../facts.mjs';

export async function identity({ core, memory }) {
  const {
    Command,
    ConnectedEventStore,
    EventStore,
    NotificationMessageBus,
    NotificationMessageChannel,
    NotificationMessageQueue,
  } = core;
  class Mine extends EventStore {
    extra = () => 'extra';
  }
  const options = Object.freeze({
    eventStoreId: 'MINE',
    eventTypes: Object.freeze([]),
    reducer: (_state, { aggregateId, version }) => ({ aggregateId, version }),
    eventStorageAdapter: new memory.InMemoryEventStorageAdapter(),
  });
  const store = new Mine(options);
  const channel = Object.freeze({ messageQueueId: 'Q', sourceEventStores: Object.freeze([store]) });
  const queue = new NotificationMessageQueue(channel);
  const connected = new ConnectedEventStore(store, queue);
  const handler = async () => 'handled';
  const command = new Command(Object.freeze({ commandId: 'C', requiredEventStores: [store], handler }));
  return {
    facts: factsOf({ ...core, Mine, store, queue, connected, command, options }),
    instances: [
      [store, Mine, EventStore, ConnectedEventStore],
      [queue, NotificationMessageQueue, NotificationMessageChannel],
      [connected, ConnectedEventStore, EventStore],
      [command, Command],
    ].map(([object, ...classes]) => [
      object.constructor === classes[0],
      classes.map((Class) => object instanceof Class),
    ]),
    derived: [Object.getPrototypeOf(Mine) === EventStore, Mine.pushEventGroup === EventStore.pushEventGroup],
    queues: [NotificationMessageQueue, NotificationMessageBus].map(
      (Class) => Object.getPrototypeOf(Class) === NotificationMessageChannel,
    ),
    passedOn: ['getEvents', 'getAggregate', 'pushEvent'].map((name) => connected[name] === store[name]),
    frozen: Object.isFrozen(options) && Object.isFrozen(channel),
    json: JSON.stringify(command),
  };
}
