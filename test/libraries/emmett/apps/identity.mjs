// What can be seen of the exports of Emmett, and of what an application makes of them.

const keysOf = (object) => Reflect.ownKeys(object).map(String);

const flagsOf = (object, key) => {
  const { value, get, set, ...flags } = Object.getOwnPropertyDescriptor(object, key);
  return [typeof get, typeof set, flags, factsOf(value)];
};

const factsOf = (value) => {
  if (typeof value !== 'function') return typeof value;
  const { prototype, name, length } = value;
  const like = { name, length, keys: keysOf(value), above: Object.getPrototypeOf(value).name };
  if (prototype === undefined) return { ...like, text: String(value).length > 0 };
  return { ...like, constructs: prototype.constructor === value, members: keysOf(prototype) };
};

const objectFacts = (object) => [
  Object.getPrototypeOf(object) === Object.prototype,
  keysOf(object).map((key) => [key, flagsOf(object, key)]),
  Object.isExtensible(object),
  Object.prototype.toString.call(object),
];

/** Of one in memory, which has nothing to close. */
function onSQLite({ getSQLiteEventStore, ...others }, options) {
  const store = getSQLiteEventStore({ ...options, fileName: ':memory:' });
  return [
    [getSQLiteEventStore, ...Object.values(others)].map(factsOf),
    Object.keys(others).sort(),
    objectFacts(store),
    objectFacts(store.schema),
    store.schema.sql(),
  ];
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
  await store.appendToStream('s', [{ type: 'A', data: {} }]);
  return {
    exports: Object.keys(emmett)
      .sort()
      .map((name) => [name, factsOf(emmett[name])]),
    store: objectFacts(store),
    database: objectFacts(store.database),
    bus: objectFacts(bus),
    handlers: [factsOf(one), factsOf(DeciderCommandHandler({ ...options, decide: () => [] })), one === other],
    frozen: [ofStore, projections, projections[0], projection, options].every(Object.isFrozen),
    same: [projections[0].projection === projection, bus.subscribe(evolve, 'A')],
    constructed: typeof getInMemoryEventStore.prototype,
    sqlite: sqlite === undefined ? [] : onSQLite(sqlite, ofStore),
    json: [JSON.stringify(emmett.projections), JSON.stringify(store), JSON.stringify(bus)],
  };
}
