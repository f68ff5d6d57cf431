// What careless callers pass, callbacks that fail in odd ways, a publisher that throws `undefined`; at the end a commit as it
// should be.
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { oddValues } from '../../odd-values.mjs';

const odd = () => ({
  ...oddValues(),
  frozen: Object.freeze({ aggregateId: 'f', aggregate: 'frozen' }),
  long: { aggregateId: 'x'.repeat(10_000), aggregate: {}, revision: Number.NaN, data: 1 },
});

export async function garbage({ eventstore: loaded, request }) {
  const eventstore = loaded.default ?? loaded;
  const seen = [];
  const told = (error) =>
    error instanceof Error ? `${error.constructor.name}: ${error.message}` : `threw a ${typeof error}`;
  const open = async (publisher) => {
    const es = eventstore({ type: 'inmemory' });
    if (publisher !== undefined) es.useEventPublisher(publisher);
    await promisify(es.init).call(es);
    return es;
  };
  const attempt = (what, work) => {
    try {
      const given = work((error, ...results) =>
        seen.push(`${what} called back: ${error ? told(error) : results.length}`),
      );
      seen.push(`${what}: ${typeof given}`);
    } catch (error) {
      seen.push(`${what}: ${told(error)}`);
    }
  };
  const methods = [
    'commit',
    'getEventStream',
    'getEvents',
    'getEventsSince',
    'getEventsByRevision',
    'getFromSnapshot',
    'createSnapshot',
    'getLastEvent',
    'getLastEventAsStream',
  ];

  for (const [name, value] of Object.entries(odd())) {
    const es = await open();
    for (const method of methods) {
      attempt(`${method} ${name}`, (callback) => es[method](value, callback));
      // What is no function is taken for a callback by some methods; nothing is called back then.
      if (typeof value !== 'object' || value === null) attempt(`${method} ${name} only`, () => es[method](value));
      attempt(`${method} on ${name}`, (callback) => es[method].call(value, 'a', callback));
    }
    attempt(`useEventPublisher ${name}`, () => es.useEventPublisher(value));
  }
  await sleep(5);

  const es = await open();
  for (const value of [undefined, null, 'text', 7n]) {
    attempt(`callback throws ${typeof value}`, () =>
      es.getEventStream('a', () => {
        throw value;
      }),
    );
  }
  const throwing = await open((_event, _callback) => {
    throw undefined;
  });
  const failing = await promisify(throwing.getEventStream).call(throwing, 'a');
  failing.addEvent({ name: 'Created' });
  attempt('publisher throws', (callback) => failing.commit(callback));
  attempt('not an event', () => failing.addEvent(undefined));
  await sleep(5);

  await request('POST /proper', async () => {
    const stream = await promisify(es.getEventStream).call(es, 'proper');
    stream.addEvent({ name: 'Created' });
    await promisify(stream.commit).call(stream);
  });
  return seen;
}
