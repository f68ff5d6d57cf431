// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import type { SessionFactory } from 'eventsource/stores';
import type { Run } from './run.js';
import { addressOf } from './services.js';

/** A database of the scenario, in every form that a class of the library may want. */
export class ScenarioDatabase {
  /** The file, of a SQLite database. */
  readonly path: string | undefined;
  /** The open SQLite database, or the PostgreSQL pool. */
  readonly connection: unknown;
  readonly sessionFactory: SessionFactory<unknown>;

  constructor(path: string | undefined, connection: unknown, sessionFactory: SessionFactory<unknown>) {
    this.path = path;
    this.connection = connection;
    this.sessionFactory = sessionFactory;
  }
}

/** Opens a SQLite file and creates the library's whole schema in it. */
export async function openSQLite(path: string, { library, closers }: Run): Promise<ScenarioDatabase> {
  const { default: Database } = await import('libsql');
  const database = new Database(path);
  closers.push(() => database.close());
  database.exec(library.getSchema('all', 'sqlite'));
  return new ScenarioDatabase(path, database, library.sqliteSessionFactory(database));
}

/** A pool on the PostgreSQL server whose connections work in a fresh schema, which is dropped at the end. */
export async function openPostgreSQL({ library, closers }: Run): Promise<ScenarioDatabase> {
  const { default: pg } = await import('pg');
  const schema = `golden_${randomBytes(6).toString('hex')}`;
  const pool = new pg.Pool({ connectionString: addressOf('postgresql'), options: `-c search_path=${schema}` });
  closers.push(() => pool.end());
  await pool.query(`CREATE SCHEMA ${schema}`);
  closers.push(() => pool.query(`DROP SCHEMA ${schema} CASCADE`));
  await pool.query(library.getSchema('all', 'postgresql'));
  return new ScenarioDatabase(undefined, pool, library.postgresqlSessionFactory(pool));
}
