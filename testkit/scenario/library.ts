// SPDX-License-Identifier: Apache-2.0
/** Every export of every area of the library. Loaded late: an application sets its telemetry up first. */
export async function loadLibrary() {
  return {
    ...(await import('eventsource/events')),
    ...(await import('eventsource/exceptions')),
    ...(await import('eventsource/handlers')),
    ...(await import('eventsource/stores')),
    ...(await import('eventsource/bus')),
    ...(await import('eventsource/aggregates')),
    ...(await import('eventsource/snapshots')),
    ...(await import('eventsource/repositories')),
    ...(await import('eventsource/projections')),
    ...(await import('eventsource/subscriptions')),
    ...(await import('eventsource/migrations')),
  };
}

export type Library = Awaited<ReturnType<typeof loadLibrary>>;

/** A class of the library by its name. */
export function libraryClass(library: Library, name: string): new (...args: unknown[]) => object {
  const found = (library as Record<string, unknown>)[name];
  if (typeof found !== 'function') throw new Error(`class ${name} is not in the library`);
  return found as new (
    ...args: unknown[]
  ) => object;
}
