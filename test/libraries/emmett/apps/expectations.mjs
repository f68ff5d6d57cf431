// What a stream in memory may be expected to be; and a command in a command that loses a race, which both are tried again for.
import { withExpectations } from '../expectations.mjs';

export async function expectations({ emmett, request }) {
  const store = emmett.getInMemoryEventStore();
  const seen = await withExpectations({ emmett, request, store });
  const counted = { type: 'Counted', data: {} };
  const retry = { retries: 1, minTimeout: 1, shouldRetryError: emmett.isExpectedVersionConflictError };
  const handlerOf = (prefix) =>
    emmett.CommandHandler({
      evolve: (count) => count + 1,
      initialState: () => 0,
      mapToStreamId: (id) => `${prefix}-${id}`,
      retry,
    });
  const [inner, outer] = [handlerOf('inner'), handlerOf('outer')];
  let races = 3;
  await request('POST /commands, nested and raced', async () => {
    const { nextExpectedStreamVersion } = await outer(store, 'r-1', async () => {
      await inner(store, 'r-1', async () => {
        if (races-- > 0) await store.appendToStream('inner-r-1', [counted]);
        return counted;
      });
      return counted;
    });
    seen.push(Number(nextExpectedStreamVersion));
  });
  return seen;
}
