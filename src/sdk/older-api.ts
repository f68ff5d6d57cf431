// SPDX-License-Identifier: Apache-2.0
// An application with an older copy of the API than ours. What that registers, ours takes for too old to be read; the older
// one reads what either registers. So ours asks it.
import { type Api, apiVersion, applicationApi, isOlder, ownApis } from './api-copies.js';

const READ = {
  trace: ['getTracerProvider'],
  context: ['active', 'with', 'bind'],
  propagation: ['inject', 'extract', 'fields'],
  metrics: ['getMeterProvider'],
} as const satisfies { readonly [part in keyof Api]?: readonly (keyof NonNullable<Api[part]>)[] };

/** Has our copies of the API read through the application's, where that is older. */
export function readThroughOlderApi(): void {
  const theirs = applicationApi();
  if (theirs === undefined) return;
  const own = apiVersion(import.meta.url);
  if (own === undefined || !isOlder(theirs.version, own)) return;
  for (const ours of ownApis()) {
    for (const [part, methods] of Object.entries(READ) as [keyof typeof READ, readonly string[]][]) {
      const [mine, their] = [ours[part], theirs.api[part]];
      if (mine === undefined || their === undefined) continue;
      for (const method of methods) {
        const read: unknown = Reflect.get(their, method);
        if (typeof read === 'function') Reflect.set(mine, method, read.bind(their));
      }
    }
  }
}
