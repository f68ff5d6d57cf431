// Appends to several streams at once, which the newer client has.
import { opened } from '../client.mjs';

export async function several({ client: loaded, request }) {
  const client = opened(loaded, process.env.KURRENT_ADDRESS);
  const { binaryEvent, jsonEvent } = loaded;
  const seen = [];
  const event = (type, metadata) => jsonEvent({ type, data: {}, ...(metadata === undefined ? {} : { metadata }) });
  const shown = ({ position, responses }) => [String(position), responses.map(({ revision }) => String(revision))];
  const failure = (error) => [error.constructor.name, error.type];

  await request('POST /transfers', async () => {
    const requests = [
      { streamName: 'account-1', events: [event('Taken', { by: 'me' })], expectedState: 'no_stream' },
      { streamName: 'account-2', events: [event('Given'), event('Told')], expectedState: 'any' },
    ];
    const before = JSON.stringify(requests);
    seen.push(shown(await client.multiStreamAppend(requests)), JSON.stringify(requests) === before);
    seen.push(await client.multiStreamAppend(requests).catch(failure));
    const binary = binaryEvent({ type: 'Printed', data: Buffer.from('slip') });
    const record = { streamName: 'account-1', record: event('Closed') };
    seen.push(shown(await client.appendRecords([record, { streamName: 'account-1', record: binary }])));
    const checks = [{ type: 'streamState', streamName: 'account-1', expectedState: 'no_stream' }];
    seen.push(await client.appendRecords([record], checks).catch(failure));
  });
  await request('GET /transfers', async () => {
    for await (const { event } of client.readStream('account-1')) seen.push([event.type, event.metadata?.by]);
  });
  await client.dispose();
  return seen;
}
