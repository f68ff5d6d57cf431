// SPDX-License-Identifier: Apache-2.0
// Values that somebody may pass where something else is wanted, and of which much cannot be asked: each is made anew, by name.

const throwing = (): never => {
  throw new Error('not today');
};

/** Where an object of its own traps refuses everything. */
function refusing(target: object): object {
  const traps = Object.getOwnPropertyNames(Reflect).map((name) => [name, throwing]);
  return new Proxy(target, Object.fromEntries(traps));
}

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

class Instance {
  readonly #secret = 1;
  get secret(): number {
    return this.#secret;
  }
}

export const hostileValues = {
  null: () => null,
  'a number': () => 7.5,
  NaN: () => Number.NaN,
  'a BigInt': () => 7n,
  'a symbol': () => Symbol('hostile'),
  'a megabyte of text': () => 'x'.repeat(2 ** 20),
  'a function': () => () => 'garbage',
  'a class': () => Instance,
  'an instance of a class': () => new Instance(),
  'a map': () => new Map([['stores', 'on']]),
  'a date': () => new Date(0),
  'a promise': () => Promise.resolve({}),
  'an array with a hole': () => Object.assign([], { 1: 1 }),
  'an array without an end': () => {
    const list: unknown[] = [];
    list.length = 2 ** 32 - 1;
    return list;
  },
  'an object without a prototype': () => Object.assign(Object.create(null), { hostile: 1 }),
  'an object that contains itself': () => {
    const object: Record<string, unknown> = {};
    object.itself = object;
    return object;
  },
  'a frozen object': () => Object.freeze({ hostile: Object.freeze([1]) }),
  'an object of a symbol': () => ({ [Symbol('hostile')]: 1, hostile: 1 }),
  'a getter that throws': () => Object.defineProperty({}, 'hostile', { enumerable: true, get: throwing }),
  'an object whose toString and toJSON throw': () =>
    Object.defineProperties({ hostile: 1 }, { toString: { value: throwing }, toJSON: { value: throwing } }),
  'an object whose toJSON lies': () => Object.defineProperty({ hostile: 1 }, 'toJSON', { value: () => undefined }),
  'a proxy that refuses everything': () => refusing({}),
  'a list that refuses everything': () => refusing([]),
  'a revoked proxy': () => revoked({}),
  'a revoked list': () => revoked([]),
  'a revoked function': () => revoked(() => {}),
} as const satisfies Readonly<Record<string, () => unknown>>;

export type Hostile = keyof typeof hostileValues;

export const hostileNames = Object.keys(hostileValues) as readonly Hostile[];

/** What may be thrown. */
export const hostileThrows = {
  'an error': () => new Error('not today'),
  undefined: () => undefined,
  'an error of a megabyte': () => new Error('x'.repeat(2 ** 20)),
  'an error whose message throws': () => Object.defineProperty(new Error(), 'message', { get: throwing }),
  'an object without a text': () => Object.create(null),
  'an object whose toString throws': () => ({ toString: throwing }),
  'a symbol': () => Symbol('hostile'),
  'a revoked proxy': () => revoked({}),
} as const satisfies Readonly<Record<string, () => unknown>>;
