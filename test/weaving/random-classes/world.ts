// SPDX-License-Identifier: Apache-2.0
// What a random class can touch, and the log of all that can be seen of it. A bare class and its woven twin each have a world of their
// own, in which the same things have the same labels: identity is compared by those.
import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import { map, Subject } from 'rxjs';

export type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** How closely twins are compared. */
export interface Closeness {
  /** A plain promise is the very one that was returned. */
  readonly promises: boolean;
  /** A function is handed on as it is each time. */
  readonly functions: boolean;
}

const trap = (): never => {
  throw new Error('trap');
};
const traps = {
  get: trap,
  set: trap,
  has: trap,
  getPrototypeOf: trap,
  ownKeys: trap,
  getOwnPropertyDescriptor: trap,
  isExtensible: trap,
};

class SubPromise extends Promise<unknown> {}

/** What methods return, throw and are given. */
const values = {
  undefined: () => undefined,
  null: () => null,
  'minus zero': () => -0,
  NaN: () => Number.NaN,
  'empty text': () => '',
  text: () => 'text',
  bigint: () => 10n,
  symbol: () => Symbol.for('symbol'),
  true: () => true,
  object: () => ({ traceless: 1 }),
  'frozen object': () => Object.freeze({ append: () => 'appended' }),
  'sealed object': () => Object.seal({ child: { beta: () => 'of a child' } }),
  bare: () => Object.create(null),
  list: () => [1, 2, 3],
  'frozen list': () => Object.freeze([1, 2]),
  date: () => new Date(0),
  map: () => new Map([[1, 2]]),
  error: () => new RangeError('refused'),
  'error with a code': () => Object.assign(new Error('gone'), { code: 'ECONNRESET', name: 7 }),
  'frozen error': () => Object.freeze(new TypeError('cold')),
  'error that cannot be read': () => Object.defineProperty(new Error('dark'), 'message', { get: trap }),
  'revoked proxy': () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  'hostile proxy': () => new Proxy({}, traps),
  'hostile then': () => Object.defineProperty({}, 'then', { get: trap }),
  promise: () => Promise.resolve('settled'),
  'frozen promise': () => Object.freeze(Promise.resolve('cold')),
  'rejected promise': () => silenced(Promise.reject(new Error('rejected'))),
  'rejected with nothing': () => silenced(Promise.reject(undefined)),
  'promise of a kind': () => SubPromise.resolve('of a kind'),
  'promise with a property': () => Object.assign(Promise.resolve('own'), { cancel: () => 'cancelled' }),
  iterator: () => [1, 2, 3].values(),
  'iterator by hand': () => ({ next: () => ({ done: true, value: 'by hand' }) }),
  'frozen iterator': () => Object.freeze({ next: () => ({ done: true, value: 'cold' }) }),
  emitter: () => new EventEmitter(),
} as const satisfies Record<string, () => unknown>;

export type ValueName = keyof typeof values;
export const valueNames = Object.keys(values) as ValueName[];
export const plainNames: readonly ValueName[] = ['undefined', 'text', 'object', 'frozen object', 'error', 'NaN'];

function silenced<T>(promise: Promise<T>): Promise<T> {
  promise.then(undefined, () => {});
  return promise;
}

export interface World {
  readonly log: string[];
  /** How many calls there were that may have a promise of their own. */
  calls: number;
  /** Something asynchronous was begun that nobody waits for. */
  background: boolean;
  readonly name: (value: unknown, label: string) => unknown;
  readonly label: (value: unknown) => string;
  readonly note: <T>(what: string, value?: T) => T;
  readonly called: (what: string, self: unknown, args: ArrayLike<unknown>, target?: unknown) => void;
  readonly give: (name: ValueName) => unknown;
  /** Settles after so many microtasks. */
  readonly tick: (turns: number) => Promise<void>;
  /** Something that a call below has returned, in the body of a function that does not wait. */
  readonly pass: (returned: unknown) => unknown;
  readonly callback: (label: string, throws: boolean) => AnyFunction;
  /** Things that are made anew by each call. */
  readonly make: Readonly<Record<Made, () => unknown>>;
  readonly through: (make: unknown) => string;
}

export type Made = 'factory' | 'function' | 'readable' | 'lazy' | 'later' | 'iterable';
export const mades = ['factory', 'function', 'readable', 'lazy', 'later', 'iterable'] as const satisfies Made[];

export function createWorld(closeness: Closeness): World {
  const labels = new Map<unknown, string>();
  const handed = new Map<unknown, number>();
  const given = new Map<ValueName, unknown>();
  const log: string[] = [];
  let met = 0;
  const isObject = (value: unknown) => (typeof value === 'object' && value !== null) || typeof value === 'function';

  const label = (value: unknown): string => {
    if (typeof value === 'string' && SOURCE_TEXT.test(value)) return 'a source text';
    if (!isObject(value)) return inspect(value);
    if (!closeness.promises && isPlainPromise(value)) return 'a promise';
    const known = labels.get(value) ?? `${tagOf(value)} #${met++}`;
    labels.set(value, known);
    return known;
  };
  /** Of an argument: handlers, and options that have some, are handed on as others. */
  const labelGiven = (value: unknown): string => {
    if (typeof value === 'function') {
      if (closeness.functions) handed.set(value, handed.get(value) ?? handed.size);
      return `${tagOf(value)} given ${closeness.functions ? handed.get(value) : ''}`;
    }
    const options = optionsIn(value);
    if (options === undefined) return label(value);
    return `options ${Object.keys(options)} ${Object.isFrozen(options)} ${labelGiven(options.onEvent)} ${labelGiven(options.routes[0]?.handle)}`;
  };
  const world: World = {
    log,
    calls: 0,
    background: false,
    name(value, name) {
      if (isObject(value)) labels.set(value, name);
      return value;
    },
    label,
    note(what, value) {
      log.push(`${what} ${label(value)}`);
      return value as never;
    },
    called(what, self, args, target) {
      world.calls += 1;
      const list = Array.from(args, labelGiven);
      log.push(`${what} on ${label(self)} (${list.join('; ')}) new ${target === undefined ? 'no' : label(target)}`);
    },
    give(name) {
      if (!given.has(name)) given.set(name, world.name(values[name](), name));
      return given.get(name);
    },
    async tick(turns) {
      for (let turn = 0; turn < turns; turn++) await null;
    },
    pass(returned) {
      if (returned instanceof Promise) {
        world.background = true;
        returned.then(undefined, () => {});
      }
      return returned;
    },
    callback: (name, throws) =>
      function callback(this: unknown, ...args: unknown[]) {
        log.push(`${name} called (${args.map(label).join('; ')})`);
        if (throws) throw world.give('error');
        return world.give('text');
      },
    make: {
      factory: () => ({
        append(this: unknown, ...args: unknown[]) {
          world.called('append', undefined, args);
          return world.give('object');
        },
        child: { beta: (...args: unknown[]) => world.called('child', undefined, args) },
      }),
      function: () =>
        function made(this: unknown, ...args: unknown[]) {
          world.called('made', this, args);
          return world.give('text');
        },
      readable: () => Readable.from([1, 'two', { three: 3 }]),
      lazy: () => ({
        // biome-ignore lint/suspicious/noThenProperty: how often a lazy thenable is run is what is looked at
        then(resolve: (value: unknown) => void) {
          log.push('a lazy one runs');
          resolve('lazily');
        },
      }),
      later: () => world.tick(3).then(() => 'later'),
      iterable: () => ({
        *[Symbol.iterator]() {
          yield 1;
          yield 2;
        },
      }),
    },
    through: (make) => {
      const isPipe = typeof make === 'function' && make.name === 'pipe';
      return isPipe ? throughPipe(make as AnyFunction, log) : 'no pipe';
    },
  };
  return world;
}

interface Options {
  readonly onEvent: unknown;
  readonly routes: readonly { readonly handle: unknown }[];
}

function optionsIn(value: unknown): Options | undefined {
  try {
    return Object.hasOwn(Object(value), 'onEvent') ? (value as Options) : undefined;
  } catch {
    return undefined;
  }
}

/** A function from a stream to a stream, by rxjs. */
export function createPipe(): AnyFunction {
  return function pipe(stream) {
    return (stream as Subject<unknown>).pipe(map((item) => [item]));
  };
}

function throughPipe(make: AnyFunction, log: string[]): string {
  const subject = new Subject<unknown>();
  const out = make(subject) as Subject<unknown>;
  const subscription = out.subscribe({
    next: (item) => void log.push(`out ${inspect(item)}`),
    complete: () => void log.push('out is complete'),
  });
  for (const item of [1, undefined, {}]) subject.next(item);
  subject.complete();
  return `closed ${subscription.closed}`;
}

export function isPlainPromise(value: unknown): boolean {
  try {
    return (
      value instanceof Promise &&
      Object.getPrototypeOf(value) === Promise.prototype &&
      Reflect.ownKeys(value).every((key) => typeof key === 'symbol')
    );
  } catch {
    return false;
  }
}

/** Of a class; nothing can imitate it. */
const SOURCE_TEXT = /^class |function |native code/;

/** What the messages of V8 say of functions, and of the same mistake where a proxy is in between. */
const SOURCE = /^.*(?= is not a constructor)/s;

/** What can be said of anything, in a word. */
export function tagOf(value: unknown): string {
  try {
    if (typeof value === 'function') return `ƒ ${String(value.name)}/${value.length}`;
    if (value instanceof Error)
      return `${value.name}: ${value.message.replace(SOURCE, '').replace('Cannot define', 'Cannot add')}`;
    return Object.prototype.toString.call(value);
  } catch {
    return 'what cannot be looked at';
  }
}
