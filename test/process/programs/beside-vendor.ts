// SPDX-License-Identifier: Apache-2.0
import type { Program } from '../../../testkit/whole-library.js';
import { bankOf } from './saves.js';
import type { Vendor } from './vendor.js';

/** What the other vendor counts: while on, off, and on again. */
export const program: Program = async (library) => {
  const { vendor } = globalThis as unknown as { vendor: Vendor };
  const bank = bankOf(library);
  const counted = async (amount: number) => {
    vendor.calls.length = 0;
    await bank.save(amount);
    return [...vendor.calls].sort();
  };
  const first = await counted(1);
  const second = await counted(2);
  vendor.disable();
  await counted(3);
  vendor.enable();
  return { first, second, again: await counted(4), handled: bank.handled };
};
