// SPDX-License-Identifier: Apache-2.0
// The copies of the API that spans may be started through: each has a proxy of its own until a provider is registered.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as imported from '@opentelemetry/api';

export type Api = Pick<typeof imported, 'propagation' | 'trace'>;

const NAME = '@opentelemetry/api';

/** Ours as `import` and as `require` give it (one in 1.9, two from 1.10), and the application's when it has another one. */
export function apiCopies(): Api[] {
  const applications = [process.argv[1], join(process.cwd(), 'package.json')];
  const required = [import.meta.url, ...applications].map((from) => from && loadFrom(from));
  return [...new Set([imported.trace, ...required.map((api) => api?.trace)])].flatMap((trace) => {
    const api = [imported, ...required].find((copy) => copy !== undefined && copy?.trace === trace);
    return api === undefined ? [] : [api];
  });
}

function loadFrom(file: string): Api | undefined {
  try {
    return createRequire(file)(NAME);
  } catch {
    return undefined;
  }
}
