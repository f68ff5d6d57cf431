// SPDX-License-Identifier: Apache-2.0
// Tests that cannot be run here: a skipped test is easily taken for a good one, so what was left out is said at the very end.

const leftOut = new Set<string>();

/**
 * Skips the calling test; with `REQUIRE_ALL=1` it fails instead.
 *
 * @param reason what is missing, and how to get it
 */
export function leaveOut(test: Mocha.Context, reason: string): never {
  if (process.env.REQUIRE_ALL === '1') throw new Error(`${reason} (REQUIRE_ALL=1)`);
  return skip(test, reason);
}

/** Skips the calling test whatever is required, for what no machine can be required to have. */
export function skip(test: Mocha.Context, reason: string): never {
  remark(reason);
  test.skip();
}

/** Says at the very end what was not tested. */
export function remark(reason: string): void {
  if (leftOut.size === 0) process.once('exit', print);
  leftOut.add(reason);
}

function print(): void {
  console.error(`\nNOT TESTED\n${[...leftOut].map((reason) => `  ${reason}`).join('\n')}\n`);
}
