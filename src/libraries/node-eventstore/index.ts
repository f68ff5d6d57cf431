// SPDX-License-Identifier: Apache-2.0
// The library `eventstore`, known as node-eventstore, under the names that all event-sourcing libraries share.
import { PACKAGE_NAME } from '../../version.js';
import type { Library } from '../library.js';
import { eventstore } from './eventstore.js';
import { families } from './families.js';

export const library = {
  key: 'node-eventstore',
  packages: [{ name: 'eventstore', versions: '^1.15.0' }],
  scope: `${PACKAGE_NAME}/node-eventstore`,
  families,
  aspects: eventstore,
} as const satisfies Library;
