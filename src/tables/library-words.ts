// SPDX-License-Identifier: Apache-2.0
// The words of a library, around those of its rows.
import type { Library, LibraryPackage } from '../libraries/library.js';
import { ownRequire } from '../own-require.js';
import { familyModes } from '../weaving/runtime-settings.js';
import { either, flag, type Kind, type Leaf, matching, oneOf, text, type WordsOf } from './kinds.js';
import { aspect } from './vocabulary.js';

const range: Leaf = { accepted: 'a range of versions as npm writes it', is: isRange };

const libraryPackage = {
  words: { name: text, versions: range, constants: flag } satisfies WordsOf<LibraryPackage>,
  needs: ['name'],
};

const count: Leaf = {
  accepted: 'a whole number, 1 or more',
  is: (value) => Number.isSafeInteger(value) && Number(value) >= 1,
};

export const library: Kind = {
  words: {
    key: matching('letters, digits, - and _', /^[\w-]+$/),
    packages: { list: libraryPackage },
    yieldsTo: { list: text },
    scope: text,
    families: { keyed: oneOf(...familyModes) },
    options: { keyed: either(flag, count) },
    aspects: { list: aspect, costs: 'The aspect' },
  } satisfies WordsOf<Library>,
  needs: ['key', 'packages', 'families', 'aspects'],
};

function isRange(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const valid: typeof import('semver/ranges/valid.js') = ownRequire()('semver/ranges/valid.js');
  return valid(value) !== null;
}
