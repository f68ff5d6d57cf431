// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Combination, coverPairs, type Factors } from '../../testkit/matrix/covering.js';

const pairs = (combination: Readonly<Record<string, string>>) => {
  const values = Object.entries(combination).map((entry) => entry.join('='));
  return values.flatMap((one, place) => values.slice(place + 1).map((other) => `${one} ${other}`));
};

describe('a covering of all pairs', () => {
  const factors = { size: ['s', 'm', 'l'], colour: ['red', 'blue', 'green'], cloth: ['wool', 'silk', 'felt'] } as const;

  it('has each two values of different factors in one combination, and few combinations', () => {
    const { combinations, impossible } = coverPairs(factors, () => true);
    assert.equal(new Set(combinations.flatMap(pairs)).size, 3 * 9);
    assert.deepEqual(impossible, []);
    assert.ok(combinations.length <= 12, `${combinations.length} of 27`);
  });

  it('leaves out what is not possible, and names pairs that no possible combination has', () => {
    const isPossible = ({ size, colour, cloth }: Combination<typeof factors>) =>
      !(size === 's' && cloth === 'silk') && !(size === 'm' && (colour === 'red' || cloth === 'wool'));
    const { combinations, impossible } = coverPairs(factors, isPossible);
    assert.ok(combinations.every(isPossible));
    assert.deepEqual(impossible.map((pair) => pair.join(' ')).sort(), [
      'size m cloth wool',
      'size m colour red',
      'size s cloth silk',
    ]);
  });

  it('names a pair that is forbidden by a third value in every combination', () => {
    const two = { a: ['1', '2'], b: ['1', '2'], c: ['1', '2'] } as const;
    const { impossible } = coverPairs(two, ({ a, b, c }) => !(a === '1' && b === '1') && !(a === '2' && c === '1'));
    assert.deepEqual(impossible.map((pair) => pair.join(' ')).sort(), ['a 1 b 1', 'a 2 c 1', 'b 1 c 1']);
  });

  it('covers what can be covered of any factors, whatever is forbidden, and the same each time', () => {
    const anyFactors = fc
      .array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 4 })
      .map((sizes) =>
        Object.fromEntries(sizes.map((size, factor) => [`f${factor}`, Array.from({ length: size }, (_, i) => `${i}`)])),
      );
    fc.assert(
      fc.property(anyFactors, fc.integer({ min: 2, max: 7 }), (factors: Factors, modulus) => {
        const isPossible = (combination: Combination<Factors>) =>
          Object.values(combination).reduce((sum, value, place) => sum + Number(value) * (place + 1), 1) % modulus !==
          0;
        const covered = coverPairs(factors, isPossible);
        const everything = coverPairs(factors, () => true);
        assert.deepEqual(coverPairs(factors, isPossible), covered);
        assert.ok(covered.combinations.every(isPossible));
        const has = new Set(covered.combinations.flatMap(pairs));
        const all = new Set(everything.combinations.flatMap(pairs));
        assert.equal(has.size + covered.impossible.length, all.size);
      }),
      { numRuns: 100 },
    );
  });
});
