// SPDX-License-Identifier: Apache-2.0
const classes = new Map<string, new (message: string) => Error>();

/** An error whose class, and `name`, is called so. The same name gives the same class. */
export function createError(name: string, message = `${name} of the scenario`): Error {
  const existing = classes.get(name);
  if (existing) return new existing(message);
  const created = { [name]: class extends Error {} }[name] as new (message: string) => Error;
  Object.defineProperty(created.prototype, 'name', { value: name, configurable: true, writable: true });
  classes.set(name, created);
  return new created(message);
}

/** Whether the class of an error is called so. */
export function isCalled(error: unknown, name: string): boolean {
  return error instanceof Error && (error.constructor.name === name || error.name === name);
}
