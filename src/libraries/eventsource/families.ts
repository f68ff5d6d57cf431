// SPDX-License-Identifier: Apache-2.0
// What is switched together, after the components of the observability guide. Imports nothing: the configuration knows the
// names before the tables are loaded.

/** `auto` follows each object's own `enableTracing`; that of projections is off unless an object says otherwise. */
export const families = {
  stores: 'auto',
  buses: 'auto',
  aggregates: 'auto',
  snapshots: 'auto',
  checkpoints: 'auto',
  'dead-letters': 'auto',
  outbox: 'auto',
  projections: 'auto',
  subscriptions: 'auto',
} as const;

export type Family = keyof typeof families;

export const familyNames = Object.keys(families) as readonly Family[];

/** Its own options, by the names that its tables ask for. */
export const options = { inMemoryPublishSpan: false, queryStores: true, stalledAfterMillis: 60_000 } as const;
