// What is stored with events, and what is not.
import { alone, opened } from '../client.mjs';

export async function stored({ client: loaded, request }) {
  const client = opened(loaded, process.env.KURRENT_ADDRESS);
  const { binaryEvent, jsonEvent } = loaded;
  const own = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  const events = [
    jsonEvent({ type: 'Plain', data: {} }),
    jsonEvent({ type: 'Mine', data: {}, metadata: { by: 'me' } }),
    jsonEvent({ type: 'Own', data: {}, metadata: { traceparent: own } }),
    jsonEvent({ type: 'Bytes', data: {}, metadata: Uint8Array.from(Buffer.from('{"by":"me"}')) }),
    jsonEvent({ type: 'List', data: {}, metadata: ['me'] }),
    binaryEvent({ type: 'Binary', data: Buffer.from('b'), metadata: Buffer.from('not JSON') }),
  ];
  await request('POST /orders', async () => {
    await client.appendToStream('order-1', events);
    for (const event of events) await client.appendToStream('order-2', event, alone);
  });
  const seen = {};
  for (const stream of ['order-1', 'order-2']) {
    for await (const { event } of client.readStream(stream)) {
      const { metadata } = event;
      seen[`${stream} ${event.type}`] =
        metadata instanceof Uint8Array ? Buffer.from(metadata).toString() : (metadata ?? null);
    }
  }
  client.dispose();
  return seen;
}
