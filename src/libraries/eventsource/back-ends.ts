// SPDX-License-Identifier: Apache-2.0
// Components that exist over several back ends: the same rows, and what each back end adds. A new back end is a value here, named
// in the lists of the components that have a class for it.
import { ATTR_DB_NAME, ATTR_DB_OPERATION, ATTR_DB_SYSTEM } from '../../conventions/attributes.js';
import type { Aspect, Call, Recipe, Row, Rows, RowsOf } from '../../weaving/aspect.js';
import { snakeCase } from './names.js';
import { ownSwitch } from './shared.js';

/** What a method does to what is stored. A back end has its own word for each. */
export type Work = 'insert' | 'upsert' | 'read' | 'update' | 'delete';

export interface Database {
  /** Value of `db.system`. */
  readonly system: string;
  /** Reads `db.name` off a component. */
  readonly name: (component: never) => string | undefined;
  /** Values of `db.operation`. */
  readonly operations: Readonly<Record<Work, string>>;
}

export interface BackEnd {
  /** How the names of its classes begin. */
  readonly prefix: string;
  /** Absent where things are kept in memory: such spans tell nothing of a database. */
  readonly database?: Database | undefined;
  /** Rows that a component has over this back end alone. */
  readonly extra?: Rows | undefined;
  /** Why public methods that it alone has give no span. */
  readonly unspanned?: Readonly<Record<string, string>> | undefined;
}

/** The statement that does the work; an upsert is an INSERT. */
const sql = { insert: 'INSERT', upsert: 'INSERT', read: 'SELECT', update: 'UPDATE', delete: 'DELETE' } as const;

export const inMemory: BackEnd = { prefix: 'InMemory' };

export const sqlite: BackEnd = {
  prefix: 'SQLite',
  database: {
    system: 'sqlite',
    /** The path as given; where an open database was given, the file that it has open. */
    name: ({ databaseName, database }: { readonly databaseName?: string; readonly database?: unknown }) =>
      databaseName ?? (typeof database === 'string' ? database : undefined),
    operations: sql,
  },
};

export const postgresql: BackEnd = {
  prefix: 'PostgreSQL',
  database: {
    system: 'postgresql',
    name: ({ databaseName }: { readonly databaseName?: string }) => databaseName,
    operations: sql,
  },
};

/** A row that says what its call does to what is stored; a back end with a database adds its attributes. */
export type StoredRows = Readonly<Record<string, Row & { readonly does?: Work | undefined }>>;

/** Declares the rows of a component under the type that its classes share. */
export function storedRows<T>(
  table: { readonly [M in keyof RowsOf<T>]: NonNullable<RowsOf<T>[M]> & { readonly does?: Work | undefined } },
): StoredRows {
  return table as StoredRows;
}

/** The logger of a component over a back end: `eventsource.stores.sqlite`. */
export function loggerOver(components: string, { prefix }: BackEnd): string {
  return `eventsource.${components}.${snakeCase(prefix)}`;
}

interface Component {
  /** How the names of its classes end. */
  readonly name: string;
  readonly family: string;
  readonly backEnds: readonly BackEnd[];
  readonly rows: StoredRows | ((backEnd: BackEnd) => StoredRows);
  readonly unspanned?: Readonly<Record<string, string>> | undefined;
}

/** The aspects of a component: one for each of its back ends. */
export function overBackEnds({ name, family, backEnds, rows, unspanned }: Component): Aspect[] {
  return backEnds.map((backEnd) => ({
    target: `${backEnd.prefix}${name}`,
    component: name,
    family,
    tracing: ownSwitch,
    methods: { ...rowsOver(backEnd.database, typeof rows === 'function' ? rows(backEnd) : rows), ...backEnd.extra },
    unspanned: { ...unspanned, ...backEnd.unspanned },
  }));
}

/** The rows, with what the database adds to those that do some work in it. */
export function rowsOver(database: Database | undefined, rows: StoredRows): Rows {
  return Object.fromEntries(
    Object.entries(rows).map(([method, { does, ...row }]): [string, Row] => [
      method,
      database === undefined || does === undefined ? row : withDatabase(row, database, does),
    ]),
  );
}

function withDatabase(row: Row, { system, name, operations }: Database, work: Work): Row {
  const statement: Recipe<Call> = {
    [ATTR_DB_NAME]: ({ self }) => name(self as never),
    [ATTR_DB_OPERATION]: operations[work],
  };
  return {
    ...row,
    sampling: { ...row.sampling, [ATTR_DB_SYSTEM]: system },
    attributes: { ...row.attributes, ...statement },
  };
}
