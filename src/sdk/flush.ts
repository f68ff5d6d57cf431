// SPDX-License-Identifier: Apache-2.0
// The last export of a process. It may delay the end by a limited time and changes nothing else about it.

const SIGNALS = ['SIGTERM', 'SIGINT'] as const satisfies readonly NodeJS.Signals[];

/**
 * Flushes on `beforeExit`, and on SIGTERM and SIGINT where nobody else listens; the signal is then raised again, so that the
 * process dies of it (143, 130).
 *
 * @param flush ends the telemetry of the process
 * @param limitMillis how long to wait for it
 * @param report takes the failure
 */
export function flushAtExit(
  flush: () => Promise<unknown>,
  limitMillis: number,
  report: (error: unknown) => void,
): void {
  let flushed: Promise<void> | undefined;
  const flushOnce = () => {
    flushed ??= withinLimit(flush, limitMillis).catch(report);
    return flushed;
  };
  flushBeforeExit(flushOnce, limitMillis);
  for (const signal of SIGNALS) flushOnSignal(signal, flushOnce);
}

/**
 * The flush gives an empty event loop work, so `beforeExit` would come again, for everybody. Whoever listens has been called,
 * and the process then ends as it would have; by force only if an export still hangs at the limit.
 */
function flushBeforeExit(flush: () => Promise<void>, limitMillis: number): void {
  process.prependListener('beforeExit', () => {
    const idle = process.getActiveResourcesInfo().length;
    setImmediate(() => {
      // Another listener has given the process new work; `beforeExit` comes again when that is done.
      const busy = process.getActiveResourcesInfo().filter((resource) => resource !== 'Immediate').length > idle;
      if (busy) return;
      const deadline = Date.now() + limitMillis;
      flush().then(() => {
        process.removeAllListeners('beforeExit');
        setTimeout(() => process.exit(), Math.max(0, deadline - Date.now())).unref();
      });
    });
  });
}

/**
 * Listens only while nobody else does. Whoever counts the listeners to find out whether to end the process (signal-exit)
 * must not count ours.
 */
function flushOnSignal(signal: NodeJS.Signals, flush: () => Promise<void>): void {
  const onSignal = () => {
    if (process.listenerCount(signal) > 1) return;
    process.removeListener('removeListener', onRemoved);
    process.removeListener(signal, onSignal);
    // A second signal finds no listener and ends the process at once.
    flush().then(() => process.kill(process.pid, signal));
  };
  const onAdded = (event: string | symbol, listener: unknown) => {
    if (event !== signal || listener === onSignal) return;
    // Later, when theirs is in: without any listener Node would give the signal back to the system.
    queueMicrotask(() => {
      if (process.listenerCount(signal) > 1) process.removeListener(signal, onSignal);
    });
  };
  const onRemoved = (event: string | symbol) => {
    if (event === signal && process.listenerCount(signal) === 0) process.on(signal, onSignal);
  };
  if (process.listenerCount(signal) === 0) process.on(signal, onSignal);
  process.on('newListener', onAdded);
  process.on('removeListener', onRemoved);
}

async function withinLimit(work: () => Promise<unknown>, limitMillis: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limitMillis} ms`)), limitMillis);
  });
  try {
    await Promise.race([work(), limit]);
  } finally {
    clearTimeout(timer);
  }
}
