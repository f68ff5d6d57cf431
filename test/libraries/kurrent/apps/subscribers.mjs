// Subscriptions: one that catches up and goes live, with a handler that fails on an old event; one in a loop; one of a group, which
// sends an event back.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expecting, opened } from '../client.mjs';

export async function subscribers({ client: loaded, api, request }) {
  const client = opened(loaded, process.env.KURRENT_ADDRESS);
  const seen = [];
  const event = (type) => loaded.jsonEvent({ type, data: { type } });
  const work = (name) => api.trace.getTracer('application').startActiveSpan(name, (span) => span.end());
  const unhandled = [];
  process.on('unhandledRejection', (reason) => unhandled.push(reason.message));

  await request('POST /orders', () => client.appendToStream('order-1', [event('Placed'), event('Paid')]));
  await request('POST /orders/packed', () => client.appendToStream('order-1', event('Packed'), expecting(loaded, 1n)));

  const subscription = await request('POST /subscriptions', async () =>
    client.subscribeToStream('order-1').on('data', async ({ event: { type } }) => {
      seen.push(`handled ${type}`);
      if (type === 'Paid') throw new RangeError('cannot pay');
      await sleep(30);
      work(`mail ${type}`);
    }),
  );
  await once(subscription, 'caughtUp');
  await request('POST /orders/sent', () => client.appendToStream('order-1', [event('Sent'), event('Billed')]));
  while (!seen.includes('handled Billed')) await sleep(5);
  await sleep(60);
  seen.push(subscription.listeners('data').length, subscription.constructor.name);
  await subscription.unsubscribe();

  const live = client.subscribeToAll({ fromPosition: 'end' });
  const loop = (async () => {
    for await (const { event } of live) {
      seen.push(`in a loop ${event.type}`);
      work(`count ${event.type}`);
      if (event.type === 'Closed') break;
    }
  })();
  await once(live, 'caughtUp');
  await request('POST /orders/closed', () => client.appendToStream('order-2', [event('Left'), event('Closed')]));
  await loop;

  const group = client.subscribeToPersistentSubscriptionToStream('order-2', 'mailers');
  for await (const resolved of group) {
    seen.push(`in a group ${resolved.event.type} ${resolved.retryCount}`);
    if (resolved.event.type === 'Closed' && resolved.retryCount > 0) break;
    if (resolved.event.type === 'Closed') await group.nack('retry', 'not yet', resolved);
    else await group.ack(resolved);
  }
  await client.dispose();
  return [...seen, unhandled];
}
