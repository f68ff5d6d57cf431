// As stored.mjs, on PostgreSQL, where commands work on stores of sessions.
import { inDatabase } from './database.mjs';
import { storing } from './stored.mjs';

export function storedInDatabase({ emmett, postgresql, pg, request }) {
  return inDatabase(pg, async (address) => {
    const store = postgresql.getPostgreSQLEventStore(address);
    await store.schema.migrate();
    try {
      return await storing({ emmett, request }, store);
    } finally {
      await store.close();
    }
  });
}
