// SPDX-License-Identifier: Apache-2.0
// Sums that are kept in the process, whether or not anybody collects: for those who ask the process itself.
import type { Instrument } from './signals.js';

export interface Tallies {
  add(instrument: Instrument, of: string, value: number): void;
  /** 0 where nothing was added. */
  sum(instrument: Instrument, of: string): number;
}

export function createTallies(): Tallies {
  const sums = new Map<Instrument, Map<string, number>>();
  return {
    add(instrument, of, value) {
      const kept = sums.get(instrument) ?? new Map<string, number>();
      sums.set(instrument, kept.set(of, (kept.get(of) ?? 0) + value));
    },
    sum: (instrument, of) => sums.get(instrument)?.get(of) ?? 0,
  };
}
