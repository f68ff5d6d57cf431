// SPDX-License-Identifier: Apache-2.0
// The programs of the back ends that tests start, and where `npm run back-ends` puts them: outside of the checkout, so that
// a fresh one need not build them again.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { packageName } from '../installed.js';

/** `undefined` stands for what the system's own packages bring. */
export const programs = {
  zipkin: { version: '3.5.1', file: 'zipkin-server-3.5.1-exec.jar' },
  prometheus: { version: undefined, file: 'prometheus' },
  collector: { version: '0.161.0', file: 'otelcol' },
  'victoria-logs': { version: '1.52.1', file: 'victoria-logs' },
  jaeger: { version: '1.76.0', file: 'jaeger' },
} as const satisfies Record<string, { readonly version: string | undefined; readonly file: string }>;

export type BackEndName = keyof typeof programs;
export const backEndNames = Object.keys(programs) as readonly BackEndName[];

/** Where the program of this version is, or will be. */
export function programFolder(name: BackEndName): string {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(cache, packageName, `${name}-${programs[name].version}`);
}

/** The file of the program; `undefined` where it is not there. */
export function programOf(name: BackEndName): string | undefined {
  const { version, file } = programs[name];
  const folders = version === undefined ? (process.env.PATH ?? '').split(delimiter) : [programFolder(name)];
  return folders.map((folder) => join(folder, file)).find((path) => existsSync(path));
}
