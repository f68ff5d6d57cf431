// SPDX-License-Identifier: Apache-2.0
// All rows of a table, wherever in an aspect they stand, for what is asked of tables as a whole.
import type { Aspect, Row, Rows } from './aspect.js';

export function everyRow(aspects: readonly Aspect[]): Row[] {
  return aspects.flatMap(({ methods, statics, fields, subclasses, construct, call }) => [
    ...[methods, statics, fields, subclasses].flatMap(rowsIn),
    ...[construct, call].flatMap(rowAndBelow),
  ]);
}

function rowsIn(rows: Rows | undefined): Row[] {
  return Object.values(rows ?? {}).flatMap(rowAndBelow);
}

function rowAndBelow(row: Row | undefined): Row[] {
  if (row === undefined) return [];
  const { handlers = {}, items, result, returned, objects = {} } = row.reaches ?? {};
  return [
    row,
    ...Object.values(handlers).flatMap(rowAndBelow),
    ...[result, ...Object.values(objects)].flatMap(rowsIn),
    ...[returned, items?.each, items?.behind?.stretch].flatMap(rowAndBelow),
  ];
}

/** Names of the loggers that the rows write with, each once, sorted. */
export function loggersOf(aspects: readonly Aspect[]): string[] {
  const names = everyRow(aspects).flatMap(({ logs = [] }) => logs.map(({ logger }) => logger));
  return [...new Set(names)].sort();
}
