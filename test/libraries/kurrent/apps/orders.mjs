// Orders: appends in both ways that the client has, races that are thrown and that are given, reads to the end and not to the end, a
// stream that is not there.
import { alone, expecting, opened } from '../client.mjs';

export async function orders({ client: loaded, request }) {
  const address = process.env.KURRENT_ADDRESS;
  const { binaryEvent, jsonEvent } = loaded;
  const client = opened(loaded, address);
  const seen = [];
  const event = (type, metadata) =>
    jsonEvent({ type, data: { type }, ...(metadata === undefined ? {} : { metadata }) });
  const shown = ({ success, nextExpectedRevision, position }) => [
    success,
    String(nextExpectedRevision),
    String(position?.commit),
  ];
  const failure = (error) => [error.constructor.name, error.type, String(error.actualState ?? error.actualVersion)];
  const all = async (events) => {
    const read = [];
    for await (const { event } of events) read.push(`${event.type} ${event.revision} ${event.metadata?.by}`);
    return read;
  };

  await request('POST /orders', async () => {
    const events = [event('Placed', { by: 'me' }), event('Paid')];
    const before = JSON.stringify(events);
    seen.push(shown(await client.appendToStream('order-1', events, expecting(loaded, 'no_stream'))));
    seen.push(JSON.stringify(events) === before);
    seen.push(shown(await client.appendToStream('order-1', event('Packed'), { ...expecting(loaded, 1n), ...alone })));
    const bytes = binaryEvent({ type: 'Printed', data: Buffer.from('label'), metadata: Buffer.from('{}') });
    seen.push(shown(await client.appendToStream('order-1', [bytes])));
    seen.push(await all(client.readStream('order-1')));
  });
  await request('POST /orders, raced', async () => {
    for (const how of [{}, alone]) {
      const lost = client.appendToStream('order-1', event('Paid'), { ...expecting(loaded, 0n), ...how });
      seen.push(await lost.catch(failure));
    }
    seen.push(await client.appendToStream('order-1', event('Placed'), expecting(loaded, 'no_stream')).catch(failure));
  });
  await request('POST /orders, raced without an error', async () => {
    const patient = opened(loaded, address, '&throwOnAppendFailure=false');
    for (const how of [{}, alone]) {
      const lost = await patient.appendToStream('order-1', event('Paid'), { ...expecting(loaded, 0n), ...how });
      seen.push(lost.success);
    }
    await patient.dispose();
  });
  await request('GET /orders', async () => {
    seen.push(await all(client.readStream('order-1', { fromRevision: 2n })));
    for await (const _ of client.readStream('order-1', { direction: 'backwards', fromRevision: 'end' })) break;
    seen.push(await all(client.readAll({ direction: 'backwards', fromPosition: 'end', maxCount: 2 })));
    seen.push(await all(client.readStream('nowhere')).catch(failure));
    try {
      client.readStream('order-1', { fromRevision: -1n });
    } catch (error) {
      seen.push(failure(error));
    }
  });
  await request('DELETE /orders', async () => {
    await client.deleteStream('order-1');
    await client.tombstoneStream('order-2');
    seen.push(await all(client.readStream('order-1')).catch(failure));
  });
  // Not waited for: the older client waits for ever for a read that was left early.
  client.dispose();
  return seen;
}
