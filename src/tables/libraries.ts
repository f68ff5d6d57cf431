// SPDX-License-Identifier: Apache-2.0
// Libraries that somebody gave, checked: in use is a copy of what has no mistake, and each mistake is told with where it is.
import type { Library } from '../libraries/library.js';
import { partOf, unreadable } from '../readable.js';
import { type Complain, show } from '../settings.js';
import { cut } from '../weaving/texts.js';
import { checked, type Report, WRONG } from './check.js';
import { library as libraryKind } from './library-words.js';

/** Libraries of one list. */
const MOST = 1000;
/** Characters of a name in a message. */
const LONGEST_NAME = 100;

/** Checked once, so that the rows of a library are the same ones each time. */
const known = new WeakMap<object, Library | undefined>();

/**
 * @param source how a complaint names where they come from, as long as they have no key
 * @param given a library, or a list of them. Never throws, whatever it is
 */
export function checkedLibraries(source: string, given: unknown, complain: Complain): Library[] {
  if (given === undefined) return [];
  return listed(given).flatMap((each) => checkedLibrary(source, each, complain) ?? []);
}

function listed(given: unknown): readonly unknown[] {
  try {
    if (!Array.isArray(given)) return [given];
    // A list that is longer is none of libraries.
    return given.length > MOST
      ? [given]
      : Array.from({ length: given.length }, (_, index) => partOf(given, String(index)));
  } catch (error) {
    return [unreadable(error)];
  }
}

function checkedLibrary(source: string, given: unknown, complain: Complain): Library | undefined {
  if (typeof given !== 'object' || given === null) {
    complain(`${source}: ${show(given)} is no library; accepted: an object with key, packages, families and aspects.`);
    return undefined;
  }
  if (known.has(given)) return known.get(given);
  const key = partOf(given, 'key');
  const name = typeof key === 'string' && key !== '' ? cut(key, LONGEST_NAME) : source;
  const report: Report = (where, mistake, costs) =>
    complain(`${name}: ${where === '' ? '' : `${where}: `}${mistake}. ${costs} is left out.`);
  const copy = checked(libraryKind, given, report);
  const library = copy === WRONG ? undefined : (copy as Library);
  known.set(given, library);
  // Whoever hands on what is in use gives the same.
  if (library !== undefined) known.set(library, library);
  return library;
}
