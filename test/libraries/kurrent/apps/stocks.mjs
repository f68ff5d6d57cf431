// Stocks: what a stream is expected to be, in all words; metadata of streams, which the client appends and reads itself; reads that are
// left in every way; listeners that come and go, pipes, filters, several subscriptions of one stream; a group of all events whose
// handler fails.
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expecting, opened } from '../client.mjs';

export async function stocks({ client: loaded, api, request }) {
  const client = opened(loaded, process.env.KURRENT_ADDRESS);
  const seen = [];
  const event = (type, metadata) =>
    loaded.jsonEvent({ type, data: { type }, ...(metadata === undefined ? {} : { metadata }) });
  const work = (name) => api.trace.getTracer('application').startActiveSpan(name, (span) => span.end());
  const told = ({ success, nextExpectedRevision }) => [success, String(nextExpectedRevision)];
  const failure = (error) => [error.constructor.name, error.type];
  const append = (stream, events, state) =>
    client
      .appendToStream(stream, events, state === undefined ? undefined : expecting(loaded, state))
      .then(told, failure);
  async function until(isSo) {
    while (!isSo()) await sleep(5);
  }

  await request('POST /stocks', async () => {
    seen.push(await append('stock-1', event('Stocked'), 'any'));
    seen.push(await append('stock-1', [event('Sold'), event('Sold')], 'stream_exists'));
    seen.push(await append('stock-1', [], 2n));
    seen.push(await append('stock-2', event('Stocked'), 'stream_exists'));
    seen.push(await append('stock-1', event('Sold'), 'no_stream'));
    seen.push(await append('stock-2', [event('Stocked', { by: 'me', $correlationId: 'c' })]));
  });
  await request('PUT /stocks/metadata', async () => {
    seen.push((await client.setStreamMetadata('stock-1', { maxCount: 10 })).success);
    seen.push((await client.getStreamMetadata('stock-1')).metadata?.maxCount ?? null);
  });
  await request('GET /stocks', async () => {
    const reading = () => client.readStream('stock-1', { direction: 'backwards', fromRevision: 'end', maxCount: 2 });
    const types = [];
    for await (const { event: read } of reading()) types.push(read.type);
    await pipeline(
      client.readAll({ fromPosition: { commit: 100n, prepare: 100n } }),
      new Writable({
        objectMode: true,
        write({ event: read }, _encoding, done) {
          types.push(read.type);
          done();
        },
      }),
    );
    try {
      for await (const _ of client.readStream('stock-1')) throw new RangeError('left');
    } catch ({ message }) {
      types.push(message);
    }
    const iterated = client.readStream('stock-1')[Symbol.asyncIterator]();
    types.push((await iterated.next()).value.event.type, (await iterated.return?.())?.done);
    seen.push(types);
  });

  const heard = [];
  const listened = client.subscribeToStream('stock-1', { fromRevision: 0n });
  listened.once('data', ({ event: first }) => {
    heard.push(`once ${first.type}`);
    work(`once ${first.type}`);
  });
  const leaving = ({ event: { type } }) => {
    heard.push(`leaving ${type}`);
    listened.off('data', leaving);
  };
  listened.on('data', leaving);
  listened.on('data', async ({ event: { type } }) => {
    heard.push(`staying ${type}`);
    if (type === 'Stolen') throw new TypeError('call the police');
  });
  await once(listened, 'caughtUp');
  const unhandled = [];
  process.on('unhandledRejection', (reason) => unhandled.push(reason.message));
  await request('POST /stocks/stolen', () => append('stock-1', event('Stolen')));
  await until(() => heard.includes('staying Stolen'));
  await listened.unsubscribe();
  seen.push(heard);

  const { streamNameFilter, eventTypeFilter } = loaded;
  const filtered = [];
  const byName = client.subscribeToAll({ fromPosition: 'start', filter: streamNameFilter({ prefixes: ['stock-2'] }) });
  byName.on('data', ({ event: { type } }) => filtered.push(`by name ${type}`));
  const byType = client.subscribeToAll({ fromPosition: 'end', filter: eventTypeFilter({ regex: '^Sto' }) });
  byType.on('data', ({ event: { type } }) => filtered.push(`by type ${type}`));
  await Promise.all([once(byName, 'caughtUp'), once(byType, 'caughtUp')]);
  await request('POST /stocks/filtered', () => append('stock-2', [event('Stocked'), event('Sold')]));
  await until(() => filtered.length === 4);
  seen.push(filtered.sort());
  await Promise.all([byName.unsubscribe(), byType.unsubscribe()]);

  const grouped = [];
  const group = client.subscribeToPersistentSubscriptionToAll('auditors');
  group.on('data', async (resolved) => {
    const { type } = resolved.event;
    grouped.push(type);
    if (type === 'Stolen') throw new RangeError('no report');
    await group.ack(resolved);
  });
  await until(() => grouped.length >= 7);
  await sleep(20);
  await group.unsubscribe();
  seen.push(grouped.length, unhandled);
  client.dispose();
  return seen;
}
