// Nobody listens where the server should be.
import { opened } from '../client.mjs';

export async function unreachable({ client: loaded, request }) {
  const client = opened(loaded, '127.0.0.1:1');
  const failure = (error) => [error.constructor.name, error.type];
  const seen = [];
  await request('POST /orders', async () => {
    const event = loaded.jsonEvent({ type: 'Placed', data: {} });
    seen.push(await client.appendToStream('order-1', event, { deadline: 500 }).catch(failure));
  });
  await request('GET /orders', async () => {
    try {
      for await (const _ of client.readStream('order-1'));
    } catch (error) {
      seen.push(failure(error));
    }
  });
  const subscription = client.subscribeToStream('order-1');
  seen.push(await new Promise((resolve) => subscription.on('error', (error) => resolve(failure(error)))));
  return seen;
}
