// SPDX-License-Identifier: Apache-2.0
// Names of classes as parts of span names.

/** Where a word begins: at a capital that a small letter stands before and after, so that `SQLite` and `PostgreSQL` stay whole. */
const WORD = /(?<=[\p{Ll}\p{N}])(?=\p{Lu}\p{Ll})/u;

/** `InMemory` → `in_memory`, `PostgreSQL` → `postgresql`. */
export function snakeCase(name: string): string {
  return name
    .split(/[^\p{L}\p{N}]+/u)
    .flatMap((part) => part.split(WORD))
    .filter((word) => word !== '')
    .join('_')
    .toLowerCase();
}
