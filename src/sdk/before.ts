// SPDX-License-Identifier: Apache-2.0

/**
 * Has `act` called before a method of `object`, until the returned function takes it off again. It is put on the object itself,
 * so that whoever wraps it meanwhile keeps working.
 */
export function before(object: object, name: string, act: () => void): () => void {
  const own = Object.getOwnPropertyDescriptor(object, name);
  const original: (...args: unknown[]) => unknown = Reflect.get(object, name);
  let armed = true;
  const acting = function (this: unknown, ...args: unknown[]) {
    if (armed) act();
    return Reflect.apply(original, this, args);
  };
  Object.defineProperty(acting, 'name', { value: name, configurable: true });
  Object.defineProperty(acting, 'length', { value: original.length, configurable: true });
  Object.defineProperty(object, name, {
    value: acting,
    writable: true,
    configurable: true,
    enumerable: own?.enumerable ?? false,
  });
  return () => {
    armed = false;
    if (Reflect.get(object, name) !== acting) return;
    if (own === undefined) Reflect.deleteProperty(object, name);
    else Object.defineProperty(object, name, own);
  };
}
