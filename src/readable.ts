// SPDX-License-Identifier: Apache-2.0
// Whatever somebody passed → the same as plain data, in bounded size. Where a part cannot be read, a mark stands in its place, which
// is nothing that anybody accepts. Loads where the API is not installed.
import { reasonOf } from './reasons.js';
import { className } from './weaving/failure.js';

/** Levels of objects in each other. */
const DEEPEST = 8;
/** Parts of all of them together. */
const MOST = 10_000;
/** Begins what a mark says; no symbol of anybody else has it. */
const MARK = '\0';

/** What a message says in the place of a value. */
function mark(text: string): symbol {
  return Symbol(MARK + text);
}

/** The mark for a value that nothing can be asked of. */
export function unreadable(thrown: unknown): symbol {
  return mark(`a value that cannot be read (${reasonOf(thrown)})`);
}

/** What a mark says, or any other symbol. */
export function textOfSymbol(symbol: symbol): string {
  return symbol.description?.startsWith(MARK) === true ? symbol.description.slice(MARK.length) : String(symbol);
}

/** One part of an object. Never throws. */
export function partOf(owner: object, name: string): unknown {
  try {
    return Reflect.get(owner, name);
  } catch (error) {
    return unreadable(error);
  }
}

/** A copy without functions, that reads each part once. Never throws. */
export function readable(value: unknown): unknown {
  return copyOf(value, [], { left: MOST });
}

/** @param above the objects that the value is in */
function copyOf(value: unknown, above: readonly object[], parts: { left: number }): unknown {
  // One of the name toJSON would be called by whoever shows the copy.
  if (typeof value === 'function') return mark('a function');
  if (typeof value !== 'object' || value === null) return value;
  if (above.includes(value)) return mark('an object that contains itself');
  if (above.length === DEEPEST) return mark('an object with too many levels');
  const inside = [...above, value];
  try {
    const names = Array.isArray(value) ? undefined : Object.keys(value);
    const length = names?.length ?? (value as readonly unknown[]).length;
    if (!(length <= parts.left)) return mark('an object with too many entries');
    parts.left -= length;
    if (names === undefined) {
      return Array.from({ length }, (_, index) => copyOf(partOf(value, String(index)), inside, parts));
    }
    // Nothing of a map, a date or a promise is seen in this way.
    if (length === 0 && !isPlain(value)) return mark(`an object of ${className(value)}`);
    return Object.fromEntries(names.map((name) => [name, copyOf(partOf(value, name), inside, parts)]));
  } catch (error) {
    return unreadable(error);
  }
}

/** Whether it is written as `{ … }`, in whatever realm, or has no prototype. Throws what a proxy throws. */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
