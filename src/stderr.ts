// SPDX-License-Identifier: Apache-2.0
// Writing to stderr where it may be closed, or a file on a full disk. Imports nothing, since the preload needs it before all else.

/** Failures of a stream that are on their way as its event `error`. */
const expected = new WeakMap<NodeJS.WriteStream, number>();

/**
 * What goes wrong is the end of that text, not of the process: `process.stderr` emits an error, which ends the process where
 * nobody listens. Nor does it help that somebody does: a worker's stderr is piped into it, and who pipes throws the error on.
 *
 * @param failed called with what went wrong, now or later
 */
export function writeToStderr(text: string, failed: (fault: unknown) => void = () => {}): void {
  try {
    const { stderr } = process;
    expectError(stderr);
    try {
      stderr.write(text, (fault) => {
        if (fault === null || fault === undefined) return;
        // The event comes at the next tick.
        expectError(stderr);
        process.nextTick(() => process.nextTick(expectNoError, stderr));
        failed(fault);
      });
    } finally {
      expectNoError(stderr);
    }
  } catch (fault) {
    failed(fault);
  }
}

function expectError(stderr: NodeJS.WriteStream): void {
  const count = expected.get(stderr) ?? 0;
  if (count === 0) stderr.on('error', ignore);
  expected.set(stderr, count + 1);
}

/** What the application writes itself afterwards is its own affair again. */
function expectNoError(stderr: NodeJS.WriteStream): void {
  const count = (expected.get(stderr) ?? 1) - 1;
  expected.set(stderr, count);
  if (count === 0) stderr.removeListener('error', ignore);
}

function ignore(): void {}
