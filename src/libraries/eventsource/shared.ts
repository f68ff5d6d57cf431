// SPDX-License-Identifier: Apache-2.0
// What several tables ask of objects and outcomes.
import type { Facts, Failure } from '../../weaving/aspect.js';

/** The object's own switch, on unless it says otherwise. */
export const ownSwitch = (self: { readonly enableTracing?: boolean } | undefined): boolean =>
  self?.enableTracing !== false;

/** The object's own switch for measurements, on unless it says otherwise; it is independent of the one for spans. */
export const ownMetricsSwitch = (self: { readonly enableMetrics?: boolean } | undefined): boolean =>
  self?.enableMetrics !== false;

/** An outcome object of the target: a failure unless `success`. */
export function failureOf({
  result,
}: {
  readonly result: { readonly success: boolean; readonly error?: unknown };
}): Failure | undefined {
  return result.success ? undefined : result;
}

/** For calls that swallow an error: an inner step hands the failure up, and the call takes it as its outcome. */
export function handsFailure({ result }: { readonly result: { readonly error?: unknown } }): Facts | undefined {
  return 'error' in result ? { failure: result } : undefined;
}

/** The error that an inner step tells in its result: the step has failed, also where the call around it has not. */
export function errorOf({ result }: { readonly result: object & { readonly error?: unknown } }): Failure | undefined {
  return 'error' in result ? result : undefined;
}

export function handedFailure({ facts }: { readonly facts: Facts }): Failure | undefined {
  return facts.failure as Failure | undefined;
}
