// SPDX-License-Identifier: Apache-2.0
import { toArguments } from './arguments.js';
import { openPostgreSQL, openSQLite, ScenarioDatabase } from './databases.js';
import { createHandler, FailingPublisher } from './handler.js';
import { libraryClass } from './library.js';
import { createOrderLedger, createOrderStats, createOrderSummary } from './projections.js';
import type { Run } from './run.js';
import type { Parameters } from './scenario.js';
import { evaluateEach } from './values.js';

/** The classes that belong to the interpreter (README.md, The domain), made of values by parameter name. */
const interpreterClasses: Readonly<Record<string, (given: never, run: Run) => unknown>> = {
  Order: ({ aggregateId }: { aggregateId: string }, { domain }) => new domain.aggregates.Order(aggregateId),
  Invoice: ({ aggregateId }: { aggregateId: string }, { domain }) => new domain.aggregates.Invoice(aggregateId),
  Handler: createHandler,
  OrderSummary: createOrderSummary,
  OrderStats: createOrderStats,
  OrderLedger: createOrderLedger,
  FailingPublisher: ({ error }: { error: string }) => new FailingPublisher(error),
  SQLiteDatabase: ({ path }: { path: string }, run) => openSQLite(path, run),
  PostgreSQLDatabase: (_, run) => openPostgreSQL(run),
};

/** The classes that open a database file by themselves; the others take an open database. */
const TAKES_PATH: ReadonlySet<string> = new Set(['SQLiteEventStore', 'SQLiteSnapshotStore']);

/** Makes an object of a class of the interpreter or the library. */
export function construct(className: string, parameters: Parameters, run: Run): unknown {
  // The steps of a handler are evaluated at each handling.
  const { steps, ...values } = parameters;
  const given = { ...evaluateEach(values, run), ...(steps !== undefined && { steps }) };
  const create = interpreterClasses[className];
  if (create) return create(given as never, run);
  const target = libraryClass(run.library, className);
  return new target(...toArguments([className], 'new', forLibrary(className, given, run)));
}

/** The parameters of a call with the interpreter's own objects exchanged for what the library's class wants. */
export function forLibrary(className: string, given: Parameters, { library }: Run): Parameters {
  const convert = (name: string, value: unknown): unknown => {
    if (value instanceof ScenarioDatabase) return TAKES_PATH.has(className) ? value.path : value.connection;
    if (name === 'snapshot' && !(value instanceof library.Snapshot)) return new library.Snapshot(value as never);
    return value;
  };
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, convert(name, value)]));
}
