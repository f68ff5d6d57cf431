// SPDX-License-Identifier: Apache-2.0
import { signatures } from './signatures/signatures.js';

type Named = Readonly<Record<string, unknown>>;

interface Signature {
  readonly positional: readonly { readonly names: readonly string[]; readonly optional: boolean }[];
  readonly options: readonly string[];
}

/**
 * Named parameters as the library wants them: positional, and one options object if any of its fields is given.
 *
 * @param classNames the name of the object's class and those of its parents, the nearest first
 * @param method the method, or `new`
 * @throws when no signature is known of the method, or a parameter is missing or unknown
 */
export function toArguments(classNames: readonly string[], method: string, parameters: Named): unknown[] {
  const called = `${classNames[0]}.${method}`;
  const { positional, options } = parse(signatureOf(classNames, method, called));
  const values = positional.map(({ names, optional }) => {
    const name = names.find((candidate) => candidate in parameters);
    if (name === undefined && !optional) throw new Error(`${called} needs the parameter ${names[0]}`);
    return { name, value: name === undefined ? undefined : parameters[name] };
  });
  const given = Object.keys(parameters);
  const unknown = given.find((name) => !options.includes(name) && !values.some((value) => value.name === name));
  if (unknown !== undefined) throw new Error(`${called} has no parameter ${unknown}`);

  const optional = given.filter((name) => options.includes(name)).map((name) => [name, parameters[name]]);
  if (optional.length > 0) return [...values.map(({ value }) => value), Object.fromEntries(optional)];
  return values.slice(0, values.findLastIndex(({ name }) => name !== undefined) + 1).map(({ value }) => value);
}

/** The names of an object's class and its parents, the nearest first. */
export function classNamesOf(object: object): string[] {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (typeof prototype !== 'object' || prototype === null) return [];
  return [prototype.constructor.name, ...classNamesOf(prototype)];
}

/** A class is in the signatures under its own name or the end of it (`SQLiteEventStore` is an `EventStore`), or a parent is. */
function signatureOf(classNames: readonly string[], method: string, called: string): string {
  for (const className of classNames) {
    const entries = Object.keys(signatures)
      .filter((name) => className.endsWith(name))
      .sort((one, other) => other.length - one.length);
    const found = entries.map((name) => signatures[name]?.[method]).find((signature) => signature !== undefined);
    if (found !== undefined) return found;
  }
  throw new Error(`the parameters of ${called} are not in the interpreter's table`);
}

function parse(signature: string): Signature {
  const [required = '', options = ''] = signature.replace('}', '').split('{');
  return {
    positional: list(required).map((parameter) => ({
      names: parameter.replace('?', '').split('|'),
      optional: parameter.endsWith('?'),
    })),
    options: list(options),
  };
}

function list(text: string): string[] {
  return text.split(',').flatMap((item) => item.trim() || []);
}
