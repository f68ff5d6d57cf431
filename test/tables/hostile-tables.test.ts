// SPDX-License-Identifier: Apache-2.0
// Tables that are anything at all: each mistake is told with its place, costs its row only, and nothing is read again afterwards.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Library } from '../../src/libraries/library.js';
import { checkedLibraries } from '../../src/tables/libraries.js';
import { library as libraryKind } from '../../src/tables/library-words.js';
import { aspect as aspectKind, row as rowKind } from '../../src/tables/vocabulary.js';
import { hostileNames, hostileThrows, hostileValues } from '../../testkit/hostile.js';

const wordsOf = (kind: unknown) => Object.keys((kind as { readonly words: object }).words);
const read = { span: 'mine.read' };
const append = { span: 'mine.append' };
const right = (): Library => ({
  key: 'mine',
  packages: [{ name: 'mine' }],
  families: { stores: 'auto' },
  options: { loud: true },
  aspects: [
    { target: 'OrderStore', family: 'stores', methods: { append, read } },
    { target: 'Other', family: 'stores', call: read },
  ],
});

function check(given: unknown) {
  const said: string[] = [];
  return { library: checkedLibraries('mine.mjs', given, (complaint) => void said.push(complaint))[0], said };
}

/** The right one with the rows of its store. */
function withRows(methods: object): object {
  return { ...right(), aspects: [{ target: 'OrderStore', family: 'stores', methods }, right().aspects[1]] };
}

const AT = 'mine: aspects[0] (OrderStore)';

describe('a hostile table', () => {
  for (const word of wordsOf(rowKind)) {
    it(`costs its row only where the word ${word} of it is hostile, and says where`, () => {
      for (const name of hostileNames) {
        const { library, said } = check(withRows({ append: { ...append, [word]: hostileValues[name]() }, read }));
        const methods = library?.aspects[0]?.methods;
        assert.deepEqual(methods?.read, read, name);
        assert.deepEqual(library?.aspects[1], right().aspects[1], name);
        // Words of families, lists and options cost what is inside them.
        if (said.length === 0) assert.ok(methods?.append !== undefined, `${name} is neither used nor told`);
        for (const line of said) {
          assert.ok(line.startsWith(`${AT}.methods.append.${word}`), `${name}: ${line}`);
          assert.ok(line.endsWith('. The row is left out.') && line.length < 1200, line);
        }
      }
    });
  }

  for (const word of wordsOf(aspectKind)) {
    it(`costs its aspect only where the word ${word} of it is hostile, and says where`, () => {
      for (const name of hostileNames) {
        const [store, other] = right().aspects;
        const { library, said } = check({ ...right(), aspects: [{ ...store, [word]: hostileValues[name]() }, other] });
        assert.deepEqual(library?.aspects.at(-1), other, name);
        assert.ok(library?.aspects.length === 2 || said.length > 0, `${name} is not told`);
        for (const line of said)
          assert.match(line, /^mine: aspects\[0\].{1,1200} The (row|aspect) is left out\.$/, name);
      }
    });
  }

  for (const word of wordsOf(libraryKind)) {
    it(`costs the library only where the word ${word} of it is hostile, and says where`, () => {
      for (const name of hostileNames) {
        const { said } = check([{ ...right(), [word]: hostileValues[name]() }]);
        assert.equal(
          check([{ ...right(), [word]: hostileValues[name]() }, right()]).library === undefined,
          false,
          name,
        );
        for (const line of said)
          assert.match(line, new RegExp(`${word}.* The (row|aspect|library) is left out\\.$`), name);
      }
    });
  }

  it('is told where a word cannot be read, whatever its getter throws', () => {
    for (const [name, thrown] of Object.entries(hostileThrows)) {
      const throwing = (kind: object, word: string) =>
        Object.defineProperty({ ...kind }, word, {
          enumerable: true,
          get() {
            throw thrown();
          },
        });
      const row = check(withRows({ append: throwing(append, 'span'), read }));
      assert.equal(row.said.length, 1, name);
      assert.match(row.said[0] ?? '', /methods\.append\.span: it cannot be read: .{1,310}\. The row is left out\.$/);
      assert.deepEqual(row.library?.aspects[0]?.methods, { read });
      const rows = check(withRows(throwing({ read }, 'append')));
      assert.match(rows.said[0] ?? '', /methods\.append: it cannot be read: .{1,310}\. The row is left out\.$/);
      assert.deepEqual(rows.library?.aspects[0]?.methods, { read });
      const whole = check(throwing(right(), 'key'));
      assert.match(whole.said[0] ?? '', /^mine\.mjs: key: it cannot be read: .{1,310}\. The library is left out\.$/);
      const unknown = check(withRows({ append: throwing(append, 'spam'), read }));
      assert.match(unknown.said.join(), /^mine: aspects\[0\] \(OrderStore\)\.methods\.append: unknown word "spam"; /);
    }
  });

  for (const [what, methods, said] of [
    ['a row that contains itself', { append: circular(), read }, 'append.reaches.returned: it contains itself'],
    [
      'the constructor as a method',
      { constructor: append, read },
      'constructor: "constructor" is not usable; accepted: the name of a method; what constructs has the word construct',
    ],
    [
      'a family of a row that the library has not',
      { append: { ...append, family: 'toString' }, read },
      'append.family: "toString" is none of the families of the library; accepted: stores',
    ],
    [
      'an option of a context that the library has not',
      { append: { ...append, context: { sends: { args: () => [], optIn: 'quiet' } } }, read },
      'append.context.sends.optIn: "quiet" is none of the options of the library; accepted: loud',
    ],
    [
      'a hole in a list',
      {
        append: { ...append, metrics: Object.assign([], { 1: { instrument: { kind: 'counter', name: 'n' } } }) },
        read,
      },
      'append.metrics[0]: undefined is not usable; accepted: an object',
    ],
    [
      'an async function',
      { append: { ...append, ending: { until: async () => undefined }, when: async () => true }, read },
      'append.when: a function is not usable; accepted: a function that is not async',
    ],
    [
      'a number that is none',
      { append: { ...append, attributes: { n: Number.NaN } }, read },
      'append.attributes.n: NaN is not usable; accepted: a text or a number or true or false or a list of these or a function that is not async',
    ],
  ] as const) {
    it(`is told of ${what}, which costs the row`, () => {
      const { library, said: told } = check(withRows(methods));
      assert.deepEqual(told, [`${AT}.methods.${said}. The row is left out.`]);
      assert.deepEqual(library?.aspects[0]?.methods, { read });
    });
  }

  it('may not have an option of a name that every library has', () => {
    for (const name of ['enabled', 'moduleNames', 'families']) {
      assert.deepEqual(check({ ...right(), options: { [name]: true } }).said, [
        `mine: options.${name}: "${name}" is not usable; accepted: a name other than enabled, moduleNames, families, which every library has. The library is left out.`,
      ]);
    }
  });

  it('numbers its aspects as they were given, also after one that is left out', () => {
    const { said } = check({ ...right(), aspects: [3, { target: 'T', family: 'stores' }] });
    assert.deepEqual(
      said.map((line) => line.split(': ')[1]),
      ['aspects[0]', 'aspects[1] (T)'],
    );
  });

  it('is read once, and in use is what was read: a copy, in which what was one object is one', () => {
    let reads = 0;
    const row = {
      get span() {
        reads += 1;
        return reads === 1 ? 'mine.append' : { not: 'a span' };
      },
    };
    const instrument = { kind: 'counter', name: 'n' };
    const metrics = [{ instrument }, { instrument, on: 'failure' }];
    const given = withRows({ append: row, read: { ...read, metrics } }) as { aspects: { methods: object }[] };
    const { library, said } = check(given);
    Object.assign(given.aspects[0]?.methods ?? {}, { append: 3 });
    metrics.length = 0;
    assert.deepEqual([said, reads, library?.aspects[0]?.methods?.append], [[], 1, { span: 'mine.append' }]);
    const [first, second] = library?.aspects[0]?.methods?.read?.metrics ?? [];
    assert.ok(first !== undefined && first.instrument === second?.instrument);
    assert.equal(checkedLibraries('again', library, assert.fail)[0], library);
    assert.equal(checkedLibraries('again', given, assert.fail)[0], library);
  });

  it('may be an object of a class, whose words it inherits', () => {
    class Named {
      get span() {
        return 'mine.append';
      }
      when() {
        return true;
      }
    }
    const { library, said } = check(withRows({ append: new Named(), read }));
    assert.deepEqual([said, library?.aspects[0]?.methods?.append?.span], [[], 'mine.append']);
    assert.equal(typeof library?.aspects[0]?.methods?.append?.when, 'function');
  });

  it('never throws, whatever stands anywhere in it, and keeps what has no mistake', () => {
    const value = fc.oneof(
      fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true }).map((each) => () => each),
      fc.constantFrom(...hostileNames).map((name) => hostileValues[name]),
    );
    const word = fc.oneof(fc.constantFrom(...wordsOf(rowKind)), fc.string());
    const inside = fc.constantFrom('reaches', 'context', 'ending', 'life', 'attributes', 'metrics', 'logs');
    const innerWord = fc.constantFrom(
      'handlers',
      'returned',
      'sends',
      'links',
      'gauges',
      'until',
      '0',
      'items',
      'each',
    );
    fc.assert(
      fc.property(fc.dictionary(word, value), inside, innerWord, value, (parts, outer, inner, deep) => {
        const row = Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part()]));
        const methods = { append: row, other: { ...append, [outer]: { [inner]: deep() } }, read };
        const { library, said } = check(withRows(methods));
        assert.deepEqual(library?.aspects[0]?.methods?.read, read);
        assert.ok(said.every((line) => line.startsWith(AT) && line.length < 1500));
      }),
      { numRuns: 300 },
    );
  });

  it('is none of its own where it is a list without an end, or of holes', () => {
    for (const name of ['an array with a hole', 'an array without an end', 'a list that refuses everything'] as const) {
      const { library, said } = check(hostileValues[name]());
      assert.equal(library, undefined, name);
      assert.ok(said.length > 0, name);
    }
  });
});

function circular(): object {
  const row = { span: 'mine.append', reaches: {} };
  row.reaches = { returned: row };
  return row;
}
