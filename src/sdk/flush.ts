// SPDX-License-Identifier: Apache-2.0
// Sends what is unsent, and ends no telemetry by it: a process may live on after `beforeExit` and after a signal.
import { real } from './clocks.js';
import type { ExportRequests } from './requests.js';

export interface Flushable {
  forceFlush?(): Promise<unknown>;
}

/** Resolves when everything is sent or the limit is reached, never rejects. @returns whether it was in time */
export type Flush = () => Promise<boolean>;

/**
 * @param providers those to flush
 * @param requests the exports under way
 * @param limitMillis how long one flush may take
 * @param report takes the failure
 */
export function flushOf(
  providers: readonly Flushable[],
  requests: ExportRequests,
  limitMillis: number,
  report: (error: unknown) => void,
): Flush {
  const flushAll = async () => {
    const results = await Promise.allSettled(providers.map((provider) => provider.forceFlush?.()));
    for (const result of results) if (result.status === 'rejected') report(result.reason);
    // A batch that was under way before is not waited for by a flush.
    await requests.settled();
  };
  let last: Promise<unknown> = Promise.resolve();
  return () => {
    // One after the other: a processor that is flushing answers a second flush at once.
    const flushed = last.then(() => withinLimit(flushAll, limitMillis));
    last = flushed;
    return flushed.then((inTime) => {
      if (!inTime) {
        report(new Error(requests.failure ?? `no answer within ${limitMillis} ms`));
        requests.abandon();
      }
      return inTime;
    });
  };
}

/** @returns whether `work` ended within the limit */
function withinLimit(work: () => Promise<unknown>, limitMillis: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = real.setTimeout(() => resolve(false), limitMillis);
    work().then(() => {
      real.clearTimeout(timer);
      resolve(true);
    });
  });
}
