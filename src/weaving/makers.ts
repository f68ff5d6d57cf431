// SPDX-License-Identifier: Apache-2.0
// Which call gave an object, for the rows of the object: what a factory was told, the object itself often does not show.
import type { Maker } from './call.js';

const makers = new WeakMap<object, Maker>();

/** An object that is given on by several factories has the outermost as its maker. */
export function noteMaker(made: object, maker: Maker): void {
  makers.set(made, maker);
}

export function makerOf(object: unknown): Maker | undefined {
  return makers.get(object as object);
}
