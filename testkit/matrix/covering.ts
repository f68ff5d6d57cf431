// SPDX-License-Identifier: Apache-2.0
// All pairs: few combinations of which each two values of different factors are together in at least one.

/** Values by the name of what varies. */
export type Factors = Readonly<Record<string, readonly string[]>>;

export type Combination<F extends Factors> = { readonly [Name in keyof F]: F[Name][number] };

export interface Covering<F extends Factors> {
  readonly combinations: readonly Combination<F>[];
  /** Pairs that no possible combination has, each as `[name, value, name, value]`. */
  readonly impossible: readonly (readonly [string, string, string, string])[];
}

/**
 * Takes the combination with most of the pairs that are still missing, again and again: the same ones in each run. It goes through
 * the whole product for each, so this is for thousands of combinations, not for millions.
 *
 * @param isPossible whether a combination can exist
 */
export function coverPairs<F extends Factors>(
  factors: F,
  isPossible: (combination: Combination<F>) => boolean,
): Covering<F> {
  const names = Object.keys(factors);
  const all = productOf(factors);
  const possible = all
    .filter((combination) => isPossible(combination))
    .map((combination) => ({ combination, pairs: pairsOf(names, combination) }));
  const missing = new Set(possible.flatMap(({ pairs }) => pairs));
  const every = new Set(all.flatMap((combination) => pairsOf(names, combination)));
  const impossible = [...every].filter((pair) => !missing.has(pair)).map((pair) => JSON.parse(pair));

  const combinations: Combination<F>[] = [];
  while (missing.size > 0) {
    let [best, most] = [possible[0], 0];
    for (const each of possible) {
      let gained = 0;
      for (const pair of each.pairs) if (missing.has(pair)) gained += 1;
      if (gained > most) [best, most] = [each, gained];
    }
    if (best === undefined) break;
    combinations.push(best.combination);
    for (const pair of best.pairs) missing.delete(pair);
  }
  return { combinations, impossible };
}

/** Every combination; the last factor varies fastest. */
export function productOf<const F extends Factors>(factors: F): Combination<F>[] {
  return Object.keys(factors).reduce<Record<string, string>[]>(
    (combinations, name) =>
      combinations.flatMap((combination) => (factors[name] ?? []).map((value) => ({ ...combination, [name]: value }))),
    [{}],
  ) as Combination<F>[];
}

function pairsOf(names: readonly string[], combination: Readonly<Record<string, string>>): string[] {
  return names.flatMap((one, place) =>
    names.slice(place + 1).map((other) => JSON.stringify([one, combination[one], other, combination[other]])),
  );
}
