// A publisher that calls back, one that takes the event only, one that fails; and the store's own events.
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

export async function published({ eventstore: loaded, api, request }) {
  const eventstore = loaded.default ?? loaded;
  const seen = [];
  const step = (name) => api.trace.getTracer('application').startSpan(name).end();
  const open = async (publisher, options) => {
    const es = eventstore({ type: 'inmemory', ...options });
    es.on('after-commit', () => seen.push('after-commit'));
    seen.push(es.useEventPublisher(publisher) === es, es.publisher.length);
    es.defineEventMappings({ id: 'id', streamRevision: 'version' });
    await promisify(es.init).call(es);
    return es;
  };
  const add = async (es, id, ...names) => {
    const stream = await promisify(es.getEventStream).call(es, { aggregateId: id, aggregate: 'user' });
    stream.addEvents(names.map((name) => ({ name })));
    await promisify(stream.commit).call(stream);
    await sleep(10);
    seen.push(
      await promisify(es.getUndispatchedEvents)
        .call(es)
        .then(({ length }) => length),
    );
  };

  const callingBack = await open(function publisher(event, callback) {
    setTimeout(() => {
      step(`sending ${event.name} ${event.version}`);
      callback(null);
    }, 2);
  });
  await request('POST /users, published', () => add(callingBack, 'u-1', 'UserCreated', 'UserRenamed'));

  const taking = await open((event) => step(`sent ${event.name}`));
  await request('POST /users, handed over', () => add(taking, 'u-1', 'UserCreated'));

  const failing = await open((_event, callback) => callback(new TypeError('no broker')), { emitStoreEvents: true });
  await request('POST /users, not published', () => add(failing, 'u-1', 'UserCreated'));
  return seen;
}
