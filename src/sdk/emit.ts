// SPDX-License-Identifier: Apache-2.0
// Where `process` tells its listeners. Being there, and not among the listeners, others who count these do not meet ours.

type Deliver = () => boolean;
/** Gets an event before any listener; `deliver` calls these and says whether there were any. */
export type Around = (deliver: Deliver, args: readonly unknown[]) => boolean;

const arounds = new Map<unknown, Around>();
let wrapped = false;

/**
 * Puts `process.emit` of ours in place, once. At the load of the preload: packages that replace `process.emit` for a while
 * (signal-exit) put back what they found when they were loaded, which must be ours.
 */
export function wrapEmit(): void {
  if (wrapped) return;
  wrapped = true;
  const original = process.emit as (...args: unknown[]) => boolean;
  function emit(this: unknown, ...args: unknown[]): boolean {
    const around = this === process ? arounds.get(args[0]) : undefined;
    if (around === undefined) return Reflect.apply(original, this, args);
    return around(() => Reflect.apply(original, this, args), args);
  }
  Object.defineProperty(emit, 'length', { value: original.length, configurable: true });
  Object.defineProperty(process, 'emit', { value: emit, writable: true, configurable: true, enumerable: false });
}

export function aroundEvent(event: string, around: Around): void {
  arounds.set(event, around);
}
