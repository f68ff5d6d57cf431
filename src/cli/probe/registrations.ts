// SPDX-License-Identifier: Apache-2.0
// What is registered with the API, at the time when it is. The API keeps it in one global object, whatever copy registers.
const API = Symbol.for('opentelemetry.js.api.1');
const PARTS = ['trace', 'context', 'propagation', 'metrics', 'logs'] as const;

export type Part = (typeof PARTS)[number];

/** Calls `listener` after each registration of a part; several may come of one. */
export function onRegistration(listener: (part: Part, value: object) => void): void {
  let behind: object | undefined;
  let shown: object | undefined;
  const told = (target: object, part: PropertyKey, value: unknown) => {
    Object.defineProperty(target, part, { value, writable: true, enumerable: true, configurable: true });
    if (PARTS.some((each) => each === part) && typeof value === 'object' && value !== null) {
      listener(part as Part, value);
    }
    return true;
  };
  Object.defineProperty(globalThis, API, {
    configurable: true,
    enumerable: true,
    get: () => shown,
    set(value: object) {
      if (value === shown || value === behind) return;
      behind = value;
      // Whoever made the object writes the first part past the proxy.
      for (const part of PARTS) {
        if (part in value) continue;
        Object.defineProperty(value, part, {
          configurable: true,
          get: () => undefined,
          set: (given: unknown) => told(value, part, given),
        });
      }
      shown = new Proxy(value, { set: told });
    },
  });
}
