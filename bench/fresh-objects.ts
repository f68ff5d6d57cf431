// SPDX-License-Identifier: Apache-2.0
// npm run bench:fresh-objects: what it costs that a library gives its application a new object for each piece of work, of which five
// methods are woven, as Emmett gives a store for each session on PostgreSQL. No provider: this is paid by everybody. Only
// shown: between 41 and 106 µs on two cores that others used as well.
import type { Aspect, Rows } from '../src/weaving/aspect.js';
import { testRuntime, weaveExported } from '../testkit/telemetry.js';

const OBJECTS = 20_000;
const ROUNDS = 9;
const METHODS = ['append', 'read', 'aggregate', 'exists', 'close'] as const;

type Store = Readonly<Record<(typeof METHODS)[number], (given: number) => number>>;

function createStore(): Store {
  return {
    append: (given) => given,
    read: (given) => given,
    aggregate: (given) => given,
    exists: (given) => given,
    close: (given) => given,
  };
}

const woven = { createStore };
const result: Rows = Object.fromEntries(METHODS.map((method) => [method, { span: method }]));
const aspects: Aspect[] = [{ target: 'createStore', family: 'stores', call: { reaches: { result } } }];
weaveExported(testRuntime(), aspects, woven);
if (woven.createStore === createStore) throw new Error('nothing is woven');

/** Microseconds for each of many. */
function measure(create: () => Store): number {
  const before = process.hrtime.bigint();
  let sum = 0;
  for (let number = 0; number < OBJECTS; number++) sum += create().append(number);
  const nanos = Number(process.hrtime.bigint() - before);
  if (sum !== (OBJECTS * (OBJECTS - 1)) / 2) throw new Error('another sum');
  return nanos / 1000 / OBJECTS;
}

const least = (values: readonly number[]) => Math.min(...values);
const rounds = Array.from({ length: ROUNDS }, () => ({
  bare: measure(createStore),
  woven: measure(woven.createStore),
}));
const bare = least(rounds.map((round) => round.bare));
const more = least(rounds.map((round) => round.woven)) - bare;
console.log(`an object of ${METHODS.length} methods: ${bare.toFixed(2)} µs bare, ${more.toFixed(1)} µs more woven`);
