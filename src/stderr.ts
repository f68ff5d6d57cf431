// SPDX-License-Identifier: Apache-2.0
// Writing to stderr where it may be closed, or a file on a full disk. Imports nothing, since the preload needs it before all else.

/**
 * Writes as `console` does: what goes wrong is the end of that text, not of the process. `process.stderr` emits an error that
 * nobody listens to, which would end it.
 *
 * @param failed called with what went wrong, now or later
 */
export function writeToStderr(text: string, failed: (fault: unknown) => void = () => {}): void {
  try {
    const { stderr } = process;
    const alone = stderr.listenerCount('error') === 0;
    if (alone) stderr.once('error', ignore);
    try {
      stderr.write(text, (fault) => {
        // It is emitted after this, at the next tick.
        if (fault === null || fault === undefined) return;
        if (stderr.listenerCount('error') === 0) ignoreNextError(stderr);
        failed(fault);
      });
    } finally {
      if (alone) stderr.removeListener('error', ignore);
    }
  } catch (fault) {
    failed(fault);
  }
}

/** What the application writes itself afterwards is its own affair again. */
function ignoreNextError(stderr: NodeJS.WriteStream): void {
  const stop = () => void stderr.removeListener('error', ignore);
  stderr.once('error', ignore);
  process.nextTick(() => process.nextTick(stop));
}

function ignore(): void {}
