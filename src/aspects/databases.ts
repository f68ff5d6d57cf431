// SPDX-License-Identifier: Apache-2.0
// What spans of components with a database tell about it (decision A5).
import type { Attributes } from '@opentelemetry/api';
import { ATTR_DB_NAME, ATTR_DB_OPERATION, ATTR_DB_SYSTEM } from '../conventions/attributes.js';
import type { Recipe } from '../weaving/aspect.js';

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

/** The statement that does the work; an upsert is an INSERT. */
export type Operation = 'INSERT' | 'SELECT' | 'UPDATE' | 'DELETE';

export function databaseSampling(database: Database): Attributes {
  return database === undefined ? {} : { [ATTR_DB_SYSTEM]: database.system };
}

export function statement(database: Database, operation: Operation): Recipe<{ readonly self: unknown }> {
  if (database === undefined) return {};
  return { [ATTR_DB_NAME]: ({ self }) => database.name(self), [ATTR_DB_OPERATION]: operation };
}
