// SPDX-License-Identifier: Apache-2.0
// What a scenario may need: a server, or SQLite in this process.
import { createRequire } from 'node:module';
import * as servers from '../servers.js';

/** The address of a service: from its environment variable, else the usual one on this machine. */
export function addressOf(name: string): string {
  return servers.addressOf(serverCalled(name));
}

/** Why the service cannot be used, naming the service and its variable; undefined when it can. */
export async function whyUnreachable(name: string): Promise<string | undefined> {
  if (name !== 'sqlite') return servers.whyUnreachable(serverCalled(name));
  return canLoad('libsql') ? undefined : 'sqlite is not available: npm install libsql';
}

/** How to ask for the service where tests are not to use it; undefined where they are. */
export function whyLeftAlone(name: string): string | undefined {
  if (name === 'sqlite' || servers.isAskedFor(serverCalled(name))) return undefined;
  return `${name}: ${servers.howToAskFor(serverCalled(name))}`;
}

function serverCalled(name: string): servers.ServerName {
  const known: readonly string[] = servers.serverNames;
  if (!known.includes(name)) throw new Error(`no service is called ${name}, only sqlite, ${known.join(', ')}`);
  return name as servers.ServerName;
}

function canLoad(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}
