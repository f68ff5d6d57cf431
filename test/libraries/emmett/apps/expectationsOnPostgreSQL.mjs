// What a stream on PostgreSQL may be expected to be, in a database of its own.
import { withExpectations } from '../expectations.mjs';
import { inDatabase } from './database.mjs';

export function expectationsOnPostgreSQL({ emmett, postgresql, pg, request }) {
  return inDatabase(pg, async (connectionString) => {
    const store = postgresql.getPostgreSQLEventStore(connectionString);
    await store.schema.migrate();
    try {
      return await withExpectations({ emmett, request, store });
    } finally {
      await store.close();
    }
  });
}
