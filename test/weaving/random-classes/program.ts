// SPDX-License-Identifier: Apache-2.0
// What an application does with a random class, and what it sees.
import fc from 'fast-check';
import { type MethodName, methodNames } from './classes.js';
import { type Added, noteClass, noteObject } from './shape.js';
import { type AnyFunction, createPipe, isPlainPromise, plainNames, type ValueName, type World } from './world.js';

type Argument = ValueName | 'callback' | 'throwing callback' | 'options' | 'frozen options' | 'pipe' | 'factory';
const argumentNames: readonly Argument[] = [
  ...plainNames,
  'hostile proxy',
  'revoked proxy',
  'callback',
  'callback',
  'throwing callback',
  'options',
  'frozen options',
  'pipe',
  'factory',
];

const receivers = ['itself', 'itself', 'itself', 'nothing', 'proxy', 'another', 'created', 'primitive'] as const;

export interface Step {
  readonly does:
    | 'call'
    | 'static'
    | 'symbol'
    | 'construct'
    | 'derive'
    | 'replace'
    | 'delete'
    | 'set'
    | 'make'
    | 'new method'
    | 'at once';
  readonly name: MethodName;
  readonly on: (typeof receivers)[number];
  readonly args: readonly Argument[];
  readonly take: number;
  readonly leaves: 'break' | 'throw' | 'end';
}

export const program: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    does: fc.constantFrom(
      ...(['call', 'call', 'call', 'call', 'static', 'symbol', 'construct', 'derive'] as const),
      ...(['replace', 'delete', 'set', 'make', 'new method', 'at once'] as const),
    ),
    name: fc.constantFrom(...methodNames),
    on: fc.constantFrom(...receivers),
    args: fc.array(fc.constantFrom(...argumentNames), { maxLength: 3 }),
    take: fc.nat(3),
    leaves: fc.constantFrom('break', 'throw', 'end'),
  }),
  { minLength: 1, maxLength: 5 },
);

export interface Exports {
  readonly Thing: new (...args: unknown[]) => object;
  readonly make: AnyFunction;
  readonly derive: (Base: unknown) => new (...args: unknown[]) => object;
  readonly L0: object;
}

/** How long each step took to settle, in microtasks, and how many calls it made. */
export interface Pace {
  readonly turns: number;
  readonly calls: number;
}

/** Runs the program; everything that is seen goes into the log. */
export async function run(
  world: World,
  exports: Exports,
  steps: readonly Step[],
  added: Added,
  isExact: boolean,
): Promise<Pace[]> {
  const paces: Pace[] = [];
  const attempt = async (action: () => unknown, step: Step): Promise<void> => {
    const calls = world.calls;
    let turns = 0;
    try {
      turns = await consume(world, action(), step);
    } catch (error) {
      world.note('threw', error);
    }
    await world.tick(12);
    paces.push({ turns, calls: world.calls - calls });
  };
  noteClass(world, exports.Thing, added);
  let thing: object = {};
  const construct = (Class: new (...args: unknown[]) => object, label: string, args: readonly unknown[]) => {
    thing = new Class(...args);
    world.name(thing, label);
    world.log.push(
      `${label} ${thing instanceof exports.Thing} ${thing.constructor === Class} ${Object.prototype.toString.call(thing)}`,
    );
    noteObject(world, thing, added);
    return 'made';
  };
  await attempt(() => construct(exports.Thing, 'the first', []), steps[0] as Step);
  for (const [at, step] of steps.entries()) {
    const args = step.args.map((name, index) => argument(world, name, `${at}.${index}`));
    await attempt(() => act(at, step, args), step);
  }
  noteClass(world, exports.Thing, added);
  noteObject(world, thing, added);
  return paces;

  function act(at: number, { does, name, on }: Step, args: readonly unknown[]): unknown {
    const self = receiver(world, thing, on, at);
    const methods = thing as Record<MethodName, AnyFunction>;
    switch (does) {
      case 'call':
        return on === 'itself' ? methods[name](...args) : Reflect.apply(methods[name], self, args);
      case 'static':
        return (exports.Thing as unknown as typeof methods)[name](...args);
      case 'symbol':
        return (thing as Record<symbol, AnyFunction>)[Symbol.for(name)]?.(...args);
      case 'construct':
        if (on === 'nothing') return Reflect.apply(exports.Thing, undefined, args);
        return construct(exports.Thing, `thing ${at}`, args);
      case 'derive': {
        const Derived = world.name(exports.derive(exports.Thing), `Derived ${at}`) as typeof exports.Thing;
        if (on === 'another') thing = Reflect.construct(exports.Thing, args, Derived);
        const made = construct(Derived, `derived ${at}`, args);
        return [made, Object.getPrototypeOf(Derived) === exports.Thing].join();
      }
      case 'replace': {
        const before = methods[name];
        methods[name] = function (...given) {
          world.log.push('replaced');
          return Reflect.apply(before, this, given);
        };
        return methods[name](...args);
      }
      case 'delete': {
        const owner: object = Object.getPrototypeOf(thing);
        return owner === Object.prototype || Reflect.deleteProperty(owner, name);
      }
      case 'set':
        (thing as Record<string, unknown>)[name] = args[0];
        return (thing as Record<string, unknown>)[name] === args[0];
      case 'make':
        return on === 'nothing' ? Reflect.construct(exports.make, args) : exports.make(...args);
      case 'new method':
        return Reflect.construct(methods[name], args);
      case 'at once': {
        // How two calls take turns is their own affair, as long as nobody adds turns.
        if (!isExact) return methods[name](...args);
        return Promise.allSettled([methods[name](...args), methods[name]()]).then((all) =>
          all.map(({ status }) => status).join(),
        );
      }
    }
  }
}

function argument(world: World, name: Argument, label: string): unknown {
  const callback = () => world.callback(`callback ${label}`, name === 'throwing callback');
  switch (name) {
    case 'callback':
    case 'throwing callback':
      return callback();
    case 'options':
      return { onEvent: callback(), routes: [{ handle: callback() }] };
    case 'frozen options':
      return Object.freeze({ onEvent: callback(), routes: Object.freeze([Object.freeze({ handle: callback() })]) });
    case 'pipe':
      return createPipe();
    case 'factory':
      return world.name(world.make.factory(), `factory ${label}`);
    default:
      return world.give(name);
  }
}

function receiver(world: World, thing: object, on: Step['on'], at: number): unknown {
  switch (on) {
    case 'nothing':
      return undefined;
    case 'proxy':
      return world.name(new Proxy(thing, {}), `proxy ${at}`);
    case 'another':
      return world.name({}, `another ${at}`);
    case 'created':
      return world.name(Object.create(thing), `created ${at}`);
    case 'primitive':
      return 5;
    default:
      return thing;
  }
}

/**
 * Looks at what a call gave as an application would: waits for it, reads it, calls it.
 *
 * @returns how many microtasks it took to settle
 */
async function consume(world: World, given: unknown, { take, leaves }: Step): Promise<number> {
  let turns = 0;
  let value = given;
  if (isPlainPromise(given)) {
    world.note('gave', given);
    const settled = { is: false };
    const done = () => {
      settled.is = true;
    };
    (given as Promise<unknown>).then(done, done);
    for (; !settled.is && turns < 200; turns++) await null;
    value = world.note('settled', await given);
  } else {
    world.note('gave', given);
    value = world.note('awaited', await given);
  }
  if (typeof value === 'function') {
    world.note('called', (value as AnyFunction)('x'));
  } else if (isObject(value)) {
    await consumeObject(world, value, take, leaves);
  }
  return turns;
}

async function consumeObject(world: World, value: object, take: number, leaves: Step['leaves']): Promise<void> {
  const { append, child, next, read } = value as Record<string, unknown>;
  world.log.push(`keys ${Object.keys(value)}`);
  if (typeof append === 'function') world.note('appended', Reflect.apply(append, value, ['y']));
  if (typeof (child as { beta?: unknown } | undefined)?.beta === 'function')
    world.note('child', (child as { beta(of: number): unknown }).beta(1));
  if (typeof read === 'function' && take === 0) {
    await new Promise((resolve) => {
      const stream = value as NodeJS.ReadableStream;
      stream.on('data', (item) => void world.note('item', String(item))).on('close', () => resolve(undefined));
    });
    return;
  }
  if (typeof read !== 'function' && typeof next !== 'function' && !(Symbol.iterator in value)) return;
  let left = take;
  try {
    for await (const item of value as AsyncIterable<unknown>) {
      world.note('item', item);
      if (left-- === 0 && leaves === 'break') break;
      if (left < 0 && leaves === 'throw') throw world.give('error');
      if (left < -20) break;
    }
  } finally {
    if (typeof next === 'function') {
      const { done, value: last } = (await Reflect.apply(next as AnyFunction, value, [])) as IteratorResult<unknown>;
      world.note(`next ${done}`, last);
    }
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
