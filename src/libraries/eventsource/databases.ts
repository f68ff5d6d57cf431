// SPDX-License-Identifier: Apache-2.0
// What spans of components with a database tell about it (docs/decisions.md#databases-say-which-and-what).
import type { Attributes } from '@opentelemetry/api';
import { ATTR_DB_NAME, ATTR_DB_OPERATION, ATTR_DB_SYSTEM } from '../../conventions/attributes.js';
import type { Aspect, Recipe, Rows } from '../../weaving/aspect.js';
import { ownSwitch } from './shared.js';

/** `undefined` for components that keep things in memory: they tell nothing of the kind. */
export type Database =
  | { readonly system: string; readonly name: (component: unknown) => string | undefined }
  | undefined;

export const inMemory: Database = undefined;

/** The path as given; where an open database was given, the file that it has open. */
export const sqlite: Database = {
  system: 'sqlite',
  name(component) {
    const { databaseName, database } = component as { databaseName?: string; database?: unknown };
    return databaseName ?? (typeof database === 'string' ? database : undefined);
  },
};

export const postgresql: Database = {
  system: 'postgresql',
  name: (component) => (component as { databaseName?: string }).databaseName,
};

const backends = { InMemory: inMemory, SQLite: sqlite, PostgreSQL: postgresql } as const satisfies Record<
  string,
  Database
>;

/** The same component over each back end: `InMemory…`, `SQLite…`, `PostgreSQL…`. In memory it has more: `clear`, usually. */
export function overBackends(
  component: string,
  family: string,
  rowsOf: (database: Database) => Rows,
  inMemoryOnly: Rows = {},
): Aspect[] {
  return Object.entries(backends).map(([prefix, database]) => ({
    target: `${prefix}${component}`,
    family,
    tracing: ownSwitch,
    methods: database === undefined ? { ...rowsOf(database), ...inMemoryOnly } : rowsOf(database),
  }));
}

/** The statement that does the work; an upsert is an INSERT. */
export type Operation = 'INSERT' | 'SELECT' | 'UPDATE' | 'DELETE';

export function databaseSampling(database: Database): Attributes {
  return database === undefined ? {} : { [ATTR_DB_SYSTEM]: database.system };
}

export function statement(database: Database, operation: Operation): Recipe<{ readonly self: unknown }> {
  if (database === undefined) return {};
  return { [ATTR_DB_NAME]: ({ self }) => database.name(self), [ATTR_DB_OPERATION]: operation };
}
