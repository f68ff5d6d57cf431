// SPDX-License-Identifier: Apache-2.0
// Which export has which stand-in, and the other way round. Shared with other copies of this package, as the registry of slots is.

const STAND_INS = Symbol.for('opentelemetry-instrumentation-eventsource.stand-ins');
const ORIGINALS = Symbol.for('opentelemetry-instrumentation-eventsource.originals');

type Shared = { [Key in typeof STAND_INS | typeof ORIGINALS]?: WeakMap<object, object> };

function shared(key: keyof Shared): WeakMap<object, object> {
  const global = globalThis as Shared;
  global[key] ??= new WeakMap();
  return global[key];
}

/** What stands in for an export; for a stand-in, itself. */
export function standInOf(exported: object): object | undefined {
  return shared(STAND_INS).get(exported);
}

/** What a stand-in stands in for; anything else is itself. A module that passes a stand-in on has the same original. */
export function originalOf<T extends object>(exported: T): T {
  return (shared(ORIGINALS).get(exported) as T | undefined) ?? exported;
}

export function noteStandIn(exported: object, stand: object): void {
  shared(STAND_INS).set(exported, stand).set(stand, stand);
  if (stand !== exported) shared(ORIGINALS).set(stand, exported);
}
