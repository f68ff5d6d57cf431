// SPDX-License-Identifier: Apache-2.0
// How fast something is done, measured whenever somebody looks at it.

/** @returns things done for each second; 0 as long as nothing was done */
export type Pace = (done: number, now: number) => number;

/** Whoever looks sooner again than after this gets the same answer: so short a time tells nothing; ms. */
const SHORTEST = 250;
/** What is further back than this counts for a third; ms. */
const MEMORY = 30_000;

/** @param begun when it began, on the clock that the pace is asked with; ms */
export function createPace(begun: number): Pace {
  let at = begun;
  let counted = 0;
  let pace: number | undefined;
  return (done, now) => {
    const elapsed = now - at;
    if (pace === undefined && done <= 0) return 0;
    if (elapsed < SHORTEST && (pace !== undefined || elapsed <= 0)) return pace ?? 0;
    const current = Math.max(0, ((done - counted) / elapsed) * 1000);
    pace = pace === undefined ? current : pace + (current - pace) * (1 - Math.exp(-elapsed / MEMORY));
    at = now;
    counted = done;
    return pace;
  };
}
