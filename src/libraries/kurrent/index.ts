// SPDX-License-Identifier: Apache-2.0
// The clients of KurrentDB and of EventStoreDB, as it was called before, under the names that all event-sourcing libraries share.
import { PACKAGE_NAME } from '../../version.js';
import type { Library } from '../library.js';
import { appends } from './appends.js';
import { deletes } from './deletes.js';
import { families } from './families.js';
import { reads } from './reads.js';
import { subscriptions } from './subscriptions.js';

/** The same class, under the name that it has in each package. */
const clients = ['KurrentDBClient', 'EventStoreDBClient'];

export const library = {
  key: 'kurrent',
  packages: [
    { name: '@kurrent/kurrentdb-client', versions: '^1.0.0' },
    { name: '@eventstore/db-client', versions: '^6.0.0' },
  ],
  yieldsTo: ['@kurrent/opentelemetry', '@eventstore/opentelemetry'],
  scope: `${PACKAGE_NAME}/kurrent`,
  families,
  options: { persistContext: true },
  aspects: clients.flatMap((target) => [
    { target, family: 'stores', methods: { ...appends, ...reads, ...deletes } },
    { target, family: 'processors', methods: subscriptions },
  ]),
} as const satisfies Library;
