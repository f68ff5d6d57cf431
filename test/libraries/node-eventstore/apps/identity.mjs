// What can be seen of the exports of node-eventstore, and of the objects that it gives.
import { promisify } from 'node:util';

const keysOf = (object) => Reflect.ownKeys(object).map(String).sort();

const membersOf = (object) =>
  keysOf(object).map((key) => {
    const { value, get, set, ...flags } = Object.getOwnPropertyDescriptor(object, key);
    const like = typeof value === 'function' ? [value.name, value.length, keysOf(value)] : typeof value;
    return [key, typeof get, typeof set, flags, like];
  });

const classFacts = (Class) => [
  Class.name,
  Class.length,
  keysOf(Class),
  membersOf(Class.prototype),
  Class.prototype.constructor === Class,
];

export async function identity({ eventstore: loaded }) {
  const eventstore = loaded.default ?? loaded;
  const publisher = (_event, _callback) => {};
  const options = { type: 'inmemory' };
  const es = eventstore(options);
  const { constructor: Eventstore } = es;
  const chained = es.useEventPublisher(publisher) === es && es.defineEventMappings(Object.freeze({ id: 'id' })) === es;
  await promisify(es.init).call(es);
  const stream = await promisify(es.getEventStream).call(es, Object.freeze({ aggregateId: 'a' }));
  class Mine extends Eventstore {}
  const emitting = eventstore({ type: 'inmemory', emitStoreEvents: true });
  const enumerated = [];
  for (const key in es) enumerated.push(key);
  return {
    exported: [typeof eventstore, eventstore.name, eventstore.length, keysOf(eventstore), classFacts(eventstore.Store)],
    classes: [Eventstore, Mine, stream.constructor, es.store.constructor].map(classFacts),
    above: [Object.getPrototypeOf(Eventstore).name, Object.getPrototypeOf(Eventstore.prototype).constructor.name],
    chained,
    objects: [es, stream, es.dispatcher, emitting].map((object) => [keysOf(object), Object.keys(object)]),
    enumerated,
    publisher: [es.publisher.name, es.publisher.length, es.dispatcher.publisher === es.publisher],
    emitting: keysOf(emitting).map((key) => [key, emitting[key]?.length]),
  };
}
