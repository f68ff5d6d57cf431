// What can be seen of the exports of a client, and of what it gives.
import { opened } from '../client.mjs';

const keysOf = (object) => Reflect.ownKeys(object).map(String);

const flagsOf = (object, key) => {
  const { value, get, set, ...flags } = Object.getOwnPropertyDescriptor(object, key);
  const like =
    typeof value === 'function' ? [value.name, value.length, keysOf(value), 'prototype' in value] : typeof value;
  return [typeof get, typeof set, flags, like];
};

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

const chainOf = (object) => {
  const names = [];
  for (let at = object; at !== null; at = Object.getPrototypeOf(at)) names.push(at.constructor?.name);
  return names;
};

const instanceFacts = (object) => [
  chainOf(object),
  Object.keys(object).filter((key) => !/^_(?:readable|writable)/.test(key)),
  Object.prototype.toString.call(object),
  Symbol.asyncIterator in object,
];

export async function identity({ client: loaded }) {
  const client = opened(loaded, process.env.KURRENT_ADDRESS);
  const Client = loaded.KurrentDBClient ?? loaded.EventStoreDBClient;
  class Mine extends Client {}
  const given = {
    read: client.readStream('nowhere'),
    all: client.readAll(),
    subscription: client.subscribeToStream('nowhere'),
    everything: client.subscribeToAll(),
    group: client.subscribeToPersistentSubscriptionToAll('group'),
  };
  const facts = Object.entries(given).map(([name, object]) => [name, instanceFacts(object)]);
  for (const object of Object.values(given)) object.on?.('error', () => {});
  const event = Object.freeze(loaded.jsonEvent({ type: 'Frozen', data: {}, metadata: Object.freeze({ by: 'me' }) }));
  const appended = client.appendToStream('s', Object.freeze([event]), Object.freeze({}));
  const promise = [appended instanceof Promise, Object.keys(appended), appended.constructor.name];
  const result = Object.keys(await appended).sort();
  client.dispose();
  return {
    exports: Object.keys(loaded)
      .sort()
      .map((name) => [name, factsOf(loaded[name])]),
    client: [client instanceof Client, Object.keys(client).sort(), chainOf(client)],
    derived: [Object.getPrototypeOf(Mine) === Client, Mine.prototype.readStream === Client.prototype.readStream],
    facts,
    promise,
    result,
    event: [Object.keys(event), Object.keys(event.metadata)],
  };
}
