// SPDX-License-Identifier: Apache-2.0
// The words of a library, around those of its rows.
import type { Library, LibraryPackage } from '../libraries/library.js';
import type { LibraryConfig } from '../library-options.js';
import { ownRequire } from '../own-require.js';
import { familyModes } from '../weaving/runtime-settings.js';
import { either, family, flag, type Kind, type Leaf, matching, oneOf, option, text, type WordsOf } from './kinds.js';
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

/** Under the key of a library in the configuration stand these, too. */
const ofEveryLibrary = ['enabled', 'moduleNames', 'families'] as const satisfies (keyof LibraryConfig)[];

const optionName: Leaf = {
  accepted: `a name other than ${ofEveryLibrary.join(', ')}, which every library has`,
  is: (name) => !(ofEveryLibrary as readonly unknown[]).includes(name),
};

export const library: Kind = {
  words: {
    key: matching('letters, digits, - and _', /^[\w-]+$/),
    packages: { list: libraryPackage, some: true },
    yieldsTo: { list: text },
    scope: text,
    families: { keyed: oneOf(...familyModes), declares: family.among },
    options: { keyed: either(flag, count), keys: optionName, declares: option.among },
    aspects: { list: aspect, costs: 'The aspect' },
  } satisfies WordsOf<Library>,
  needs: ['key', 'packages', 'families', 'aspects'],
};

function isRange(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const valid: typeof import('semver/ranges/valid.js') = ownRequire()('semver/ranges/valid.js');
  return valid(value) !== null;
}
