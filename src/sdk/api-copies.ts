// SPDX-License-Identifier: Apache-2.0
// The copies of the API in the process: ours, and the application's when it has another one. Each has a proxy of its own until
// a provider is registered; after that all read the same registry, but for those older or newer than what is in there.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as imported from '@opentelemetry/api';
import { applicationFiles } from '../application-files.js';

export type Api = Pick<typeof imported, 'context' | 'propagation' | 'trace' | 'ProxyTracer'> &
  /** API 1.3 brought it. */
  Partial<Pick<typeof imported, 'metrics'>>;

export const API_PACKAGE = '@opentelemetry/api';

/** Ours as `import` and as `require` give it (one in 1.9, two from 1.10). */
function ownApis(): Api[] {
  return distinct([imported, ...requiredFrom([import.meta.url])]);
}

/** All copies, ours first. */
export function apiCopies(): Api[] {
  return distinct([...ownApis(), ...requiredFrom(applicationFiles())]);
}

function requiredFrom(files: readonly string[]): Api[] {
  return files.flatMap((file) => {
    try {
      return [createRequire(file)(API_PACKAGE) as Api];
    } catch {
      return [];
    }
  });
}

function distinct(apis: readonly Api[]): Api[] {
  return [...new Map([...apis].reverse().map((api) => [api.trace, api])).values()].reverse();
}

/** The application's copy and its version, where it is another one than ours. */
export function applicationApi(): { readonly api: Api; readonly version: string } | undefined {
  const own = new Set(ownApis().map(({ trace }) => trace));
  for (const file of applicationFiles()) {
    const [api] = requiredFrom([file]);
    if (api === undefined) continue;
    const version = own.has(api.trace) ? undefined : apiVersion(file);
    return version === undefined ? undefined : { api, version };
  }
  return undefined;
}

/** The version of the copy that a file gets; `undefined` when it gets none. */
export function apiVersion(file: string): string | undefined {
  try {
    let folder = dirname(createRequire(file).resolve(API_PACKAGE));
    for (; folder !== dirname(folder); folder = dirname(folder)) {
      const { name, version } = packageIn(folder);
      if (name === API_PACKAGE) return version;
    }
  } catch {}
  return undefined;
}

function packageIn(folder: string): { readonly name?: string; readonly version?: string } {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  } catch {
    return {};
  }
}

/** By minor version, as the API compares; of another major version it has another registry. */
export function isOlder(version: string, than: string): boolean {
  const [[major, minor], [otherMajor, otherMinor]] = [version, than].map((text) => text.split('.').map(Number)) as [
    number[],
    number[],
  ];
  return major === otherMajor && Number(minor) < Number(otherMinor);
}
