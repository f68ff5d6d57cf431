// What a stream on SQLite may be expected to be.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withExpectations } from '../expectations.mjs';

export async function expectationsOnSQLite({ emmett, sqlite, request }) {
  const folder = mkdtempSync(join(tmpdir(), 'counts-'));
  // Emmett prints what makes a transaction fail, with its stack.
  const { log } = console;
  const printed = [];
  console.log = ({ message }) => printed.push(message);
  try {
    const store = sqlite.getSQLiteEventStore({ fileName: join(folder, 'counts.db') });
    await store.schema.migrate();
    return [await withExpectations({ emmett, request, store }), printed];
  } finally {
    console.log = log;
    rmSync(folder, { recursive: true });
  }
}
