// SPDX-License-Identifier: Apache-2.0
// Compares a value with what may stand there, reading each part once, and leaves out what has a mistake: the row, else the aspect,
// else the library. In use is a copy, so that nothing of what was given can change afterwards, throw or lie.
import { reasonOf } from '../reasons.js';
import { show } from '../settings.js';
import { cut } from '../weaving/texts.js';
import type { Keyed, Kind, Leaf, List, Name, Words } from './kinds.js';

/** A mistake, where it is, and what it costs. */
export type Report = (where: string, mistake: string, costs: string) => void;

/** Something in it, which nothing between contains, has a mistake. */
export const WRONG = Symbol('wrong');

/** Entries of a list. */
const LONGEST = 10_000;
/** Characters. */
const LONGEST_NAME = 100;

/** What holds for the whole walk. */
interface Walk {
  readonly report: Report;
  /** What is copied already, by kind: what is one object in several places stays one. */
  readonly copies: Map<Kind, Map<object, unknown>>;
  /** Names that were declared so far. */
  readonly names: Map<string, readonly string[]>;
}

/** What the walk has come to. */
interface Place extends Walk {
  readonly where: string;
  readonly costs: string;
  /** The objects that it is in. */
  readonly above: readonly object[];
}

/** @returns a copy of the value without what is left out; {@link WRONG} where that is all of it */
export function checked(kind: Kind, value: unknown, report: Report): unknown {
  return check(kind, value, {
    report,
    copies: new Map(),
    names: new Map(),
    where: '',
    costs: 'The library',
    above: [],
  });
}

function check(kind: Kind, value: unknown, place: Place): unknown {
  if ('later' in kind) return check(kind.later(), value, place);
  try {
    const isList = Array.isArray(value);
    if (isList && value.length > LONGEST) return wrong(place, `it has more than ${LONGEST} entries`);
    if ('is' in kind) return checkLeaf(kind, value, place);
    if ('among' in kind) return checkName(kind, value, place);
    if ('list' in kind ? !isList : !isObject(value)) {
      return wrong(place, `${show(value)} is not usable; accepted: ${'list' in kind ? 'a list' : 'an object'}`);
    }
    return checkOnce(kind, value as object, place);
  } catch (error) {
    return wrong(place, `it cannot be read: ${reasonOf(error)}`);
  }
}

function checkOnce(kind: List | Keyed | Words, value: object, place: Place): unknown {
  const known = place.copies.get(kind) ?? new Map<object, unknown>();
  place.copies.set(kind, known);
  if (known.has(value)) return known.get(value);
  if (place.above.includes(value)) return wrong(place, 'it contains itself');
  const inside = { ...place, above: [...place.above, value] };
  const copy = checkParts(kind, value, inside);
  if (copy === WRONG) return WRONG;
  known.set(value, copy);
  return Object.freeze(copy);
}

function checkParts(kind: List | Keyed | Words, value: object, place: Place): unknown {
  if ('list' in kind) return checkList(kind, value as readonly unknown[], place);
  return 'words' in kind ? checkWords(kind, value, place) : checkKeyed(kind, value, place);
}

function checkLeaf({ is, accepted }: Leaf, value: unknown, place: Place): unknown {
  // Not by its iterator, which may be anything.
  const entries = Array.isArray(value) ? (value as readonly unknown[]) : undefined;
  const copy = entries && Array.from({ length: entries.length }, (_, index) => entries[index]);
  const given = copy === undefined ? value : Object.freeze(copy);
  return is(given) ? given : wrong(place, `${show(value)} is not usable; accepted: ${accepted}`);
}

function checkName({ among }: Name, value: unknown, place: Place): unknown {
  if (typeof value !== 'string') return wrong(place, `${show(value)} is not usable; accepted: a text`);
  const names = place.names.get(among);
  if (names === undefined || names.includes(value)) return value;
  return wrong(place, `${show(value)} is none of the ${among} of the library; accepted: ${names.join(', ')}`);
}

function checkList({ list, costs, some }: List, value: readonly unknown[], place: Place): unknown {
  // A hole is an entry as well.
  const items = Array.from({ length: value.length }, (_, index) => {
    const there = { ...place, where: `${place.where}[${index}]`, costs: costs ?? place.costs };
    return checkPart(list, value, String(index), there);
  });
  if (some === true && items.length === 0) return wrong(place, 'none is named; accepted: a list of one or more');
  if (!items.includes(WRONG)) return items;
  return costs === undefined ? WRONG : items.filter((item) => item !== WRONG);
}

function checkWords({ words, needs = [], some = [], named }: Words, value: object, given: Place): unknown {
  const place = named === undefined ? given : { ...given, where: given.where + nameOf(value, named) };
  const accepted = Object.keys(words).join(', ');
  // In the order of the words, since one may declare what another names; those that a class inherits are there, too.
  const known = Object.entries(words).flatMap(([name, kind]) => {
    const there = { ...place, where: below(place.where, name) };
    if ('declares' in kind && kind.declares !== undefined) place.names.set(kind.declares, []);
    const copy = name in value ? checkPart(kind, value, name, there) : undefined;
    if (copy !== undefined) return [[name, copy] as const];
    return needs.includes(name) ? [[name, wrong(place, `the word ${name} is missing`)] as const] : [];
  });
  const others = Object.keys(value).filter((name) => !Object.hasOwn(words, name) && partOf(value, name) !== undefined);
  for (const name of others) wrong(place, `unknown word ${show(name)}; accepted: ${accepted}`);
  if (others.length > 0 || known.some(([, copy]) => copy === WRONG)) return WRONG;
  const copy = Object.fromEntries(known);
  if (some.length === 0 || some.some((name) => copy[name] !== undefined)) return copy;
  return wrong(place, `nothing to weave; accepted: one or more of ${some.join(', ')}`);
}

function checkKeyed({ keyed, keys, costs, declares }: Keyed, value: object, place: Place): unknown {
  const parts = Object.keys(value).flatMap((name) => {
    const there = { ...place, where: below(place.where, name), costs: costs ?? place.costs };
    if (keys !== undefined && !keys.is(name)) {
      return [[name, wrong(there, `${show(name)} is not usable; accepted: ${keys.accepted}`)] as const];
    }
    const copy = checkPart(keyed, value, name, there);
    return copy === undefined ? [] : [[name, copy] as const];
  });
  const right = parts.filter(([, copy]) => copy !== WRONG);
  if (declares !== undefined)
    place.names.set(
      declares,
      parts.map(([name]) => name),
    );
  if (right.length < parts.length && costs === undefined) return WRONG;
  return Object.fromEntries(right);
}

/** What is `undefined` is not there, but in a list. */
function checkPart(kind: Kind, owner: object, name: string, place: Place): unknown {
  let part: unknown;
  try {
    part = Reflect.get(owner, name);
  } catch (error) {
    return wrong(place, `it cannot be read: ${reasonOf(error)}`);
  }
  return part === undefined && !Array.isArray(owner) ? undefined : check(kind, part, place);
}

function partOf(owner: object, name: string): unknown {
  try {
    return Reflect.get(owner, name);
  } catch (error) {
    return error ?? WRONG;
  }
}

function wrong({ report, where, costs }: Place, mistake: string): typeof WRONG {
  report(where, mistake, costs);
  return WRONG;
}

function nameOf(value: object, named: string): string {
  const name = partOf(value, named);
  return typeof name === 'string' ? ` (${cut(name, LONGEST_NAME)})` : '';
}

function below(where: string, name: string): string {
  if (!/^[\w$-]+$/.test(name) || name.length > LONGEST_NAME) return `${where}[${show(name)}]`;
  return where === '' ? name : `${where}.${name}`;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
