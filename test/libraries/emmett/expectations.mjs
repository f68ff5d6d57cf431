// What an application on Emmett may expect of a stream, in all spellings, of appends and of commands; commands in commands, of which
// one loses a race; a command that several handlers work on, one that gives nothing, and one that a store of its own is given to.

/** @param store of whichever package, without projections */
export async function withExpectations({ emmett, request, store }) {
  const { CommandHandler, DeciderCommandHandler, STREAM_EXISTS, STREAM_DOES_NOT_EXIST, NO_CONCURRENCY_CHECK } = emmett;
  const seen = [];
  const failure = (error) => [error.constructor.name, error.errorCode ?? null];
  const told = ({ nextExpectedStreamVersion, newEvents, newState, createdNewStream }) => [
    Number(nextExpectedStreamVersion),
    newEvents?.length ?? null,
    newState ?? null,
    createdNewStream,
  ];
  const counted = { type: 'Counted', data: {} };
  const append = (stream, expectedStreamVersion, events = [counted]) =>
    store.appendToStream(stream, events, { expectedStreamVersion }).then(told, failure);
  const evolve = (count) => count + 1;
  const initialState = () => 0;
  const handlerOf = (options) =>
    CommandHandler({ evolve, initialState, mapToStreamId: (id) => `count-${id}`, ...options });
  const handle = handlerOf({});

  await request('POST /counts, as expected', async () => {
    seen.push(await append('there', STREAM_DOES_NOT_EXIST));
    seen.push(await append('there', STREAM_EXISTS, [counted, counted]));
    seen.push(await append('there', NO_CONCURRENCY_CHECK));
    seen.push(await append('there', 4n));
    seen.push(await append('new', 0n));
    seen.push(await append('unchecked', undefined));
    seen.push(await store.appendToStream('unchecked', [counted]).then(told, failure));
  });
  await request('POST /counts, not as expected', async () => {
    // A stream that has lost a race on SQLite takes nothing any more.
    seen.push(await append('missing', STREAM_EXISTS));
    await append('one', NO_CONCURRENCY_CHECK);
    seen.push(await append('one', STREAM_DOES_NOT_EXIST));
    await append('two', NO_CONCURRENCY_CHECK);
    seen.push(await append('two', 7n));
  });
  await request('POST /commands, as expected', async () => {
    const expecting = (id, expectedStreamVersion) =>
      handle(store, id, () => counted, { expectedStreamVersion }).then(told, failure);
    seen.push(await expecting('c-1', STREAM_DOES_NOT_EXIST));
    seen.push(await expecting('c-1', STREAM_EXISTS));
    seen.push(await expecting('c-1', NO_CONCURRENCY_CHECK));
    seen.push(await expecting('c-1', 3n));
  });
  await request('POST /commands, not as expected', async () => {
    const retry = {
      onVersionConflict: { retries: 1, minTimeout: 1, shouldRetryError: emmett.isExpectedVersionConflictError },
    };
    const stale = { expectedStreamVersion: 2n, retry };
    seen.push(await handle(store, 'c-1', () => counted, stale).then(told, failure));
    seen.push(
      await handle(store, 'nobody', () => counted, { expectedStreamVersion: STREAM_EXISTS }).then(told, failure),
    );
  });
  await request('POST /commands, of several', async () => {
    seen.push(told(await handle(store, 'several', [() => counted, () => [], (n) => [counted, { ...counted, n }]])));
    seen.push(told(await handle(store, 'several', async () => [])));
    const unmapped = handlerOf({ mapToStreamId: undefined });
    seen.push(told(await unmapped(store, 'unmapped', () => counted)));
    const decide = DeciderCommandHandler({
      evolve,
      initialState,
      decide: ({ type }, n) => (type === 'Double' ? Array(n).fill(counted) : counted),
    });
    seen.push(told(await decide(store, 'decided', [{ type: 'Count' }, { type: 'Double' }, { type: 'Count' }])));
  });
  await request('POST /commands, which load their own stream', async () => {
    const loads = async () => {
      const { state } = await store.aggregateStream('count-several', { evolve, initialState });
      return { ...counted, data: { state } };
    };
    seen.push(told(await handle(store, 'several', loads)));
  });
  const once = { retry: { onVersionConflict: 1 } };
  const inner = handlerOf(once);
  const outer = handlerOf({ ...once, mapToStreamId: (id) => `outer-${id}` });
  await request('POST /commands, nested', async () => {
    seen.push(
      told(
        await outer(store, 'n-1', async () => {
          const { newState } = await inner(store, 'n-1', () => [counted, counted]);
          return { ...counted, data: { newState } };
        }),
      ),
    );
  });
  return seen;
}
