// SPDX-License-Identifier: Apache-2.0
// The copies of the API that spans may be started through: each has a proxy of its own until a provider is registered.
import { createRequire } from 'node:module';
import * as imported from '@opentelemetry/api';
import { applicationFiles } from '../application-files.js';

export type Api = Pick<typeof imported, 'context' | 'metrics' | 'propagation' | 'trace' | 'ProxyTracer'>;

/** Ours as `import` and as `require` give it (one in 1.9, two from 1.10), and the application's when it has another one. */
export function apiCopies(): Api[] {
  const copies = new Map<unknown, Api>([[imported.trace, imported]]);
  for (const file of [import.meta.url, ...applicationFiles()]) {
    try {
      const api: Api = createRequire(file)('@opentelemetry/api');
      if (!copies.has(api.trace)) copies.set(api.trace, api);
    } catch {}
  }
  return [...copies.values()];
}
