// SPDX-License-Identifier: Apache-2.0
// What may stand in a table, as data: kinds of values, and of what others are made.

import { types } from 'node:util';

/** A value that has no parts. */
export interface Leaf {
  readonly accepted: string;
  readonly is: (value: unknown) => boolean;
}

/** An object of known words. */
export interface Words {
  readonly words: Readonly<Record<string, Kind>>;
  readonly needs?: readonly string[] | undefined;
  /** Words of which one or more must be there: what is woven. */
  readonly some?: readonly string[] | undefined;
  /** The word whose text names the object in messages. */
  readonly named?: string | undefined;
}

/** An object of any keys, or of those that are accepted. */
export interface Keyed {
  readonly keyed: Kind;
  readonly keys?: Leaf | undefined;
  /** What is left out instead of the whole, as a message calls it, where one of its values has a mistake. */
  readonly costs?: string | undefined;
  /** What its keys are to the words after it. */
  readonly declares?: string | undefined;
}

/** One of the names that the library declares. */
export interface Name {
  readonly among: string;
}

export interface List {
  readonly list: Kind;
  /** One entry or more. */
  readonly some?: boolean | undefined;
  readonly costs?: string | undefined;
}

/** A kind that contains itself. */
export interface Later {
  readonly later: () => Kind;
}

export type Kind = Leaf | Words | Keyed | List | Later | Name;

/** Words for all keys of a type, and no others: a word that the vocabulary gets must be known here as well. */
export type WordsOf<T> = Readonly<Record<keyof T, Kind>>;

export const text: Leaf = { accepted: 'a text', is: (value) => typeof value === 'string' && value !== '' };
export const flag: Leaf = { accepted: 'true or false', is: (value) => typeof value === 'boolean' };
export const number: Leaf = { accepted: 'a number', is: (value) => Number.isFinite(value) };
export const index: Leaf = { accepted: 'a whole number', is: (value) => Number.isInteger(value) && Number(value) >= 0 };
export const family: Name = { among: 'families' };
export const option: Name = { among: 'options' };
/** Its value is wanted at once: of an async one or a generator there is none, and a rejection would end the process. */
export const fn: Leaf = {
  accepted: 'a function that is not async',
  is: (value) => typeof value === 'function' && !types.isAsyncFunction(value) && !types.isGeneratorFunction(value),
};
/** One whose value may be waited for. */
export const asyncFn: Leaf = { accepted: 'a function', is: (value) => typeof value === 'function' };

export function either(...kinds: readonly [Leaf, ...Leaf[]]): Leaf {
  return {
    accepted: kinds.map(({ accepted }) => accepted).join(' or '),
    is: (value) => kinds.some((kind) => kind.is(value)),
  };
}

export function oneOf(...values: readonly unknown[]): Leaf {
  return { accepted: values.join(', '), is: (value) => values.includes(value) };
}

/** The texts of a type, all of them: one that it gets must be known here as well. */
export function textsOf<T extends string>(texts: Readonly<Record<T, true>>): Leaf {
  return oneOf(...Object.keys(texts));
}

export function matching(accepted: string, pattern: RegExp): Leaf {
  return { accepted, is: (value) => typeof value === 'string' && pattern.test(value) };
}
