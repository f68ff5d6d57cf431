// SPDX-License-Identifier: Apache-2.0
// Sends what is unsent while the process lives: before `process.exit`, before a function of a platform is frozen.
import { resolveSdkOptions } from './config.js';
import { engineOfProcess } from './engine.js';
import { real } from './sdk/clocks.js';
import type { Flushable } from './sdk/flush.js';
import { PACKAGE_NAME } from './version.js';
import { diag } from './weaving/diag.js';
import type { Exporting } from './weaving/providers.js';
import { ignoringErrors } from './weaving/telling.js';

/** What a timer of Node can wait; it fires at once for more. */
const LONGEST_WAIT = 2 ** 31 - 1;

let last: Promise<unknown> = Promise.resolve();

/**
 * Sends spans, measurements and log records that are unsent, of the whole application: to all providers that are registered with the API,
 * or that the instrumentation was given. Starts no SDK, ends none, and never rejects: what went wrong is said through `diag`, and of
 * the SDK of the preload on stderr.
 *
 * @param limitMillis how long to wait at most; default: `OTEL_INSTRUMENTATION_EVENTSOURCE_FLUSH_TIMEOUT`, or 2000
 * @returns whether everything was sent within the limit
 *
 * @example
 * ```ts
 * import { flush } from 'opentelemetry-instrumentation-eventsource';
 *
 * process.once('SIGTERM', async () => {
 *   await flush(1000);
 *   process.exit(0);
 * });
 * ```
 */
export async function flush(limitMillis?: number): Promise<boolean> {
  const limit = limitOf(limitMillis);
  const { traces, metrics, logs, exporting } = engineOfProcess().providers;
  const providers: readonly object[] = [...traces.present(), ...metrics.present(), ...logs.present()];
  const own = exporting?.();
  // One after the other: a processor that is flushing answers a second flush at once.
  const sent = within(
    limit,
    last.then(() => sendAll(providers, own)),
  );
  last = sent;
  const faults = await sent;
  for (const fault of faults ?? [new Error(`no answer within ${limit} ms`)]) tell(fault, own);
  return faults?.length === 0;
}

/** @returns what they failed with */
async function sendAll(providers: readonly object[], own: Exporting | undefined): Promise<readonly unknown[]> {
  const results = await Promise.allSettled(providers.map(async (provider: Flushable) => provider.forceFlush?.()));
  // A batch that was under way before is not waited for by a flush.
  await own?.settled();
  return results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
}

function tell(fault: unknown, own: Exporting | undefined): void {
  own?.report(fault);
  ignoringErrors(() => diag.warn(`${PACKAGE_NAME}: flush:`, fault));
}

/** `undefined` when the limit was reached before. */
function within<T>(limit: number, work: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve) => {
    // It holds the process: one that waits for this at its top level would end with exit code 13.
    const timer = real.setTimeout(() => resolve(undefined), limit);
    work.then((value) => {
      real.clearTimeout(timer);
      resolve(value);
    });
  });
}

function limitOf(given: unknown): number {
  if (typeof given === 'number' && given >= 0) return Math.min(given, LONGEST_WAIT);
  return resolveSdkOptions(process.env, () => {}).flushTimeoutMillis;
}
