// What careless callers pass, and handlers that fail in odd ways; at the end a command as it should be.
import { oddValues, refuse } from '../../odd-values.mjs';

const odd = () => ({
  ...oddValues(),
  function: () => {},
  getter: Object.defineProperty({ data: {} }, 'type', { get: refuse, enumerable: true }),
  frozen: Object.freeze({ type: 'FROZEN', data: Object.freeze({}), expectedStreamVersion: 7n }),
  long: { type: 'x'.repeat(10_000), data: null, metadata: null, expectedStreamVersion: {}, errorCode: 412 },
});

export async function garbage({ emmett, request }) {
  const { CommandHandler, DeciderCommandHandler, getInMemoryEventStore, getInMemoryMessageBus } = emmett;
  const seen = [];
  const isError = (error) => {
    try {
      return error instanceof Error;
    } catch {
      return false;
    }
  };
  const told = (error) => (isError(error) ? `${error.constructor.name}: ${error.message}` : `threw a ${typeof error}`);
  const attempt = async (what, work) => {
    try {
      seen.push(`${what}: ${typeof (await work())}`);
    } catch (error) {
      seen.push(`${what}: ${told(error)}`);
    }
  };
  const evolve = (state) => state;
  const initialState = () => ({});
  const created = { type: 'Created', data: {} };
  const inline = (projection) => getInMemoryEventStore({ projections: [{ type: 'inline', projection }] });

  for (const [name, value] of Object.entries(odd())) {
    const store = getInMemoryEventStore();
    const bus = getInMemoryMessageBus();
    const fails = async () => {
      throw value;
    };
    const handle = CommandHandler({ evolve, initialState });
    await attempt(`append of ${name}`, () => store.appendToStream('s', value));
    await attempt(`append of a list of ${name}`, () => store.appendToStream('s', [value]));
    await attempt(`append to ${name}`, () => store.appendToStream(value, [created], value));
    await attempt(`read of ${name}`, () => store.readStream(value, value));
    await attempt(`load of ${name}`, () => store.aggregateStream(value, value));
    await attempt(`store with ${name}`, () => getInMemoryEventStore(value).appendToStream('s', [created]));
    await attempt(`projections ${name}`, () => getInMemoryEventStore({ projections: value }).readStream('s'));
    await attempt(`a list of projections ${name}`, () =>
      getInMemoryEventStore({ projections: [value] }).appendToStream('s', [created]),
    );
    await attempt(`projection ${name}`, () => inline(value).appendToStream('s', [created]));
    await attempt(`projection handles with ${name}`, () =>
      inline({ canHandle: ['Created'], handle: value }).appendToStream('s', [created]),
    );
    await attempt(`projection fails with ${name}`, () =>
      inline({ name: value, canHandle: ['Created'], handle: fails }).appendToStream('s', [created]),
    );
    await attempt(`handler of ${name}`, () => CommandHandler(value)(store, 'a', () => created));
    await attempt(`decider of ${name}`, () => DeciderCommandHandler(value)(store, 'a', created));
    await attempt(`command on ${name}`, () => handle(value, 'a', () => created));
    await attempt(`command of ${name}`, () => handle(store, value, () => created));
    await attempt(`command does ${name}`, () => handle(store, 'a', value));
    await attempt(`command gives ${name}`, () => handle(store, 'b', () => value));
    await attempt(`command with ${name}`, () => handle(store, 'a', () => created, value));
    await attempt(`command fails with ${name}`, () => handle(store, 'a', fails));
    await attempt(`decision on ${name}`, () =>
      DeciderCommandHandler({ evolve, initialState, decide: (given) => given })(store, 'c', value),
    );
    await attempt(`send of ${name}`, () => bus.send(value));
    await attempt(`publish of ${name}`, () => bus.publish(value));
    await attempt(`subscriber ${name}`, () => bus.subscribe(value, 'Created'));
    await attempt(`publish to ${name}`, () => bus.publish(created));
    bus.subscribe(fails, 'Failed');
    await attempt(`subscriber fails with ${name}`, () => bus.publish({ type: 'Failed', data: value }));
    await attempt(`handler ${name}`, () => bus.handle(value, `Handle ${name}`));
    await attempt(`sent to ${name}`, () => bus.send({ type: `Handle ${name}`, data: value }));
  }

  const bus = getInMemoryMessageBus();
  bus.subscribe(() => {}, 'Created');
  const projection = { canHandle: ['Created'], handle: async () => {} };
  const store = getInMemoryEventStore({
    projections: [{ type: 'inline', projection }],
    hooks: { onAfterCommit: emmett.forwardToMessageBus(bus) },
  });
  const handle = DeciderCommandHandler({ evolve, initialState, decide: () => created });
  bus.handle(({ data }) => handle(store, data.id, { type: 'Create' }), 'Create');
  await request('POST /proper', () => bus.send({ type: 'Create', data: { id: 'proper' } }));
  return seen;
}
