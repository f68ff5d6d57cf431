import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../support/child.js';
import type { Broker } from './brokers.js';

/** Whether `npm run services:start` has started the server, and so may restart it. */
export function isOurs(broker: Broker): boolean {
  return existsSync(join(root, '.cache/services', broker, 'process.json'));
}
