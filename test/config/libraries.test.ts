// SPDX-License-Identifier: Apache-2.0
// What is configured of single libraries, in code and in the environment: each setting, each that does not exist, and who wins.
import assert from 'node:assert/strict';
import { type EventSourceInstrumentationConfig, resolveConfig } from '../../src/config.js';
import { catalogue } from '../../src/libraries/index.js';
import { settingsFor } from '../../src/library-settings.js';
import { observe } from '../../testkit/bare-and-woven.js';
import { onEachNode } from '../../testkit/child.js';
import { castore, runApp } from '../../testkit/library-apps.js';
import { twoBuses } from '../../testkit/two-buses.js';
import { programFiles } from '../process/programs/files.js';

const VARIABLE = 'OTEL_INSTRUMENTATION_EVENTSOURCE_LIBRARIES';
const stamps = { ...twoBuses, key: 'stamps', options: { keepStamps: true, mostStamps: 3 } };
const KEYS = [...catalogue, stamps].map(({ key }) => key).join(', ');

function resolve(given: unknown, env: Readonly<Record<string, string>> = {}) {
  const complaints: string[] = [];
  const options = given as EventSourceInstrumentationConfig;
  const config = resolveConfig(options, env, (said) => void complaints.push(said), [stamps]);
  return { config, complaints, of: (library: typeof stamps) => settingsFor(library, config, false) };
}

/** The same settings in both ways of saying them. */
const both: readonly (readonly [unknown, string])[] = [
  [
    { stamps: { families: { buses: 'off' }, keepStamps: false, mostStamps: 7 } },
    'stamps.families.buses=off, stamps.keepStamps=false ,stamps.mostStamps=7',
  ],
];

describe('the configuration of single libraries', () => {
  for (const [libraries, text] of both) {
    for (const [how, given, env] of [
      ['in code', { libraries }, {}],
      ['in the environment', {}, { [VARIABLE]: text }],
    ] as const) {
      it(`switches families and sets options, of that library alone, ${how}`, () => {
        const { complaints, of } = resolve(given, env);
        assert.deepEqual(complaints, []);
        const mine = of(stamps);
        assert.deepEqual([mine.family('buses'), mine.family('ledgers')], ['off', 'auto']);
        assert.deepEqual([mine.option?.('keepStamps'), mine.value?.('mostStamps')], [false, 7]);
        const other = of({ ...stamps, key: 'others' });
        assert.deepEqual([other.family('buses'), other.option?.('keepStamps')], ['auto', true]);
      });
    }
  }

  it('has the defaults of the library where nobody says anything', () => {
    const { complaints, of } = resolve({ libraries: { stamps: true } });
    const mine = of(stamps);
    assert.deepEqual([mine.option?.('keepStamps'), mine.value?.('mostStamps'), complaints], [true, 3, []]);
  });

  for (const [how, given, env] of [
    ['false', { libraries: { stamps: false } }, {}],
    ['enabled: false', { libraries: { stamps: { enabled: false } } }, {}],
    ['the variable', {}, { [VARIABLE]: 'stamps=false' }],
    [
      'the variable, with options in code',
      { libraries: { stamps: { keepStamps: true } } },
      { [VARIABLE]: 'stamps=false' },
    ],
  ] as const) {
    it(`switches a whole library off by ${how}`, () => {
      const { complaints, of } = resolve(given, env);
      assert.deepEqual(complaints, []);
      assert.deepEqual(
        ['buses', 'ledgers'].map((family) => of(stamps).family(family)),
        ['off', 'off'],
      );
    });
  }

  it('lets code outrank the environment, setting by setting', () => {
    const { of } = resolve(
      { libraries: { stamps: { enabled: true, mostStamps: 9 } } },
      { [VARIABLE]: 'stamps=false,stamps.mostStamps=4,stamps.keepStamps=false' },
    );
    const mine = of(stamps);
    assert.deepEqual(
      [mine.family('buses'), mine.value?.('mostStamps'), mine.option?.('keepStamps')],
      ['auto', 9, false],
    );
  });

  it('lets what stands in libraries outrank the same beside it, and code the environment all the same', () => {
    const PREFIX = 'OTEL_INSTRUMENTATION_EVENTSOURCE_';
    const stalled = (options: object, env: Record<string, string>) => {
      const { config, complaints } = resolve(options, env);
      assert.deepEqual(complaints, []);
      const { value, family } = settingsFor({ ...stamps, key: 'eventsource', families: {} }, config, false);
      return [value?.('stalledAfterMillis'), family('stores'), config.libraries.eventsource?.moduleNames];
    };
    const beside = (n: number, mode: string, name: string) => ({
      stalledAfterMillis: n,
      families: { stores: mode },
      moduleNames: [name],
    });
    const env = { [`${PREFIX}STALLED_AFTER`]: '1', [`${PREFIX}FAMILIES`]: 'stores=on', [`${PREFIX}MODULE_NAMES`]: 'a' };
    const text = 'eventsource.stalledAfterMillis=2,eventsource.families.stores=off,eventsource.moduleNames=b';
    const envs = { ...env, [VARIABLE]: text };
    assert.deepEqual(stalled({}, {}), [60_000, 'auto', ['eventsource', 'eventsource-ts']]);
    assert.deepEqual(stalled({}, env), [1, 'on', ['a']]);
    assert.deepEqual(stalled({}, envs), [2, 'off', ['b']]);
    assert.deepEqual(stalled(beside(3, 'on', 'c'), envs), [3, 'on', ['c']]);
    const all = { ...beside(3, 'on', 'c'), libraries: { eventsource: beside(4, 'off', 'd') } };
    assert.deepEqual(stalled(all, envs), [4, 'off', ['d']]);
  });

  it('has its own option where another of all libraries, or of eventsource, has the same name', () => {
    const own = { ...stamps, options: { captureTenant: false, stalledAfterMillis: 5, queryStores: false } };
    const config = resolveConfig(
      { captureTenant: true, libraries: { stamps: { queryStores: true } } },
      {},
      assert.fail,
      [own],
    );
    const { option, value } = settingsFor(own, config, false);
    assert.deepEqual(
      [option?.('captureTenant'), value?.('stalledAfterMillis'), option?.('queryStores')],
      [false, 5, true],
    );
    assert.deepEqual([value?.('enabled'), value?.('tables'), value?.('toString')], [undefined, undefined, undefined]);
  });

  it('takes other names of packages, in the environment between spaces', () => {
    const names = (given: object, env = {}) => resolve(given, env).config.libraries.stamps?.moduleNames;
    assert.deepEqual(names({ libraries: { stamps: { moduleNames: ['a', '@b/c'] } } }), ['a', '@b/c']);
    assert.deepEqual(names({}, { [VARIABLE]: 'stamps.moduleNames=a @b/c' }), ['a', '@b/c']);
  });

  const options = 'enabled, moduleNames, families, keepStamps, mostStamps';
  for (const [text, libraries, said] of [
    ['stmps=false', { stmps: false }, `"stmps" is the key of no library; accepted: ${KEYS}`],
    ['constructor=false', { constructor: false }, `"constructor" is the key of no library; accepted: ${KEYS}`],
    [
      'stamps.keepStmps=false',
      { stamps: { keepStmps: false } },
      `"stamps.keepStmps" is no option of stamps; accepted: ${options}`,
    ],
    [
      'stamps.toString=false',
      { stamps: { toString: false } },
      `"stamps.toString" is no option of stamps; accepted: ${options}`,
    ],
    [
      'stamps.families.stores=off',
      { stamps: { families: { stores: 'off' } } },
      '"stamps.families.stores" is no family of stamps; accepted: buses, ledgers',
    ],
    ['stamps=maybe', { stamps: 'maybe' }, '"stamps=maybe" is not usable; accepted: true or false'],
    [
      'stamps.families.buses=maybe',
      { stamps: { families: { buses: 'maybe' } } },
      '"stamps.families.buses=maybe" is not usable; accepted: auto, on, off',
    ],
    [
      'stamps.mostStamps=many',
      { stamps: { mostStamps: 'many' } },
      '"stamps.mostStamps=many" is not usable; accepted: a whole number, 1 or more',
    ],
    [
      'stamps.families=off',
      { stamps: { families: 'off' } },
      '"stamps.families=off" is not usable; accepted: an object of buses, ledgers',
    ],
    ['stamps.a.b=off', { stamps: { 'a.b': 'off' } }, `"stamps.a.b" is no option of stamps; accepted: ${options}`],
  ] as const) {
    it(`names what does not exist or cannot be used, with what can, and the rest holds: ${text}`, () => {
      const inEnv = resolve({}, { [VARIABLE]: `${text},stamps.mostStamps=5` });
      assert.deepEqual(inEnv.complaints, [`${VARIABLE}: ${said}. It is left out.`]);
      assert.equal(inEnv.of(stamps).value?.('mostStamps'), 5);
      const inCode = resolve({ libraries: { ...libraries, eventsource: { queryStores: false } } });
      assert.deepEqual(inCode.complaints, [`option libraries: ${said}. It is left out.`]);
      assert.equal(inCode.config.libraries.eventsource?.options?.queryStores, false);
    });
  }

  it('costs only the library whose object cannot be read', () => {
    const { complaints, config } = resolve({
      libraries: {
        get stamps() {
          throw new Error('no');
        },
        emmett: false,
      },
    });
    assert.deepEqual(complaints, [
      'option libraries: "stamps=a value that cannot be read (no)" is not usable; accepted: true or false. It is left out.',
    ]);
    assert.equal(config.libraries.emmett?.enabled, false);
  });

  it('is named in one complaint where it is no object of libraries', () => {
    for (const given of [null, 3, true, [], ['stamps'], new Map([['stamps', false]])]) {
      const { complaints } = resolve({ libraries: given });
      assert.equal(complaints.length, 1);
      assert.match(
        complaints[0] ?? '',
        /^option libraries: .* accepted: an object of libraries, .*eventsource, .*left out\.$/,
      );
    }
  });
});

describe('a process with single libraries configured', () => {
  onEachNode('traces nothing of a library that is switched off, and all of it without that', async (node) => {
    const run = { app: 'carts', format: 'mjs', node } as const;
    const ours = async (text: string) =>
      (await runApp(castore, { ...run, env: { [VARIABLE]: text } })).spans.filter(
        ({ scope }) => scope !== 'application',
      );
    assert.notDeepEqual(await ours('emmett=false'), []);
    assert.deepEqual(await ours('castore=false'), []);
    const withoutCommands = await ours('castore.families.commands=off');
    assert.ok(withoutCommands.length > 0);
    assert.ok(withoutCommands.every(({ name }) => name !== 'eventsource.command.handle'));
  });

  it('says once in the process what does not exist', async () => {
    const env = { [VARIABLE]: 'emett=false' };
    const { stderr } = await observe({ ...programFiles('three-saves', 'esm'), env, preload: 'idle' });
    assert.equal(stderr.trim().split('\n').length, 1);
    assert.match(stderr, /LIBRARIES: "emett" is the key of no library; accepted: eventsource, nestjs-cqrs, emmett, /);
  });
});
