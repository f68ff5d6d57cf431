// What can be seen of the exports of Emmett, and of what an application makes of them.
import { factsOf } from '../../facts.mjs';

/** Of one in memory, which has nothing to close. */
function onSQLite({ getSQLiteEventStore, ...others }, options) {
  const store = getSQLiteEventStore({ ...options, fileName: ':memory:' });
  return [...factsOf({ getSQLiteEventStore, ...others, store, schema: store.schema }), store.schema.sql()];
}

export async function identity({ emmett, sqlite }) {
  const { CommandHandler, DeciderCommandHandler, getInMemoryEventStore, getInMemoryMessageBus } = emmett;
  const evolve = (state) => state;
  const initialState = () => ({});
  const options = Object.freeze({ evolve, initialState, retry: Object.freeze({ onVersionConflict: true }) });
  const projection = Object.freeze({ name: 'p', canHandle: Object.freeze(['A']), handle: async () => {} });
  const projections = Object.freeze([Object.freeze({ type: 'inline', projection })]);
  const ofStore = Object.freeze({ projections });
  const store = getInMemoryEventStore(ofStore);
  const bus = getInMemoryMessageBus();
  const [one, other] = [CommandHandler(options), CommandHandler(options)];
  const decider = DeciderCommandHandler({ ...options, decide: () => [] });
  await store.appendToStream('s', [{ type: 'A', data: {} }]);
  const { database } = store;
  return {
    facts: factsOf({ ...emmett, store, database, bus, one, decider, projection, ofStore, options }),
    other: one === other,
    frozen: [ofStore, projections, projections[0], projection, options].every(Object.isFrozen),
    same: [projections[0].projection === projection, bus.subscribe(evolve, 'A')],
    sqlite: sqlite === undefined ? [] : onSQLite(sqlite, ofStore),
    json: [JSON.stringify(emmett.projections), JSON.stringify(store), JSON.stringify(bus)],
  };
}
