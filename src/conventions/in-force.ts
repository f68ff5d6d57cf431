// SPDX-License-Identifier: Apache-2.0
// Which semantic conventions the environment asks for, and which hold for spans of the application's own components, which ask no
// runtime of a library. Loads where the API is not installed.
import { type Environment, PREFIX, someOf, variable } from '../settings.js';
import { conventionsInForce, errorKeys, optInOf, optIns, type SemconvOptIn } from './stability.js';

/** Ours, without the prefix; it outranks {@link OF_ALL}. */
export const OPT_IN_VARIABLE = 'SEMCONV_STABILITY_OPT_IN';

/** Of all instrumentations: it has words for others as well. */
const OF_ALL = 'OTEL_SEMCONV_STABILITY_OPT_IN';

export const optIn = someOf(optIns);

/** What holds where nobody asks us in particular. */
export function optInOfAll(env: Environment): readonly SemconvOptIn[] {
  return optInOf(variable(env, OF_ALL));
}

let keys: readonly string[] | undefined;

/** From now on, for the components of the application. */
export function useConventions(given: readonly SemconvOptIn[]): void {
  keys = errorKeys(conventionsInForce(given));
}

/** Attributes that get the class name of a failure: as the environment says until somebody configures. */
export function errorKeysInForce(): readonly string[] {
  keys ??= errorKeys(conventionsInForce(optInFrom(process.env)));
  return keys;
}

function optInFrom(env: Environment): readonly SemconvOptIn[] {
  return optIn.read(variable(env, PREFIX + OPT_IN_VARIABLE)) ?? optInOfAll(env);
}
