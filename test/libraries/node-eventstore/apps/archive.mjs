// Whatever is done without waiting, page by page, or as a stream: commits and snapshots without a callback, the next pages of reads,
// the streams of a store that can, commits of which one loses a race.
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

export async function archive({ eventstore: loaded, api, request }) {
  const eventstore = loaded.default ?? loaded;
  const seen = [];
  const step = (name) => api.trace.getTracer('application').startSpan(name).end();
  const { constructor: InMemory } = eventstore({ type: 'inmemory' }).store;
  /** One that streams, as that on MongoDB does, and that finds out by itself which of two commits was first. */
  class ArchiveStore extends InMemory {
    all(wanted) {
      const streams = Object.values(this.store).flatMap((kinds) => Object.values(kinds).flatMap(Object.values));
      return streams.flat().filter(wanted);
    }
    addEvents(events, callback) {
      const [{ aggregateId, streamRevision }] = events;
      const isTaken = this.all((event) => event.aggregateId === aggregateId && event.streamRevision >= streamRevision);
      if (isTaken.length === 0) super.addEvents(events, callback);
      else
        setImmediate(
          callback,
          Object.assign(new Error('E11000 duplicate key error'), { name: 'MongoError', code: 11000 }),
        );
    }
    streamEvents({ aggregateId }, skip = 0) {
      return Readable.from(
        this.all((event) => aggregateId === undefined || event.aggregateId === aggregateId).slice(skip),
      );
    }
    streamEventsSince(date) {
      return Readable.from(this.all(({ commitStamp }) => commitStamp >= date));
    }
    streamEventsByRevision({ aggregateId }, from = 0) {
      if (aggregateId === 'broken') return Readable.from(failing());
      return Readable.from(this.all((event) => event.aggregateId === aggregateId && event.streamRevision >= from));
    }
  }
  async function* failing() {
    yield { streamRevision: 0, payload: {} };
    throw new RangeError('no disk');
  }
  const open = async (options) => {
    const es = eventstore(options);
    await promisify(es.init).call(es);
    const call = (method, ...args) => promisify(es[method]).call(es, ...args);
    const stream = (id) => call('getEventStream', { aggregateId: id, aggregate: 'user' });
    return { es, call, stream };
  };
  const { es, call, stream } = await open({ type: ArchiveStore, trackPosition: true });

  await request('POST /users, not waiting', async () => {
    const user = await stream('u-1');
    user.addEvents([{ event: 'UserCreated' }, { eventType: 'UserRenamed', name: 'x' }, { type: 7 }, {}]);
    seen.push(user.commit());
    step('beside the commit');
    seen.push(es.createSnapshot({ aggregateId: 'u-1', aggregate: 'user', data: {}, revision: 3 }));
    seen.push(es.createSnapshot({ aggregate: 'user' }));
    await sleep(5);
    user.addEvent({ event: 'UserLeft' });
    seen.push(es.commit(user, null));
    await sleep(5);
    seen.push(user.lastRevision, user.uncommittedEvents.length);
  });
  await request('POST /users, raced', async () => {
    const [one, other] = [await stream('u-2'), await stream('u-2')];
    for (const each of [one, other]) each.addEvent({ event: 'UserCreated' });
    await promisify(one.commit).call(one);
    seen.push(
      await promisify(other.commit)
        .call(other)
        .catch(({ name, code }) => [name, code]),
    );
    // Nobody hears of this one.
    other.commit();
    await sleep(5);
    seen.push(other.uncommittedEvents.length);
  });
  await request('GET /users, by page', async () => {
    const pagesOf = async (first) => {
      const read = [];
      for (let page = first; page.length > 0; page = await promisify(page.next)()) read.push(page.length);
      return read;
    };
    seen.push(await pagesOf(await call('getEvents', { aggregate: 'user' }, 0, 4)));
    seen.push(await pagesOf(await call('getEvents', 3, 2)));
    seen.push(await pagesOf(await call('getEventsSince', new Date(0), 0, 3)));
    seen.push(await pagesOf(await call('getEvents', 'u-2')), Object.keys(es.store).includes('getEvents'));
  });
  await request('GET /users, streamed', async () => {
    const types = [];
    for await (const { payload } of es.streamEvents('u-1')) types.push(payload.event ?? null);
    for await (const { payload } of es.streamEvents(4)) types.push(payload.event ?? null);
    for await (const _ of es.streamEvents({ aggregate: 'user' })) break;
    const since = es.streamEventsSince(new Date(0)).on('data', () => step('an event'));
    await once(since, 'end');
    const byRevision = [];
    for await (const { streamRevision } of es.streamEventsByRevision('u-1', 3)) byRevision.push(streamRevision);
    const broken = es.streamEventsByRevision('broken').resume();
    seen.push(types, byRevision, await once(broken, 'end').catch(({ message }) => message));
    try {
      es.streamEventsSince();
    } catch ({ message }) {
      seen.push(message);
    }
  });
  await request('GET /nothing, streamed', async () => {
    const { es: other } = await open({ type: 'inmemory' });
    try {
      other.streamEvents();
    } catch ({ message }) {
      seen.push(message);
    }
  });
  return seen;
}
