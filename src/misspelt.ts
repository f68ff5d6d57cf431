// SPDX-License-Identifier: Apache-2.0
// Names of variables and options that do not exist: a setting that is misspelt would be missed by nobody.
import { differences, distances } from './edit-distance.js';
import { options, sdkOptions } from './options.js';
import { type Complain, type Environment, PREFIX, variable } from './settings.js';
import { cut } from './weaving/texts.js';

/** A letter more or less is one; one instead of another, or two that have changed places, are two. */
const MOST_MISTAKES = 2;
/** Characters of a name that are compared; the longest that exists has half as many. */
const COMPARED = 100;
/** Names that are told of one object. */
const MOST_TOLD = 20;

const names = Object.keys(options);
/** Without the prefix. */
const variables = [...Object.values(options), ...Object.values(sdkOptions)].flatMap((option) =>
  'variable' in option ? [option.variable as string] : [],
);

/** Names each variable that is meant for us, by its beginning, and that nobody reads. */
export function tellMisspeltVariables(env: Environment, complain: Complain): void {
  for (const name of Object.keys(env)) {
    if (variables.some((each) => name === PREFIX + each) || variable(env, name) === undefined) continue;
    const end = endOfPrefix(name);
    if (end === undefined) continue;
    const nearest = PREFIX + nearestOf(name.slice(end), variables);
    // On Windows names have no case: what looks misspelt is read all the same.
    if (nearest === name.toUpperCase() && variable(env, nearest) !== undefined) continue;
    complain(`${cut(name, COMPARED)}: there is no such variable; the nearest is ${nearest}. It is left out.`);
  }
}

/** Names each key that is no option. What is `undefined` is not given. */
export function tellMisspeltOptions(given: object, complain: Complain): void {
  const unknown = Object.keys(given).filter((name) => !names.includes(name) && Reflect.get(given, name) !== undefined);
  for (const name of unknown.slice(0, MOST_TOLD)) {
    const nearest = nearestOf(name, names);
    complain(`option ${cut(name, COMPARED)}: there is no such option; the nearest is ${nearest}. It is left out.`);
  }
  const more = unknown.length - MOST_TOLD;
  if (more > 0) complain(`options: there are ${more} more names that are no option. They are left out.`);
}

/** Where our prefix ends in the name, or what is nearly our prefix; `undefined` where it does not begin so. */
function endOfPrefix(name: string): number | undefined {
  // Most of an environment is not even compared.
  if (!/INSTRUMENT|EVENT/i.test(name)) return undefined;
  const mistakes = distances(PREFIX, name.slice(0, COMPARED).toUpperCase());
  const fewest = Math.min(...mistakes);
  return fewest <= MOST_MISTAKES ? mistakes.indexOf(fewest) : undefined;
}

function nearestOf(given: string, candidates: readonly string[]): string {
  const name = given.slice(0, COMPARED);
  const remoteness = (candidate: string) => {
    const distance = differences(candidate.toLowerCase(), name.toLowerCase());
    return distance / (candidate.length + name.length);
  };
  return candidates.reduce((nearest, each) => (remoteness(each) < remoteness(nearest) ? each : nearest));
}
