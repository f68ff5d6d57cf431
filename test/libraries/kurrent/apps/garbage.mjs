// What careless callers pass: reads to a server that is there, everything else to one that is not, since it would store some of it. At
// the end an append and a read as they should be.
import { oddValues, refuse } from '../../odd-values.mjs';
import { opened } from '../client.mjs';

const odd = () => ({
  ...oddValues(),
  function: () => {},
  getter: Object.defineProperty({ contentType: 'application/json', data: {} }, 'type', {
    get: refuse,
    enumerable: true,
  }),
  frozen: Object.freeze({ contentType: 'application/json', type: 'FROZEN', metadata: Object.freeze([]) }),
  long: { contentType: 'application/json', type: 'x'.repeat(10_000), data: {}, metadata: 7 },
  holes: Array(3),
});

export async function garbage({ client: loaded, request }) {
  const client = opened(loaded, process.env.KURRENT_ADDRESS);
  const nobody = opened(loaded, '127.0.0.1:1');
  const seen = [];
  process.on('unhandledRejection', () => {});
  const told = (error) =>
    error instanceof Error ? `${error.constructor.name}: ${error.message}` : `threw a ${typeof error}`;
  const attempt = async (what, work) => {
    try {
      const given = await work();
      seen.push(`${what}: ${typeof given}`);
    } catch (error) {
      seen.push(`${what}: ${told(error)}`);
    }
  };
  const drained = async (stream) => {
    let count = 0;
    for await (const _ of stream) count += 1;
    return count;
  };
  const opening = (stream) => {
    stream.on('error', () => {}).on('data', () => {});
    stream.unsubscribe().catch(() => {});
    return stream;
  };

  for (const [name, value] of Object.entries(odd())) {
    const event = loaded.jsonEvent({ type: 'T', data: {} });
    const attempts = {
      'appends to': () => nobody.appendToStream(value, event),
      appends: () => nobody.appendToStream('odd', value),
      'appends a list of': () => nobody.appendToStream('odd', [value]),
      'appends with': () => nobody.appendToStream('odd', event, value),
      'appends with metadata': () =>
        nobody.appendToStream('odd', loaded.jsonEvent({ type: 'T', data: {}, metadata: value })),
      'appends several': () => nobody.multiStreamAppend?.(value),
      'appends several of': () =>
        nobody.multiStreamAppend?.([{ streamName: 'odd', events: value, expectedState: 'any' }]),
      'appends records': () => nobody.appendRecords?.([value]),
      reads: () => drained(client.readStream(value)),
      'reads with': () => drained(client.readStream('odd', value)),
      'reads all with': () => drained(client.readAll(value)),
      subscribes: () => opening(nobody.subscribeToStream(value)),
      'subscribes with': () => opening(nobody.subscribeToStream('odd', value)),
      'subscribes to all with': () => opening(nobody.subscribeToAll(value)),
      'joins a group': () => opening(nobody.subscribeToPersistentSubscriptionToStream(value, value)),
      'joins a group with': () => opening(nobody.subscribeToPersistentSubscriptionToAll('g', value)),
      'appends on': () => nobody.appendToStream.call(value, 'odd', event),
    };
    await Promise.all(Object.entries(attempts).map(([what, work]) => attempt(`${what} ${name}`, work)));
  }

  await request('POST /proper', async () => {
    await client.appendToStream('proper', loaded.jsonEvent({ type: 'Proper', data: {} }));
    seen.push(await drained(client.readStream('proper')));
  });
  console.log(JSON.stringify(seen.sort()));
  process.exit(0);
}
