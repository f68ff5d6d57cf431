// Three thousand old events, handled by a listener and in a loop, without waiting for anything.
import { once } from 'node:events';
import { opened } from '../client.mjs';

const EVENTS = 3000;

export async function replay({ client: loaded, request }) {
  const client = opened(loaded, process.env.KURRENT_ADDRESS);
  const events = Array.from({ length: EVENTS }, (_, n) => loaded.jsonEvent({ type: 'Counted', data: { n } }));
  await request('POST /counts', async () => {
    for (let at = 0; at < EVENTS; at += 500) await client.appendToStream('counts', events.slice(at, at + 500));
  });
  let heard = 0;
  const listened = client.subscribeToStream('counts').on('data', () => {
    heard += 1;
  });
  await once(listened, 'caughtUp');
  let looped = 0;
  for await (const _ of client.subscribeToStream('counts')) {
    looped += 1;
    if (looped === EVENTS) break;
  }
  client.dispose();
  return { heard, looped };
}
