// What can be seen of the exports of Castore, and of what an application makes of them.

const keysOf = (object) => Reflect.ownKeys(object).map(String);

const factsOf = (value) => {
  if (typeof value !== 'function') return typeof value;
  const { prototype, name, length } = value;
  const like = { name, length, keys: keysOf(value), above: Object.getPrototypeOf(value).name };
  if (prototype === undefined) return like;
  return {
    ...like,
    constructs: prototype.constructor === value,
    aboveIt: Object.getPrototypeOf(prototype)?.constructor.name,
    members: keysOf(prototype).map((key) => [key, flagsOf(prototype, key)]),
    statics: keysOf(value).map((key) => [key, flagsOf(value, key)]),
  };
};

const flagsOf = (object, key) => {
  const { value, get, set, ...flags } = Object.getOwnPropertyDescriptor(object, key);
  return [
    typeof get,
    typeof set,
    flags,
    typeof value === 'function' ? [value.name, value.length, keysOf(value)] : typeof value,
  ];
};

const instanceFacts = (object, ...classes) => [
  object.constructor.name,
  classes.map((Class) => object instanceof Class),
  keysOf(object).map((key) => [key, flagsOf(object, key)]),
  Object.prototype.toString.call(object),
];

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
    exports: Object.keys(core)
      .sort()
      .map((name) => [name, factsOf(core[name])]),
    derived: [Object.getPrototypeOf(Mine) === EventStore, Mine.pushEventGroup === EventStore.pushEventGroup],
    queues: [NotificationMessageQueue, NotificationMessageBus].map(
      (Class) => Object.getPrototypeOf(Class) === NotificationMessageChannel,
    ),
    store: instanceFacts(store, Mine, EventStore, ConnectedEventStore),
    queue: instanceFacts(queue, NotificationMessageQueue, NotificationMessageChannel),
    connected: instanceFacts(connected, ConnectedEventStore, EventStore),
    passedOn: ['getEvents', 'getAggregate', 'pushEvent'].map((name) => connected[name] === store[name]),
    command: instanceFacts(command, Command),
    frozen: Object.isFrozen(options) && Object.isFrozen(channel),
    json: JSON.stringify(command),
  };
}
