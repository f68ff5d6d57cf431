// SPDX-License-Identifier: Apache-2.0
// Libraries that somebody gave, checked: in use is what has no mistake, and each mistake is told with where it is.
import type { Library } from '../libraries/library.js';
import { type Complain, show } from '../settings.js';
import type { Aspect } from '../weaving/aspect.js';
import { checked, type Report, WRONG } from './check.js';
import { library as libraryKind } from './library-words.js';

const weaving = ['methods', 'statics', 'fields', 'subclasses', 'construct', 'call'] as const satisfies (keyof Aspect)[];

/** Checked once, so that the rows of a library are the same ones each time. */
const known = new WeakMap<object, Library | undefined>();

/**
 * @param source how a complaint names where they come from, as long as they have no key
 * @param given a library, or a list of them
 */
export function checkedLibraries(source: string, given: unknown, complain: Complain): Library[] {
  if (given === undefined) return [];
  const list = Array.isArray(given) ? given : [given];
  return list.flatMap((each) => checkedLibrary(source, each, complain) ?? []);
}

function checkedLibrary(source: string, given: unknown, complain: Complain): Library | undefined {
  if (typeof given !== 'object' || given === null) {
    complain(`${source}: ${show(given)} is no library; accepted: an object with key, packages, families and aspects.`);
    return undefined;
  }
  if (known.has(given)) return known.get(given);
  const library = check(given, source, complain);
  known.set(given, library);
  return library;
}

function check(given: object, source: string, complain: Complain): Library | undefined {
  let name = source;
  const report: Report = (where, mistake, costs) =>
    complain(`${name}: ${where === '' ? '' : `${where}: `}${mistake}. ${costs} is left out.`);
  try {
    const { key } = given as Partial<Library>;
    if (typeof key === 'string' && key !== '') name = key;
    const right = checked(libraryKind, given, report);
    return right === WRONG ? undefined : consistent(right as Library, report);
  } catch (error) {
    complain(
      `${name}: it cannot be read: ${String((error as Partial<Error> | null)?.message ?? error)}. It is left out.`,
    );
    return undefined;
  }
}

/** What one part says of another must be there. */
function consistent(library: Library, report: Report): Library | undefined {
  const { packages, families, options = {}, aspects } = library;
  if (packages.length === 0) {
    report('packages', 'none is named; accepted: a list of one or more', 'The library');
    return undefined;
  }
  const right = aspects.filter((aspect, index) => {
    const where = `aspects[${index}] (${aspect.target})`;
    const mistake = (at: string, text: string) => report(`${where}${at}`, text, 'The aspect');
    const isWoven = weaving.some((word) => aspect[word] !== undefined);
    const hasFamily = Object.hasOwn(families, aspect.family);
    const hasOption = aspect.optIn === undefined || Object.hasOwn(options, aspect.optIn);
    if (!isWoven) mistake('', `nothing to weave; accepted: one or more of ${weaving.join(', ')}`);
    if (!hasFamily) mistake('.family', among(aspect.family, 'families', families));
    if (!hasOption) mistake('.optIn', among(aspect.optIn, 'options', options));
    return isWoven && hasFamily && hasOption;
  });
  return right.length === aspects.length ? library : { ...library, aspects: right };
}

function among(name: unknown, which: string, accepted: object): string {
  return `${show(name)} is none of the ${which} of the library; accepted: ${Object.keys(accepted).join(', ')}`;
}
