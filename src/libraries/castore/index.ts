// SPDX-License-Identifier: Apache-2.0
// The library `@castore/core`, under the names that all event-sourcing libraries share.
import { PACKAGE_NAME } from '../../version.js';
import type { Library } from '../library.js';
import { commands } from './commands.js';
import { eventStores } from './event-stores.js';
import { families } from './families.js';
import { messageChannels } from './message-channels.js';

export const library = {
  key: 'castore',
  packages: [{ name: '@castore/core', versions: '^2.0.0' }],
  scope: `${PACKAGE_NAME}/castore`,
  families,
  // Castore gives the application the very event that it was given: it would get the copy back.
  options: { persistContext: false },
  aspects: [...eventStores, ...commands, ...messageChannels],
} as const satisfies Library;
