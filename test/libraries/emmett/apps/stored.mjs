// Events that are stored: what an application gets and keeps, and what stands in their metadata when they are read.
const theirs = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

class Renamed {
  type = 'Renamed';
  data = {};
}

/** What an application passes: frozen, bare, with trace context of its own or something that is none, and an object of a class. */
const given = () => ({
  frozen: Object.freeze({ type: 'Added', data: Object.freeze({}), metadata: Object.freeze({ by: 'me' }) }),
  bare: { type: 'Added', data: {} },
  empty: { type: 'Added', data: {}, metadata: null },
  linked: { type: 'Added', data: {}, metadata: { traceparent: theirs, tracestate: 'mine=1' } },
  odd: { type: 'Added', data: {}, metadata: { traceparent: 'not yet', by: 'me' } },
  classy: new Renamed(),
});

/** @param store of any kind */
export async function storing({ emmett, request }, store) {
  const events = given();
  const list = Object.freeze(Object.values(events));
  const plain = ({ nextExpectedStreamVersion, createdNewStream, newEvents }) => [
    Number(nextExpectedStreamVersion),
    createdNewStream,
    newEvents?.map((event) => event === events.bare),
  ];
  const got = [];
  await request('append', async () => got.push(plain(await store.appendToStream('items-1', list))));
  await request('command', async () => {
    const handle = emmett.CommandHandler({ evolve: (state) => state, initialState: () => ({}) });
    got.push(plain(await handle(store, 'items-1', () => [events.bare])));
  });
  const read = await store.readStream('items-1');
  const own = ({ metadata }) => {
    const { messageId, streamName, streamPosition, globalPosition, ...more } = metadata;
    return more;
  };
  return {
    // As without us.
    got,
    kept: JSON.stringify(list) === JSON.stringify(Object.values(given())),
    types: read.events.map(({ type, kind, data }) => [type, kind, data]),
    // Of each event, in order; the last one is that of the command.
    stored: read.events.map(own),
  };
}

/** On the store in memory, which hands its events on in process as well. */
export async function stored({ emmett, request }) {
  const forwarded = [];
  const bus = emmett.getInMemoryMessageBus();
  bus.subscribe(function note({ metadata }) {
    forwarded.push(metadata.traceparent ?? null);
  }, 'Added');
  const onAfterCommit = emmett.forwardToMessageBus(bus);
  const store = emmett.getInMemoryEventStore({ hooks: { onAfterCommit } });
  return { ...(await storing({ emmett, request }, store)), forwarded };
}
