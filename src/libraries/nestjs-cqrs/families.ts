// SPDX-License-Identifier: Apache-2.0
// What is switched together. Imports nothing: the configuration knows the names before the tables are loaded.

/** Nest has no switch of its own for single objects: `auto` is on. */
export const families = {
  commands: 'auto',
  queries: 'auto',
  buses: 'auto',
  aggregates: 'auto',
  sagas: 'auto',
} as const;
