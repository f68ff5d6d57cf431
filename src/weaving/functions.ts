// SPDX-License-Identifier: Apache-2.0
// What of the engine can be woven, as types.
export type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;
export type Constructor = abstract new (...args: never[]) => object;
