// SPDX-License-Identifier: Apache-2.0

/**
 * Calls `before` and `after` around a method of `object`, until the returned function takes them off again. The method is put
 * on the object itself, so that whoever wraps it meanwhile keeps working.
 */
export function watchCalls(
  object: object,
  name: string,
  { before, after }: { readonly before?: () => void; readonly after?: () => void },
): () => void {
  const own = Object.getOwnPropertyDescriptor(object, name);
  const original: (...args: unknown[]) => unknown = Reflect.get(object, name);
  let watching = true;
  const watched = function (this: unknown, ...args: unknown[]) {
    if (watching) before?.();
    const result = Reflect.apply(original, this, args);
    if (watching) after?.();
    return result;
  };
  Object.defineProperty(watched, 'name', { value: name, configurable: true });
  Object.defineProperty(watched, 'length', { value: original.length, configurable: true });
  Object.defineProperty(object, name, {
    value: watched,
    writable: true,
    configurable: true,
    enumerable: own?.enumerable ?? false,
  });
  return () => {
    watching = false;
    if (Reflect.get(object, name) !== watched) return;
    if (own === undefined) Reflect.deleteProperty(object, name);
    else Object.defineProperty(object, name, own);
  };
}
