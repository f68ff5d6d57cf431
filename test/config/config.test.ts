// SPDX-License-Identifier: Apache-2.0
// Options and environment: each value, each malformed one, and what is said about it.
import assert from 'node:assert/strict';
import {
  type Environment,
  type EventSourceInstrumentationConfig,
  families,
  type ResolvedConfig,
  resolveConfig,
} from '../../src/config.js';

const PREFIX = 'OTEL_INSTRUMENTATION_EVENTSOURCE_';

function resolve(options: unknown, env: Environment = {}): { config: ResolvedConfig; complaints: string[] } {
  const complaints: string[] = [];
  const config = resolveConfig(options as EventSourceInstrumentationConfig, env, (said) => complaints.push(said));
  return { config, complaints };
}

const flags = [
  ['enabled', 'ENABLED', true],
  ['inMemoryPublishSpan', 'IN_MEMORY_PUBLISH_SPAN', false],
  ['requireParentSpan', 'REQUIRE_PARENT_SPAN', false],
  ['captureTenant', 'CAPTURE_TENANT', true],
  ['captureActor', 'CAPTURE_ACTOR', true],
  ['queryStores', 'QUERY_STORES', true],
] as const;

const counts = [
  ['cardinalityLimit', 'CARDINALITY_LIMIT', '', 200],
  ['stalledAfterMillis', 'STALLED_AFTER', ' of milliseconds', 60_000],
] as const;

const hostile: unknown[] = [
  null,
  0,
  1,
  'yes',
  'on',
  '',
  [],
  {},
  () => true,
  Symbol('s'),
  1n,
  Object.create(null),
  circular(),
];

describe('configuration', () => {
  it('has its defaults, frozen, and says nothing', () => {
    const { config, complaints } = resolve({});
    assert.deepEqual(config, {
      enabled: true,
      moduleNames: ['eventsource', 'eventsource-ts'],
      semconvStabilityOptIn: [],
      families: Object.fromEntries(families.map((family) => [family, 'auto'])),
      libraries: {
        eventsource: { enabled: undefined, moduleNames: ['eventsource', 'eventsource-ts'], families: {}, options: {} },
      },
      tables: [],
      inMemoryPublishSpan: false,
      requireParentSpan: false,
      captureTenant: true,
      captureActor: true,
      cardinalityLimit: 200,
      logLevels: { default: 'info' },
      logSink: 'none',
      redactException: undefined,
      spanStartHook: undefined,
      spanEndHook: undefined,
      queryStores: true,
      stalledAfterMillis: 60_000,
    });
    assert.deepEqual(complaints, []);
    assert.ok([config, config.families, config.moduleNames, config.logLevels].every(Object.isFrozen));
  });

  for (const [option, variable, fallback] of flags) {
    describe(`option ${option}`, () => {
      it('is read from the option, else from the variable', () => {
        for (const value of [true, false]) {
          assert.equal(resolve({ [option]: value }).config[option], value);
          for (const text of [String(value), ` ${String(value).toUpperCase()} `]) {
            assert.deepEqual(resolve({}, { [PREFIX + variable]: text }).config[option], value);
          }
          const both = resolve({ [option]: value }, { [PREFIX + variable]: String(!value) });
          assert.deepEqual([both.config[option], both.complaints], [value, []]);
        }
        for (const unset of ['', '  ']) {
          const { config, complaints } = resolve({ [option]: undefined }, { [PREFIX + variable]: unset });
          assert.deepEqual([config[option], complaints], [fallback, []]);
        }
      });

      it('is named once with the accepted values when it is malformed, and the default holds', () => {
        for (const value of hostile) {
          const { config, complaints } = resolve({ [option]: value });
          assert.equal(config[option], fallback);
          assert.equal(complaints.length, 1);
          assert.match(complaints[0] ?? '', new RegExp(`^option ${option}: .* true or false\\. Using ${fallback}\\.$`));
        }
        for (const value of ['1', 'yes', 'on', 'tru', 'true,false', '"true"']) {
          const { config, complaints } = resolve({}, { [PREFIX + variable]: value });
          assert.equal(config[option], fallback);
          assert.deepEqual(complaints, [
            `${PREFIX}${variable}: ${JSON.stringify(value)} is not usable; accepted: true or false. Using ${fallback}.`,
          ]);
        }
      });

      it('falls back to the variable, and says so', () => {
        const { config, complaints } = resolve({ [option]: 'maybe' }, { [PREFIX + variable]: String(!fallback) });
        assert.equal(config[option], !fallback);
        assert.deepEqual(complaints, [
          `option ${option}: "maybe" is not usable; accepted: true or false. Using ${!fallback}.`,
        ]);
      });
    });
  }

  describe('option moduleNames', () => {
    it('takes a list, in the environment separated by commas', () => {
      assert.deepEqual(resolve({ moduleNames: ['a', '@b/c'] }).config.moduleNames, ['a', '@b/c']);
      const env = { [`${PREFIX}MODULE_NAMES`]: ' a , @b/c ' };
      assert.deepEqual(resolve({}, env).config.moduleNames, ['a', '@b/c']);
      assert.deepEqual(resolve({ moduleNames: ['d'] }, env).config.moduleNames, ['d']);
    });

    it("leaves the application's list alone", () => {
      const moduleNames = ['a'];
      resolve({ moduleNames });
      assert.equal(Object.isFrozen(moduleNames), false);
    });

    it('is named once when it is malformed', () => {
      for (const value of [[], [''], ['a', 1], [null], {}, 7, null, '', 'a,,b']) {
        const { config, complaints } = resolve({ moduleNames: value });
        assert.deepEqual(config.moduleNames, ['eventsource', 'eventsource-ts'], String(value));
        assert.equal(complaints.length, 1);
        assert.match(complaints[0] ?? '', /^option moduleNames: .*; accepted: a list of package names/);
      }
      const { config, complaints } = resolve({}, { [`${PREFIX}MODULE_NAMES`]: 'a,,b' });
      assert.deepEqual([config.moduleNames, complaints.length], [['eventsource', 'eventsource-ts'], 1]);
      assert.match(
        complaints[0] ?? '',
        new RegExp(`^${PREFIX}MODULE_NAMES: "a,,b" .*Using \\["eventsource","eventsource-ts"\\]\\.$`),
      );
    });
  });

  describe('option families', () => {
    const all = (mode: string) => Object.fromEntries(families.map((family) => [family, mode]));

    it('takes each family in each mode, options before variables', () => {
      for (const mode of ['auto', 'on', 'off']) {
        assert.deepEqual(resolve({ families: all(mode) }).config.families, all(mode));
        const text = families.map((family) => `${family}=${mode}`).join(' , ');
        assert.deepEqual(resolve({}, { [`${PREFIX}FAMILIES`]: text }).config.families, all(mode));
      }
      const { config, complaints } = resolve(
        { families: { stores: 'on', buses: undefined } },
        { [`${PREFIX}FAMILIES`]: 'stores=off,buses=off' },
      );
      assert.deepEqual(config.families, { ...all('auto'), stores: 'on', buses: 'off' });
      assert.deepEqual(complaints, []);
    });

    it('is named in one warning, whatever is wrong and however much; the rest holds', () => {
      const accepted = new RegExp(`accepted: ${families.join(', ')}, each with auto, on, off\\.`);
      for (const [value, named] of [
        [{ stores: 'maybe', buses: 'on' }, ['"stores=maybe"']],
        [{ stroes: 'on', stores: true, buses: 'on' }, ['"stroes=on"', '"stores=true"']],
        [{ stores: null, buses: 'on' }, ['"stores=null"']],
        [{ stores: circular(), buses: 'on' }, ['stores']],
      ] as const) {
        const { config, complaints } = resolve({ families: value });
        assert.deepEqual(config.families, { ...all('auto'), buses: 'on' });
        assert.equal(complaints.length, 1);
        assert.match(complaints[0] ?? '', /^option families: /);
        assert.match(complaints[0] ?? '', accepted);
        for (const name of named) assert.ok(complaints[0]?.includes(name), complaints[0]);
      }
      for (const text of ['stores=maybe,buses=on', 'stores,buses=on', 'stores=on=off,buses=on', ',stores=,buses=on']) {
        const { config, complaints } = resolve({}, { [`${PREFIX}FAMILIES`]: text });
        assert.deepEqual(config.families, { ...all('auto'), buses: 'on' }, text);
        assert.equal(complaints.length, 1, text);
        assert.match(complaints[0] ?? '', new RegExp(`^${PREFIX}FAMILIES: `));
        assert.match(complaints[0] ?? '', accepted);
      }
      for (const value of [null, 'stores=on', ['stores'], 3, true]) {
        const { config, complaints } = resolve({ families: value });
        assert.deepEqual([config.families, complaints.length], [all('auto'), 1]);
        assert.match(complaints[0] ?? '', accepted);
      }
    });
  });

  for (const [option, suffix, unit, fallback] of counts) {
    describe(`option ${option}`, () => {
      const variable = PREFIX + suffix;
      const accepted = `a whole number${unit}, 1 or more`;

      it('takes a whole number, options before variables', () => {
        for (const limit of [1, 200, 5000]) {
          assert.equal(resolve({ [option]: limit }).config[option], limit);
          assert.equal(resolve({}, { [variable]: ` ${limit} ` }).config[option], limit);
          const both = resolve({ [option]: limit }, { [variable]: '7' });
          assert.deepEqual([both.config[option], both.complaints], [limit, []]);
        }
        const { config, complaints } = resolve({ [option]: undefined }, { [variable]: ' ' });
        assert.deepEqual([config[option], complaints], [fallback, []]);
      });

      it('is named once with what is accepted when it is malformed, and the default holds', () => {
        for (const value of [
          ...hostile.filter((value) => value !== 1),
          -1,
          0.5,
          Number.NaN,
          Number.POSITIVE_INFINITY,
        ]) {
          const { config, complaints } = resolve({ [option]: value });
          assert.equal(config[option], fallback);
          assert.equal(complaints.length, 1);
          assert.match(
            complaints[0] ?? '',
            new RegExp(`^option ${option}: .* accepted: ${accepted}\\. Using ${fallback}\\.$`),
          );
        }
        for (const text of ['0', '-3', '1.5', 'many', '1e3', '200,300']) {
          const { config, complaints } = resolve({}, { [variable]: text });
          assert.equal(config[option], fallback);
          assert.deepEqual(complaints, [
            `${variable}: ${JSON.stringify(text)} is not usable; accepted: ${accepted}. Using ${fallback}.`,
          ]);
        }
      });

      it('falls back to the variable, and says so', () => {
        const { config, complaints } = resolve({ [option]: 0 }, { [variable]: '50' });
        assert.equal(config[option], 50);
        assert.deepEqual(complaints, [`option ${option}: 0 is not usable; accepted: ${accepted}. Using 50.`]);
      });
    });
  }

  describe('option logSink', () => {
    const variable = `${PREFIX}LOG_SINK`;

    it('takes none, text and json, options before variables', () => {
      for (const format of ['none', 'text', 'json']) {
        assert.equal(resolve({ logSink: format }).config.logSink, format);
        assert.equal(resolve({}, { [variable]: ` ${format.toUpperCase()} ` }).config.logSink, format);
        const both = resolve({ logSink: format }, { [variable]: 'text' });
        assert.deepEqual([both.config.logSink, both.complaints], [format, []]);
      }
    });

    it('is named once with what is accepted when it is malformed, and the default holds', () => {
      for (const value of hostile) {
        const { config, complaints } = resolve({ logSink: value });
        assert.equal(config.logSink, 'none');
        assert.equal(complaints.length, 1);
        assert.match(complaints[0] ?? '', /^option logSink: .* accepted: none, text, json\. Using "none"\.$/);
      }
      const { complaints } = resolve({}, { [variable]: 'stderr' });
      assert.deepEqual(complaints, [`${variable}: "stderr" is not usable; accepted: none, text, json. Using "none".`]);
    });
  });

  it('treats options that are no object as none', () => {
    for (const options of [null, 'enabled', 3, true]) {
      const { config, complaints } = resolve(options);
      assert.equal(config.enabled, true);
      assert.equal(complaints.length, 1);
      assert.match(complaints[0] ?? '', /^options: .* accepted: an object\. Using the defaults\.$/);
    }
  });
});

function circular(): object {
  const object: Record<string, unknown> = Object.create(null);
  object.itself = object;
  return object;
}
