// SPDX-License-Identifier: Apache-2.0
// What the instruments for operators share: names of attributes, bounds of buckets. Their unit of time is the second.
import type { Recipe } from '../../weaving/aspect.js';
import { className } from '../../weaving/failure.js';

/** The class of the component that was called. */
export const COMPONENT = 'eventsource.component';
export const ERROR_TYPE = 'error.type';

/** For the time of a call in the process, or of one query: from what an in-memory store takes to what an outage takes. */
export const secondsOfCalls = [
  0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
] as const;

/** For the time that something has waited: up to a day. */
export const secondsOfWaiting = [
  0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600, 21_600, 86_400,
] as const;

/** For numbers of events. */
export const numbersOfEvents = [0, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 50_000] as const;

/** Of calls that failed alone: the successful ones are those without it. */
export const ofFailure: Recipe<{ readonly failed: boolean; readonly error: unknown }> = {
  [ERROR_TYPE]: ({ failed, error }) => (failed ? className(error) : undefined),
};
