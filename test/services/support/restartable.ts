// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Broker } from '../../../testkit/brokers.js';
import { root } from '../../../testkit/child.js';

/** Whether `npm run services:start` has started the server, and so may restart it. */
export function isOurs(broker: Broker): boolean {
  return existsSync(join(root, '.cache/services', broker, 'process.json'));
}
