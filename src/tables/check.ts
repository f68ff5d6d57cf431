// SPDX-License-Identifier: Apache-2.0
// Compares a value with what may stand there, and leaves out what has a mistake: the row, else the aspect, else the library.
import { show } from '../settings.js';
import type { Keyed, Kind, Leaf, List, Words } from './kinds.js';

/** A mistake, where it is, and what it costs. */
export type Report = (where: string, mistake: string, costs: string) => void;

/** Something in it, which nothing between contains, has a mistake. */
export const WRONG = Symbol('wrong');

/** What the walk has come to. */
interface Place {
  readonly where: string;
  readonly costs: string;
  readonly report: Report;
}

/**
 * @param where how messages name the value
 * @returns the value, or a copy of it without what is left out; {@link WRONG} where that is all of it
 */
export function checked(kind: Kind, value: unknown, report: Report, where = '', costs = 'The library'): unknown {
  return check(kind, value, { where, costs, report });
}

function check(kind: Kind, value: unknown, place: Place): unknown {
  if ('later' in kind) return check(kind.later(), value, place);
  if ('is' in kind) return checkLeaf(kind, value, place);
  if ('list' in kind) return checkList(kind, value, place);
  if (!isObject(value)) return wrong(place, `${show(value)} is not usable; accepted: an object`);
  return 'words' in kind ? checkWords(kind, value, place) : checkKeyed(kind, value, place);
}

function checkLeaf({ is, accepted }: Leaf, value: unknown, place: Place): unknown {
  return is(value) ? value : wrong(place, `${show(value)} is not usable; accepted: ${accepted}`);
}

function checkList({ list, costs }: List, value: unknown, place: Place): unknown {
  if (!Array.isArray(value)) return wrong(place, `${show(value)} is not usable; accepted: a list`);
  const items = value.map((item, index) =>
    check(list, item, {
      ...place,
      where: `${place.where}[${index}]${nameOf(list, item)}`,
      costs: costs ?? place.costs,
    }),
  );
  if (!items.includes(WRONG)) return items.every((item, index) => item === value[index]) ? value : items;
  return costs === undefined ? WRONG : items.filter((item) => item !== WRONG);
}

function checkWords({ words, needs = [] }: Words, value: object, place: Place): unknown {
  let hasMistake = false;
  for (const name of needs) {
    if (Reflect.get(value, name) !== undefined) continue;
    hasMistake = true;
    wrong(place, `the word ${name} is missing`);
  }
  const accepted = Object.keys(words).join(', ');
  const parts = partsOf(value).map(([name, part]) => {
    const kind = Object.hasOwn(words, name) ? words[name] : undefined;
    if (kind === undefined) return [name, part, wrong(place, `unknown word ${show(name)}; accepted: ${accepted}`)];
    return [name, part, check(kind, part, { ...place, where: below(place.where, name) })];
  }) as Part[];
  return hasMistake || parts.some(([, , part]) => part === WRONG) ? WRONG : likeness(value, parts);
}

function checkKeyed({ keyed, keys, costs }: Keyed, value: object, place: Place): unknown {
  const parts = partsOf(value).map(([name, part]): Part => {
    const there = { ...place, where: below(place.where, name), costs: costs ?? place.costs };
    if (keys !== undefined && !keys.is(name)) {
      return [name, part, wrong(there, `${show(name)} is not usable; accepted: ${keys.accepted}`)];
    }
    return [name, part, check(keyed, part, there)];
  });
  const right = parts.filter(([, , part]) => part !== WRONG);
  if (right.length < parts.length && costs === undefined) return WRONG;
  return right.length === parts.length ? likeness(value, parts) : Object.fromEntries(right.map(pairOf));
}

type Part = readonly [name: string, given: unknown, checked: unknown];

const pairOf = ([name, , checked]: Part) => [name, checked] as const;

/** The value itself where nothing below it was left out. */
function likeness(value: object, parts: readonly Part[]): object {
  return parts.every(([, given, checked]) => given === checked) ? value : Object.fromEntries(parts.map(pairOf));
}

/** What is `undefined` is not there. */
function partsOf(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, part]) => part !== undefined);
}

function wrong({ report, where, costs }: Place, mistake: string): typeof WRONG {
  report(where, mistake, costs);
  return WRONG;
}

function nameOf(kind: Kind, value: unknown): string {
  const name =
    'words' in kind && kind.named !== undefined && isObject(value) ? Reflect.get(value, kind.named) : undefined;
  return typeof name === 'string' ? ` (${name})` : '';
}

function below(where: string, name: string): string {
  if (!/^[\w$-]+$/.test(name)) return `${where}[${show(name)}]`;
  return where === '' ? name : `${where}.${name}`;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
