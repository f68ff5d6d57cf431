// Orders on PostgreSQL, in a database of their own: commands, which work in sessions, a race, inline projections, reads and failures.
import { inDatabase } from './database.mjs';

export async function orders({ emmett, postgresql, pg, request }) {
  return inDatabase(pg, async (connectionString) => {
    const { CommandHandler, DeciderCommandHandler } = emmett;
    const seen = [];
    // Without that of the append, which is stored with an event.
    const ownKeys = ({ traceparent, ...metadata }) => Object.keys(metadata).sort();
    const failure = (error) => [error.constructor.name, error.errorCode ?? null, error.message];
    const items = postgresql.pongoSingleStreamProjection({
      collectionName: 'orders',
      canHandle: ['ItemAdded'],
      initialState: () => ({ items: 0 }),
      evolve: (order) => ({ ...order, items: order.items + 1 }),
    });
    const options = Object.freeze({ projections: Object.freeze(emmett.projections.inline([items])) });
    const store = postgresql.getPostgreSQLEventStore(connectionString, options);
    await store.schema.migrate();
    const evolve = ({ items }) => ({ items: items + 1 });
    const initialState = () => ({ items: 0 });
    const mapToStreamId = (id) => `order-${id}`;
    const retry = {
      onVersionConflict: { retries: 2, minTimeout: 1, shouldRetryError: emmett.isExpectedVersionConflictError },
    };
    const handle = CommandHandler({ evolve, initialState, mapToStreamId, retry });
    const decide = DeciderCommandHandler({
      evolve,
      initialState,
      mapToStreamId,
      decide: ({ data }) => ({ type: 'ItemAdded', data }),
    });
    const added = (sku) => ({ type: 'ItemAdded', data: { sku }, metadata: { by: 'me' } });

    await request('POST /orders', async () => {
      const first = added('s-1');
      const { newEvents, nextExpectedStreamVersion } = await handle(store, 'o-1', () => [first, added('s-2')]);
      seen.push(newEvents[0] === first, Number(nextExpectedStreamVersion));
    });
    await request('POST /orders/o-1/items, decided', async () => {
      const { newState } = await decide(store, 'o-1', { type: 'Add', data: { sku: 's-3' } });
      seen.push(newState);
    });
    let races = 1;
    await request('POST /orders/o-1/items, raced', async () => {
      const { newState } = await handle(store, 'o-1', async () => {
        if (races-- > 0) await store.appendToStream('order-o-1', [added('sneaky')]);
        return added('s-4');
      });
      seen.push(newState);
    });
    await request('POST /orders/o-1/items, stale', async () =>
      seen.push(
        await store.appendToStream('order-o-1', [added('stale')], { expectedStreamVersion: 1n }).catch(failure),
      ),
    );
    await request('GET /orders/o-1', async () => {
      const { events, currentStreamVersion } = await store.readStream('order-o-1');
      seen.push(events.length, Number(currentStreamVersion), ownKeys(events[0].metadata));
      seen.push(await store.withSession(async ({ eventStore }) => Object.keys(eventStore).sort()));
      seen.push(Object.isFrozen(options) && options.projections[0].projection === items);
    });
    await store.close();
    return seen;
  });
}
