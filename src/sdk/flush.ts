// SPDX-License-Identifier: Apache-2.0
// Sends what is unsent, and ends no telemetry by it: a process may live on after `beforeExit` and after a signal.
import type { Exporting } from '../weaving/providers.js';
import { real } from './clocks.js';
import type { ExportRequests } from './requests.js';

export interface Flushable {
  forceFlush?(): Promise<unknown>;
}

/**
 * Sends what is unsent: everything, or but the metrics, which a flush collects and sends anew each time. Never rejects.
 *
 * @returns whether everything was sent, or refused, within the limit
 */
export type Flush = (what?: 'everything' | 'spans and records') => Promise<boolean>;

/** How telemetry is sent, for whoever ends the process and whoever flushes in between. */
export interface Sending extends Exporting {
  readonly flush: Flush;
}

export interface Sources {
  readonly recorded: readonly Flushable[];
  readonly measured: readonly Flushable[];
}

/**
 * @param sources the providers
 * @param requests the exports under way
 * @param limitMillis how long one flush may take
 * @param report takes the failure
 */
export function sendingOf(
  { recorded, measured }: Sources,
  requests: ExportRequests,
  limitMillis: number,
  report: (error: unknown) => void,
): Sending {
  const flushAll = async (providers: readonly Flushable[]) => {
    const results = await Promise.allSettled(providers.map((provider) => provider.forceFlush?.()));
    for (const result of results) if (result.status === 'rejected') report(result.reason);
    // A batch that was under way before is not waited for by a flush.
    await requests.settled();
  };
  let last: Promise<unknown> = Promise.resolve();
  const flush: Flush = (what = 'everything') => {
    const providers = what === 'everything' ? [...recorded, ...measured] : recorded;
    // One after the other: a processor that is flushing answers a second flush at once.
    const flushed = last.then(() => withinLimit(() => flushAll(providers), limitMillis));
    last = flushed;
    return flushed.then((inTime) => {
      if (!inTime) {
        report(new Error(requests.failure ?? `no answer within ${limitMillis} ms`));
        requests.abandon();
      }
      return inTime;
    });
  };
  return { flush, settled: () => last.then(() => requests.settled()), report };
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
