// SPDX-License-Identifier: Apache-2.0
// The library `@event-driven-io/emmett` and its stores, under the names that all event-sourcing libraries share.
import { PACKAGE_NAME } from '../../version.js';
import type { Library } from '../library.js';
import { commands } from './commands.js';
import { consumers } from './consumers.js';
import { eventStores } from './event-stores.js';
import { families } from './families.js';
import { messageBuses } from './message-bus.js';

/** From 0.43 on, the betas included, it traces itself. */
const versions = '>=0.38.0 <0.43.0-0';

export const library = {
  key: 'emmett',
  packages: [
    { name: '@event-driven-io/emmett', versions },
    { name: '@event-driven-io/emmett-postgresql', versions },
  ],
  scope: `${PACKAGE_NAME}/emmett`,
  families,
  options: { persistContext: true },
  aspects: [...eventStores, ...commands, ...messageBuses, ...consumers],
} as const satisfies Library;
