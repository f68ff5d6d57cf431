// SPDX-License-Identifier: Apache-2.0
// Code decides by looking at the listeners of `process` whether it ends the process itself. It must decide as without us.

type Listener = (...args: never[]) => unknown;

/**
 * Makes functions that nobody sees among the listeners of `process`: not in `listenerCount`, `listeners`, `rawListeners` or
 * `eventNames`.
 *
 * @returns hides one more
 */
export function hideListeners(): (listener: Listener) => void {
  const hidden = new Set<unknown>();
  const { listenerCount, listeners, rawListeners, eventNames } = process;
  const raw = (event: string | symbol) => Reflect.apply(rawListeners, process, [event]) as unknown[];
  const others = (event: string | symbol) => raw(event).filter((listener) => !hidden.has(listener));

  replace(listenerCount, function (this: unknown, event: string | symbol, ...rest: unknown[]) {
    if (this !== process || rest[0] !== undefined) return Reflect.apply(listenerCount, this, [event, ...rest]);
    return others(event).length;
  });
  replace(listeners, function (this: unknown, event: string | symbol) {
    return Reflect.apply(listeners, this, [event]).filter((listener: unknown) => !hidden.has(listener));
  });
  replace(rawListeners, function (this: unknown, event: string | symbol) {
    return Reflect.apply(rawListeners, this, [event]).filter((listener: unknown) => !hidden.has(listener));
  });
  replace(eventNames, function (this: unknown) {
    const names: (string | symbol)[] = Reflect.apply(eventNames, this, []);
    return this === process ? names.filter((event) => others(event).length > 0) : names;
  });
  return (listener) => hidden.add(listener);
}

function replace(original: { name: string; length: number }, replacement: object): void {
  Object.defineProperty(replacement, 'name', { value: original.name, configurable: true });
  Object.defineProperty(replacement, 'length', { value: original.length, configurable: true });
  Object.defineProperty(process, original.name, {
    value: replacement,
    writable: true,
    configurable: true,
    enumerable: false,
  });
}
