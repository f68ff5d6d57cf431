// SPDX-License-Identifier: Apache-2.0
// Sums that are kept in the process, whether or not anybody collects: for those who ask the process itself.
import type { Instrument } from './signals.js';

/** Names of one instrument. A process that makes up new ones without end must not pay for all of them. */
const MOST_NAMES = 10_000;

export interface Tallies {
  /** Of the first 10,000 names; the sum of one that comes later is not kept. */
  add(instrument: Instrument, of: string, value: number): void;
  /** 0 where nothing was added, and where too many others came after it. */
  sum(instrument: Instrument, of: string): number;
}

export function createTallies(): Tallies {
  const sums = new Map<Instrument, Map<string, number>>();
  return {
    add(instrument, of, value) {
      const kept = sums.get(instrument) ?? new Map<string, number>();
      sums.set(instrument, kept);
      const sum = kept.get(of);
      if (sum !== undefined || kept.size < MOST_NAMES) kept.set(of, (sum ?? 0) + value);
    },
    sum: (instrument, of) => sums.get(instrument)?.get(of) ?? 0,
  };
}
