// SPDX-License-Identifier: Apache-2.0
// Tables that somebody gave: each mistake is told with its place and what is accepted, and costs its row only.
import assert from 'node:assert/strict';
import type { Ledger } from 'two-buses';
import { catalogue } from '../../src/libraries/index.js';
import type { Library } from '../../src/libraries/library.js';
import { ATTR_COMMAND_TYPE, type Library as OwnLibrary, rows } from '../../src/tables/index.js';
import { checkedLibraries } from '../../src/tables/libraries.js';
import { row } from '../../src/tables/vocabulary.js';
import { twoBuses } from '../../testkit/two-buses.js';

const append = { span: 'mine.append' };
const read = { span: 'mine.read' };

function mine(aspect: object, library: object = {}): object {
  return {
    key: 'mine',
    packages: [{ name: 'mine' }],
    families: { stores: 'auto' },
    aspects: [{ target: 'OrderStore', family: 'stores', methods: { append, read }, ...aspect }],
    ...library,
  };
}

function check(given: unknown): { libraries: Library[]; said: string[] } {
  const said: string[] = [];
  return { libraries: checkedLibraries('mine.mjs', given, (complaint) => void said.push(complaint)), said };
}

const ROW = Object.keys((row as { readonly words: object }).words).join(', ');
const AT = 'mine: aspects[0] (OrderStore)';

describe('a table of somebody else', () => {
  for (const { key, load } of catalogue) {
    it(`is used whole where it has no mistake: ${key}`, () => {
      const library: Library = load();
      const { libraries, said } = check(library);
      assert.deepEqual(said, []);
      assert.deepEqual(libraries[0], withoutUndefined(library));
    });
  }

  it('is typed by the class that it is of, with what the sub-path exports', () => {
    const typed = {
      key: 'typed',
      packages: [{ name: 'two-buses' }],
      families: { ledgers: 'auto' },
      aspects: [
        {
          target: 'Ledger',
          family: 'ledgers',
          methods: rows<Ledger>({
            append: { span: 'a', attributes: { [ATTR_COMMAND_TYPE]: ({ args }) => args[0].length } },
          }),
        },
      ],
    } as const satisfies OwnLibrary;
    assert.deepEqual(check(typed), { libraries: [typed], said: [] });
  });

  it('may be one of a list, and is the same each time', () => {
    const given = [mine({ methods: { append, read: { spam: 1 } } }), twoBuses];
    const { libraries } = check(given);
    assert.equal(libraries.length, 2);
    assert.deepEqual(
      check(given).libraries.map((library, index) => library === libraries[index]),
      [true, true],
    );
    assert.deepEqual(check(given).said, []);
  });

  for (const [what, mistaken, said] of [
    ['an unknown word', { spam: true }, `unknown word "spam"; accepted: ${ROW}`],
    ['a word of Object.prototype', { toString: 1 }, `unknown word "toString"; accepted: ${ROW}`],
    ['no row at all', 'mine.append', '"mine.append" is not usable; accepted: an object'],
  ] as const) {
    it(`leaves out a row that has a mistake, and keeps the others: ${what}`, () => {
      const { libraries, said: told } = check(mine({ methods: { append: mistaken, read } }));
      assert.deepEqual(told, [`${AT}.methods.append: ${said}. The row is left out.`]);
      assert.deepEqual(libraries[0]?.aspects[0]?.methods, { read });
    });
  }

  const samples: readonly (readonly [object, string])[] = [
    [{ span: 3 }, 'append.span: 3 is not usable; accepted: a text or a function'],
    [{ kind: 'CLIENT' }, 'append.kind: "CLIENT" is not usable; accepted: a SpanKind, 0 to 4, or a function'],
    [{ when: true }, 'append.when: true is not usable; accepted: a function'],
    [
      { attributes: { 'order.id': {} } },
      'append.attributes["order.id"]: {} is not usable; accepted: a text or a number or true or false or a list of these or a function',
    ],
    [{ metrics: {} }, 'append.metrics: {} is not usable; accepted: a list'],
    [{ metrics: [{}] }, 'append.metrics[0]: the word instrument is missing'],
    [
      { metrics: [{ instrument: { kind: 'count', name: 'n' } }] },
      'append.metrics[0].instrument.kind: "count" is not usable; accepted: counter, up-down counter, histogram, gauge',
    ],
    [
      { logs: [{ logger: 'l', severity: 'warning', body: 'b' }] },
      'append.logs[0].severity: "warning" is not usable; accepted: trace, debug, info, warn, error, fatal',
    ],
    [
      { context: { parents: () => {} } },
      'append.context: unknown word "parents"; accepted: parent, links, inject, pins, remember, marks',
    ],
    [{ ending: { callback: true } }, 'append.ending.callback: true is not usable; accepted: first, all'],
    [{ gives: 'list' }, 'append.gives: "list" is not usable; accepted: iterator, '],
    [
      { reaches: { objects: { instance: {} } } },
      'append.reaches.objects.instance: "instance" is not usable; accepted: a path like args.0.store, result.prototype or self.handlers.*',
    ],
    [{ reaches: { returned: { spam: 1 } } }, `append.reaches.returned: unknown word "spam"; accepted: ${ROW}`],
    [
      { life: { gauges: [{ instrument: { kind: 'gauge', name: 'g' } }] } },
      'append.life.gauges[0]: the word observe is missing',
    ],
  ];
  for (const [mistaken, said] of samples) {
    it(`tells where in a row the mistake is, and what is accepted: ${Object.keys(mistaken)}`, () => {
      const { libraries, said: told } = check(mine({ methods: { append: mistaken, read } }));
      // A word that comes later is accepted, too.
      assert.equal(told.length, 1);
      assert.ok(told[0]?.startsWith(`${AT}.methods.${said.split(', marks')[0]}`), told[0]);
      assert.ok(told[0]?.endsWith('. The row is left out.'));
      assert.deepEqual(libraries[0]?.aspects[0]?.methods, { read });
    });
  }

  it('leaves out the handler that has a mistake, not the row that hands it on', () => {
    const handlers = { 0: { span: 'ok' }, '0.onError': { spam: 1 }, options: { span: 'no index' } };
    const { libraries, said } = check(mine({ methods: { append: { ...append, reaches: { handlers } }, read } }));
    assert.deepEqual(
      said.map((line) => line.replace(/accepted: .*\./, '…')),
      [
        `${AT}.methods.append.reaches.handlers["0.onError"]: unknown word "spam"; …`,
        `${AT}.methods.append.reaches.handlers.options: "options" is not usable; …`,
      ],
    );
    assert.deepEqual(libraries[0]?.aspects[0]?.methods?.append, {
      ...append,
      reaches: { handlers: { 0: { span: 'ok' } } },
    });
  });

  for (const [aspect, said] of [
    [{ metods: {} }, `${AT}: unknown word "metods"; accepted: target, baseOf, family, `],
    [{ target: undefined }, 'mine: aspects[0]: the word target is missing'],
    [{ family: 'store' }, `${AT}.family: "store" is none of the families of the library; accepted: stores`],
    [{ optIn: 'loud' }, `${AT}.optIn: "loud" is none of the options of the library; accepted: `],
    [{ methods: undefined }, `${AT}: nothing to weave; accepted: one or more of methods, statics, `],
    [{ call: { spam: 1 } }, `${AT}.call: unknown word "spam"; accepted: `],
  ] as const) {
    it(`leaves out an aspect that has a mistake of its own, and keeps the others: ${JSON.stringify(aspect)}`, () => {
      const other = { target: 'Other', family: 'stores', call: append };
      const [first] = (mine(aspect) as Library).aspects;
      const { libraries, said: told } = check(mine({}, { aspects: [first, other] }));
      assert.equal(told.length, 1);
      assert.ok(told[0]?.startsWith(said), told[0]);
      assert.ok(told[0]?.endsWith('. The aspect is left out.'), told[0]);
      assert.deepEqual(libraries[0]?.aspects, [other]);
    });
  }

  for (const [library, said] of [
    [{ key: 'a.b' }, 'a.b: key: "a.b" is not usable; accepted: letters, digits, - and _'],
    [{ key: undefined }, 'mine.mjs: the word key is missing'],
    [{ packages: [] }, 'mine: packages: none is named; accepted: a list of one or more'],
    [{ packages: ['mine'] }, 'mine: packages[0]: "mine" is not usable; accepted: an object'],
    [
      { packages: [{ name: 'mine', versions: 'new' }] },
      'mine: packages[0].versions: "new" is not usable; accepted: a range of versions as npm writes it',
    ],
    [{ families: { stores: true } }, 'mine: families.stores: true is not usable; accepted: auto, on, off'],
    [
      { options: { loud: 'yes' } },
      'mine: options.loud: "yes" is not usable; accepted: true or false or a whole number, 1 or more',
    ],
    [
      { aspect: [] },
      'mine: unknown word "aspect"; accepted: key, packages, yieldsTo, scope, families, options, aspects',
    ],
  ] as const) {
    it(`leaves out a library that has a mistake of its own, and keeps the others: ${JSON.stringify(library)}`, () => {
      const { libraries, said: told } = check([mine({}, library), twoBuses]);
      assert.deepEqual(told, [`${said}. The library is left out.`]);
      assert.deepEqual(libraries, [twoBuses]);
    });
  }

  it('is left out where it is no object or cannot be read', () => {
    const throwing = mine({}, {});
    Object.defineProperty(throwing, 'scope', {
      enumerable: true,
      get() {
        throw new Error('not today');
      },
    });
    for (const [given, said] of [
      [3, 'mine.mjs: 3 is no library; accepted: an object with key, packages, families and aspects.'],
      [[null], 'mine.mjs: null is no library; accepted: an object with key, packages, families and aspects.'],
      [throwing, 'mine: scope: it cannot be read: not today. The library is left out.'],
    ] as const) {
      const { libraries, said: told } = check(given);
      assert.deepEqual([libraries, told], [[], [said]]);
    }
  });
});

/** What is `undefined` in a table is not there. */
function withoutUndefined(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutUndefined);
  const parts = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(parts.map(([name, part]) => [name, withoutUndefined(part)]));
}
