// SPDX-License-Identifier: Apache-2.0
// Says of every function that the target exports, and of every method of its classes, what reflection can see.
import { inspect, types } from 'node:util';
import type { AnyFunction } from '../../../src/weaving/functions.js';
import { type Program, subPaths } from '../../../testkit/whole-library.js';

export const program: Program = (library) =>
  Object.fromEntries(
    subPaths.flatMap((path) =>
      Object.entries(describedExports(library[path])).map(([name, seen]) => [`${path}.${name}`, seen]),
    ),
  );

/** Of a module's exports, those that are functions. */
export function describedExports(exports: object): Described {
  return Object.fromEntries(
    Object.entries(exports)
      .filter(([, value]) => typeof value === 'function')
      .map(([name, value]) => [name, described(value)]),
  );
}

/** The source text of a module's functions and of the methods of its classes: it tells a stand-in from the original. */
export function textsOf(exports: object): string[] {
  return Object.values(exports)
    .filter((value) => typeof value === 'function')
    .flatMap((value: AnyFunction & { prototype?: object | null }) => [
      value,
      ...methodsOf(value),
      ...methodsOf(value.prototype),
    ])
    .map(String);
}

function methodsOf(owner: object | null | undefined): unknown[] {
  return Object.values(Object.getOwnPropertyDescriptors(owner ?? {}))
    .flatMap(({ value, get, set }) => [value, get, set])
    .filter((value) => typeof value === 'function');
}

function described(exported: AnyFunction) {
  const { prototype } = exported as { prototype?: object | null };
  return {
    itself: functionSeen(exported),
    statics: membersOf(exported),
    methods: prototype == null ? null : membersOf(prototype),
    superChain: chainOf(exported),
  };
}

function membersOf(owner: object) {
  return Object.fromEntries(
    Reflect.ownKeys(owner).map((key) => {
      const { value, get, set, ...flags } = Object.getOwnPropertyDescriptor(owner, key) ?? {};
      return [
        String(key),
        {
          flags,
          accessor: [typeof get, typeof set],
          value: typeof value === 'function' ? functionSeen(value) : typeof value,
        },
      ];
    }),
  );
}

function functionSeen(seen: AnyFunction) {
  return {
    name: seen.name,
    length: seen.length,
    ownKeys: Reflect.ownKeys(seen).map(String),
    prototypeOf: Object.getPrototypeOf(seen)?.constructor?.name,
    tag: Object.prototype.toString.call(seen),
    inspected: inspect(seen, { depth: 0, compact: true }).split('\n')[0],
    async: types.isAsyncFunction(seen),
    generator: types.isGeneratorFunction(seen),
    constructible: isConstructible(seen),
    extensible: Object.isExtensible(seen),
  };
}

function chainOf(start: object): string[] {
  const names: string[] = [];
  for (let link: object | null = start; typeof link === 'function'; link = Object.getPrototypeOf(link)) {
    names.push((link as AnyFunction).name);
  }
  return names;
}

function isConstructible(seen: AnyFunction): boolean {
  try {
    Reflect.construct(Object, [], seen);
    return true;
  } catch {
    return false;
  }
}

export type Described = Record<string, ReturnType<typeof described>>;
