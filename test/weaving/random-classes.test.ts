// SPDX-License-Identifier: Apache-2.0
// The law, over classes that nobody has thought of: a woven class and its bare twin cannot be told apart by what they do.
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { inspect } from 'node:util';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { AlwaysOffSampler, BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import fc from 'fast-check';
import type { Kind } from '../../src/tables/kinds.js';
import { aspect, row } from '../../src/tables/vocabulary.js';
import type { Aspect } from '../../src/weaving/aspect.js';
import { weaveClasses } from '../../src/weaving/classes.js';
import type { Runtime } from '../../src/weaving/runtime.js';
import { recordingLogs } from '../../testkit/signals.js';
import { testRuntime, weaveExported } from '../../testkit/telemetry.js';
import { type RandomClass, randomClass, sourceOf } from './random-classes/classes.js';
import { type Exports, type Pace, program, run, type Step } from './random-classes/program.js';
import { aspectsFor, type RandomTables, randomTables } from './random-classes/tables.js';
import { createWorld, type World } from './random-classes/world.js';

const CLASSES = Number(process.env.RANDOM_CLASSES ?? (process.env.REQUIRE_ALL === '1' ? 5000 : 500));
const FIXED_SEED = 20_261_129;
const seeds = [FIXED_SEED, Number(process.env.RANDOM_SEED ?? randomInt(2 ** 31))];

/** What there is of telemetry. */
const listeners = ['nobody', 'everybody', 'everybody', 'unsampled'] as const;
type Listener = (typeof listeners)[number];

const provider = new BasicTracerProvider();
const unsampled = new BasicTracerProvider({ sampler: new AlwaysOffSampler() });
const meters = new MeterProvider();

function runtimeFor(listener: Listener): Runtime {
  const runtime = testRuntime({
    family: (family) => (family === 'on' || family === 'off' ? family : 'auto'),
    option: (name) => name !== 'off',
    value: () => true,
    severity: () => 5,
  });
  if (listener === 'nobody') return runtime;
  runtime.providers.traces.use(listener === 'unsampled' ? unsampled : provider);
  runtime.providers.metrics.use(meters);
  runtime.providers.logs.use(recordingLogs().provider);
  return runtime;
}

interface Twin {
  readonly world: World;
  readonly paces: readonly Pace[];
}

type Program = [RandomClass, RandomTables, readonly Step[], Listener];

const compile = (source: string) => new Function('w', source) as (world: World) => Exports;

async function live(
  make: (world: World) => Exports,
  closeness: { promises: boolean; functions: boolean },
  steps: readonly Step[],
  weave: (exports: Exports) => void,
): Promise<Twin> {
  const world = createWorld(closeness);
  const made = make(Object.assign(world, { EventEmitter }));
  const own = new Map<object, ReadonlySet<PropertyKey>>();
  for (const owner of chainOf(made.Thing)) own.set(owner, new Set(Reflect.ownKeys(owner)));
  const exports = { ...made };
  weave(exports);
  world.name(exports.Thing, 'Thing');
  own.set(exports.Thing, own.get(made.Thing) ?? new Set());
  const added = (owner: object, key: PropertyKey) =>
    own.has(owner) ? own.get(owner)?.has(key) === false : isAddedToObjects(owner, key);
  return { world, paces: await run(world, exports, steps, added, closeness.promises) };
}

/** The classes and prototypes of a class, those of JavaScript as well. */
function chainOf(exported: object): object[] {
  const chain: object[] = [];
  for (let owner: object | null = exported; owner !== null; owner = Object.getPrototypeOf(owner)) {
    chain.push(owner);
    const { prototype } = owner as { readonly prototype?: object };
    if (prototype !== undefined) chain.push(prototype, prototype.constructor);
  }
  return chain;
}

/** Objects that a row reaches have methods of their own then, which no loop over their keys shows. */
function isAddedToObjects(owner: object, key: PropertyKey): boolean {
  if (typeof owner === 'function') return false;
  const { value, enumerable } = Object.getOwnPropertyDescriptor(owner, key) ?? {};
  return typeof value === 'function' && enumerable === false && !Object.hasOwn(owner, 'constructor');
}

/** Rejections that nobody has handled: a random class may leave some by itself. */
const unhandled: unknown[] = [];

async function unhandledIn<T>(work: () => Promise<T>): Promise<{ result: T; count: number }> {
  const before = unhandled.length;
  const result = await work();
  await new Promise((resolve) => setImmediate(resolve));
  return { result, count: unhandled.length - before };
}

async function compare([random, tables, steps, listener]: Program, used: (aspects: readonly Aspect[]) => void) {
  const aspects = aspectsFor(random, tables);
  used(aspects);
  const words = wordsIn(aspects);
  // What is wanted also without an SDK is waited for then, too.
  const isExact = listener === 'nobody' && !['reaches', 'keptBy', 'life'].some((word) => words.has(word));
  const closeness = { promises: isExact, functions: !words.has('callback') && !handsToConstructors(aspects) };
  const make = compile(sourceOf(random));
  const { result: bare, count: ofBare } = await unhandledIn(() => live(make, closeness, steps, () => {}));
  const { result: woven, count: ofWoven } = await unhandledIn(() =>
    live(make, closeness, steps, (exports) => {
      const runtime = runtimeFor(listener);
      weaveClasses(runtime, aspects, exports);
      weaveExported(runtime, aspects, exports);
    }),
  );
  assert.ok(ofWoven <= ofBare, `${ofWoven} unhandled rejections, ${ofBare} in the bare twin`);
  const isBackground = bare.world.background && !isExact;
  assertAlike(seen(woven.world, isBackground), seen(bare.world, isBackground));
  for (const [at, { turns, calls }] of bare.paces.entries()) {
    const later = (woven.paces[at]?.turns ?? 0) - turns;
    const allowed = isExact ? 0 : 4 * calls;
    assert.ok(later >= 0 && later <= allowed, `step ${at} settles ${later} microtasks later, of ${calls} calls`);
  }
}

/** Shows where they part, since logs are long. */
function assertAlike(woven: readonly string[], bare: readonly string[]): void {
  const at = bare.findIndex((line, index) => line !== woven[index]);
  if (at < 0 && woven.length === bare.length) return;
  const from = at < 0 ? bare.length : at;
  const part = (log: readonly string[]) => log.slice(Math.max(0, from - 4), from + 2).join('\n');
  assert.fail(`bare:\n${part(bare)}\n\nwoven:\n${part(woven)}`);
}

/** A failing program as text that can be read, and what repeats it. */
function report({ failed, counterexample, counterexamplePath, errorInstance, seed }: fc.RunDetails<[Program]>): void {
  if (!failed) return;
  const [[random, tables, steps, listener]] = counterexample ?? [[]];
  const shown = random === undefined ? '' : inspect([tables, steps, listener], { depth: 20, breakLength: 140 });
  throw new Error(
    `RANDOM_SEED=${seed}, path ${counterexamplePath}:\n${(errorInstance as Error | null)?.stack}\n\n${random && sourceOf(random)}\n\n${shown}`,
  );
}

/** What nobody waits for takes turns with the rest: then it counts what is seen, and not in which order. */
function seen({ log }: World, isBackground: boolean): readonly string[] {
  return isBackground ? log.map((line) => line.replace(/#\d+/g, '#')).sort() : log;
}

/** A base class is given a traced handler then, where the class below it has the handler itself: two functions instead of one. */
function handsToConstructors(aspects: readonly Aspect[]): boolean {
  return aspects.some(({ construct }) => construct?.reaches?.handlers !== undefined);
}

/** All keys of a table, at any depth. */
function wordsIn(value: unknown, words = new Set<string>()): Set<string> {
  if (typeof value !== 'object' || value === null) return words;
  for (const [key, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    if (!Array.isArray(value)) words.add(key);
    wordsIn(inner, words);
  }
  return words;
}

/** It gives the method an argument that its caller has not: a twin of any method shows it, and callbacks.test.ts has it. */
const SEEN = 'supplies';

/** All words of the vocabulary. */
function vocabulary(kind: Kind, seenKinds = new Set<Kind>(), words = new Set<string>()): Set<string> {
  if (seenKinds.has(kind)) return words;
  seenKinds.add(kind);
  const inner =
    'words' in kind
      ? Object.values(kind.words)
      : 'keyed' in kind
        ? [kind.keyed]
        : 'list' in kind
          ? [kind.list]
          : 'later' in kind
            ? [kind.later()]
            : [];
  if ('words' in kind) for (const word of Object.keys(kind.words)) words.add(word);
  for (const each of inner) vocabulary(each, seenKinds, words);
  return words;
}

describe('a woven class', () => {
  const note = (reason: unknown) => void unhandled.push(reason);
  const theirs = process.listeners('unhandledRejection');
  before(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    process.removeAllListeners('unhandledRejection');
    process.on('unhandledRejection', note);
  });
  after(() => {
    context.disable();
    process.removeListener('unhandledRejection', note);
    for (const listener of theirs) process.on('unhandledRejection', listener);
  });

  for (const seed of seeds) {
    it(`cannot be told from its bare twin, in ${CLASSES} random classes of RANDOM_SEED=${seed}`, async () => {
      const used = new Set<string>();
      await fc.assert(
        fc.asyncProperty(fc.tuple(randomClass, randomTables, program, fc.constantFrom(...listeners)), (random) =>
          compare(random, (aspects) => wordsIn(aspects, used)),
        ),
        { numRuns: CLASSES, seed, endOnFailure: process.env.RANDOM_SHRINK === undefined, reporter: report },
      );
      const unused = [...vocabulary(aspect), ...vocabulary(row)].filter((word) => !used.has(word) && word !== SEEN);
      assert.deepEqual(unused, [], 'words that no row has');
    }).timeout(600_000);
  }
});
