// Users: callbacks and promises, snapshots, reads of every kind, failures. What is done in a callback is beside the call that has
// called back, not below it.
import { promisify } from 'node:util';

export async function users({ eventstore: loaded, api, request }) {
  const eventstore = loaded.default ?? loaded;
  const seen = [];
  const step = (name) => api.trace.getTracer('application').startSpan(name).end();
  const es = eventstore({ type: 'inmemory', trackPosition: true });
  seen.push(es.constructor.name, Object.keys(es).sort(), Object.keys(Object.getPrototypeOf(es)).length);
  await promisify(es.init).call(es);

  await request(
    'POST /users, callbacks',
    () =>
      new Promise((resolve, reject) => {
        es.getEventStream({ aggregateId: 'u-1', aggregate: 'user', context: 'hr' }, (error, stream) => {
          if (error) return reject(error);
          step('in the callback of getEventStream');
          stream.addEvent({ name: 'UserCreated' });
          stream.addEvents([{ name: 'UserRenamed' }]);
          stream.commit((failure, committed) => {
            if (failure) return reject(failure);
            step('in the callback of commit');
            seen.push(committed.currentRevision(), committed.eventsToDispatch.length);
            setTimeout(() => {
              step('later');
              resolve();
            }, 1);
          });
        });
      }),
  );
  await request('POST /users, promises', async () => {
    const stream = await promisify(es.getEventStream).call(es, 'u-2');
    stream.addEvent({ type: 'UserCreated' });
    await promisify(stream.commit).call(stream);
    step('after the commit');
    await promisify(stream.commit).call(stream);
  });
  await request('POST /users/u-1/snapshot', async () => {
    await promisify(es.createSnapshot).call(es, {
      aggregateId: 'u-1',
      aggregate: 'user',
      context: 'hr',
      data: { name: 'x' },
      revision: 1,
      version: 3,
    });
    const [snapshot, stream] = await new Promise((resolve, reject) =>
      es.getFromSnapshot({ aggregateId: 'u-1', aggregate: 'user', context: 'hr' }, (error, ...given) =>
        error ? reject(error) : resolve(given),
      ),
    );
    seen.push(snapshot.revision, stream.events.length, stream.lastRevision);
    seen.push((await promisify(es.getFromSnapshot).call(es, 'u-2'))?.revision ?? 'no snapshot');
  });
  await request('GET /users', async () => {
    seen.push((await promisify(es.getEvents).call(es, { aggregate: 'user' }, 0, 10)).length);
    seen.push((await promisify(es.getEvents).call(es)).length);
    seen.push((await promisify(es.getEventsSince).call(es, new Date(0), 0, 10)).length);
    seen.push((await promisify(es.getEventsByRevision).call(es, 'u-1', 1, -1)).length);
    seen.push((await promisify(es.getLastEvent).call(es, 'u-1')).payload.name);
    seen.push((await promisify(es.getLastEventAsStream).call(es, 'u-1')).lastRevision);
    seen.push((await promisify(es.getLastEvent).call(es, 'nobody')) === undefined);
  });
  await request('GET /nobody', async () => {
    seen.push(
      await promisify(es.getEventStream)
        .call(es, {})
        .catch(({ message }) => message),
    );
    try {
      es.getEventStream(undefined, () => {});
    } catch (error) {
      seen.push(error.constructor.name);
    }
    const stream = await promisify(es.getEventStream).call(es, 'nobody');
    stream.addEvent({ name: 'UserRenamed' });
    es.store.addEvents = (_events, callback) => setImmediate(callback, new Error('no disk'));
    seen.push(
      await promisify(stream.commit)
        .call(stream)
        .catch(({ message }) => message),
    );
    seen.push(stream.uncommittedEvents.length);
  });
  return seen;
}
