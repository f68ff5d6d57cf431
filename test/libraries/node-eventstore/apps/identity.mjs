// What can be seen of the exports of node-eventstore, and of the objects that it gives.
import { promisify } from 'node:util';
import { factsOf } from '../../facts.mjs';

export async function identity({ eventstore: loaded }) {
  const eventstore = loaded.default ?? loaded;
  const publisher = (_event, _callback) => {};
  const options = Object.freeze({ type: 'inmemory' });
  const es = eventstore({ ...options });
  const { constructor: Eventstore } = es;
  const chained = es.useEventPublisher(publisher) === es && es.defineEventMappings(Object.freeze({ id: 'id' })) === es;
  await promisify(es.init).call(es);
  const stream = await promisify(es.getEventStream).call(es, Object.freeze({ aggregateId: 'a' }));
  class Mine extends Eventstore {}
  const emitting = eventstore({ type: 'inmemory', emitStoreEvents: true });
  const enumerated = [];
  for (const key in es) enumerated.push(key);
  const { constructor: Stream } = stream;
  const { constructor: InMemory } = es.store;
  const { dispatcher } = es;
  const given = es.publisher;
  return {
    facts: factsOf({ eventstore, Eventstore, Mine, Stream, InMemory, es, stream, dispatcher, emitting, given }),
    instances: [es instanceof Eventstore, new Mine({}) instanceof Eventstore, es.store instanceof eventstore.Store],
    chained,
    enumerated,
    publisher: dispatcher.publisher === given,
  };
}
