// SPDX-License-Identifier: Apache-2.0
// Options that are anything at all: what can be read holds, what cannot is told once, and nothing is thrown, changed or kept.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { type ResolvedConfig, resolveConfig } from '../../src/config.js';
import { type Option, options } from '../../src/options.js';
import { readableOptions } from '../../src/readable-options.js';
import { onEachNode, root, runNode } from '../../testkit/child.js';
import { hostileNames, hostileThrows, hostileValues } from '../../testkit/hostile.js';

const names = Object.keys(options) as (keyof typeof options)[];
const defaults = resolveConfig({}, {}, assert.fail);
/** Each with a value that is not its default. */
const usable = {
  enabled: false,
  moduleNames: ['mine'],
  families: { stores: 'off' },
  libraries: { emmett: false },
  tables: [],
  inMemoryPublishSpan: true,
  requireParentSpan: true,
  captureTenant: false,
  captureActor: false,
  cardinalityLimit: 7,
  logLevel: 'warn',
  logSink: 'json',
  redactException: ({ type }: { type: string }) => ({ type, message: '' }),
  spanStartHook: () => {},
  spanEndHook: () => {},
  semconvStabilityOptIn: ['database'],
  queryStores: false,
  stalledAfterMillis: 7,
} satisfies Record<keyof typeof options, unknown>;
const anyFunction = ['a function', 'a class', 'a revoked function'];
/** What may stand there, though it looks odd. */
const accepts: Partial<Record<keyof typeof options, readonly string[]>> = {
  // A text of whatever length is a name, and any function may be called.
  moduleNames: ['a megabyte of text'],
  redactException: anyFunction,
  spanStartHook: anyFunction,
  spanEndHook: anyFunction,
};

/** A hook is wrapped anew each time it is read. */
function withoutHooks(config: object): object {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [name, typeof value === 'function' ? 'a hook' : value]),
  );
}

function resolve(given: unknown): { config: ResolvedConfig; complaints: string[] } {
  const complaints: string[] = [];
  return { config: resolveConfig(given, {}, (said) => void complaints.push(said)), complaints };
}

function isValid(config: ResolvedConfig): boolean {
  const flags = [
    config.enabled,
    config.captureTenant,
    config.captureActor,
    config.queryStores,
    config.inMemoryPublishSpan,
  ];
  const counts = [config.cardinalityLimit, config.stalledAfterMillis];
  return (
    flags.every((flag) => typeof flag === 'boolean') &&
    counts.every((count) => Number.isSafeInteger(count) && count >= 1) &&
    config.moduleNames.length > 0 &&
    config.moduleNames.every((name) => typeof name === 'string' && name !== '') &&
    Object.values(config.families).every((mode) => ['auto', 'on', 'off'].includes(mode)) &&
    Object.keys(config.families).join() === Object.keys(defaults.families).join() &&
    ['none', 'text', 'json'].includes(config.logSink) &&
    Object.values(config.logLevels).every((level) => typeof level === 'string') &&
    ['undefined', 'function'].includes(typeof config.redactException) &&
    Object.isFrozen(config)
  );
}

describe('hostile options', () => {
  for (const name of hostileNames) {
    it(`never throw and leave the defaults where they are ${name} as a whole, which is told once`, () => {
      const { config, complaints } = resolve(hostileValues[name]());
      assert.deepEqual(config, defaults);
      assert.equal(complaints.length, 1, complaints.join('\n'));
      assert.match(complaints[0] ?? '', /^option(s| hostile| itself| \d): .{1,400}$/);
    });
  }

  for (const option of names.filter((each) => each !== 'tables')) {
    it(`cost nothing but ${option} where that is hostile, and say once what it accepts`, () => {
      const { reading, accepted = reading?.accepted }: Option = options[option];
      const expected = resolve({ ...usable, [option]: undefined }).config;
      for (const name of hostileNames) {
        if (accepts[option]?.includes(name)) continue;
        const { config, complaints } = resolve({ ...usable, [option]: hostileValues[name]() });
        const { redactException: redact, libraries, ...rest } = config;
        const { redactException: _, libraries: expectedLibraries, ...others } = expected;
        assert.deepEqual(withoutHooks(rest), withoutHooks(others), `${name} as ${option}`);
        // Where somebody wanted something to be left out, more is.
        assert.equal(typeof redact, 'function', name);
        assert.deepEqual(Object.keys(libraries), Object.keys(expectedLibraries), name);
        assert.ok(complaints.length > 0 && complaints.length <= 2, `${name}: ${complaints.join('\n')}`);
        for (const said of complaints) {
          assert.ok(said.startsWith(option === 'logLevel' ? 'option logLevel: ' : `option ${option}: `), said);
          assert.match(said, /accepted: /, name);
          if (reading !== undefined) assert.ok(said.includes(`accepted: ${accepted}`), said);
          assert.ok(said.length < 1200, `${name}: ${said.length}`);
        }
      }
    });
  }

  it('hold but for those whose getters throw, whatever these throw', () => {
    for (const [what, thrown] of Object.entries(hostileThrows)) {
      for (const option of names) {
        const given = { ...usable };
        Object.defineProperty(given, option, {
          get() {
            throw thrown();
          },
        });
        const { config, complaints } = resolve(given);
        if (option === 'tables') continue;
        assert.equal(complaints.length, 1, `${option} ${what}: ${complaints.join('\n')}`);
        assert.match(complaints[0] ?? '', new RegExp(`^option ${option}: "?a value that cannot be read`));
        assert.deepEqual(config.captureActor, option === 'captureActor');
        assert.deepEqual(config.cardinalityLimit, option === 'cardinalityLimit' ? 200 : 7);
      }
    }
  });

  it('hold where only their names cannot be listed', () => {
    const given = new Proxy(usable, {
      ownKeys() {
        throw new Error('not today');
      },
    });
    const { config, complaints } = resolve(given);
    assert.deepEqual(withoutHooks(config), withoutHooks(resolve(usable).config));
    assert.deepEqual(complaints, [
      'options: their names cannot be listed (not today); those that exist hold, and no other is told.',
    ]);
  });

  it('of a class hold, those that it inherits too', () => {
    class Base {
      get captureTenant() {
        return false;
      }
    }
    class Mine extends Base {
      readonly cardinalityLimit = 9;
    }
    const { config, complaints } = resolve(new Mine());
    assert.deepEqual([config.captureTenant, config.cardinalityLimit, complaints], [false, 9, []]);
  });

  it('of unknown names are told up to a bound', () => {
    const given = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`garbage${index}`, index]));
    const { complaints } = resolve({ ...given, ['y'.repeat(2 ** 20)]: 1 });
    assert.equal(complaints.length, 21);
    assert.equal(complaints.at(-1), 'options: there are 4981 more names that are no option. They are left out.');
    assert.ok((resolve({ ['y'.repeat(2 ** 20)]: 1 }).complaints[0]?.length ?? 0) < 300);
  });

  it('are read once, never changed, and give a valid configuration whatever they are', () => {
    const anything = {
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSparseArray: true,
      withNullPrototype: true,
    };
    // Of some nothing can be asked, not even by who generates them.
    const leaf: fc.Arbitrary<() => unknown> = fc.oneof(
      fc.anything({ ...anything, maxDepth: 3 }).map((value) => () => value),
      fc.constantFrom(...hostileNames).map((name) => hostileValues[name]),
      fc.constantFrom<unknown>(...Object.values(usable)).map((value) => () => value),
    );
    const object = fc.dictionary(fc.oneof(fc.constantFrom<string>(...names), fc.string()), leaf);
    fc.assert(
      fc.property(fc.oneof(object, leaf), (parts) => {
        const reads = new Map<PropertyKey, number>();
        const made =
          typeof parts === 'function' ? parts() : Object.entries(parts).map(([name, part]) => [name, part()]);
        const watched = (target: object) =>
          new Proxy(Object.freeze(target), {
            get(_, name) {
              reads.set(name, (reads.get(name) ?? 0) + 1);
              return Reflect.get(target, name);
            },
          });
        const { config, complaints } = resolve(
          typeof parts === 'function' ? made : watched(Object.fromEntries(made as [string, unknown][])),
        );
        assert.ok(isValid(config));
        assert.ok(complaints.every((said) => said.length < 2000));
        assert.deepEqual(
          [...reads].filter(([, times]) => times > 1),
          [],
        );
      }),
      { numRuns: 500 },
    );
  });

  it('are not kept, nor looked at again', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const nested = () => ({ stores: 'off' as const });
    const make = () => {
      const given = { families: nested(), libraries: { emmett: { families: nested() } }, moduleNames: ['mine'] };
      const read = readableOptions(given, assert.fail);
      const before = JSON.stringify(read);
      given.moduleNames.push('other');
      Object.assign(given.families, { stores: 'on' });
      assert.equal(JSON.stringify(read), before);
      return {
        read,
        refs: [given, given.families, given.libraries.emmett, given.moduleNames].map((each) => new WeakRef(each)),
      };
    };
    const { read, refs } = make();
    return new Promise((resolved) => setImmediate(resolved)).then(() => {
      collect();
      assert.deepEqual([read.moduleNames, refs.map((ref) => ref.deref())], [['mine'], Array(4).fill(undefined)]);
    });
  });

  onEachNode('never let the constructor or setConfig throw, whatever the logger of diag does', async (node) => {
    const main = `
      import { diag } from '@opentelemetry/api';
      import { EventSourceInstrumentation, weave } from ${JSON.stringify(join(root, 'dist/src/index.js'))};
      import { hostileNames, hostileValues } from ${JSON.stringify(join(root, 'dist/testkit/hostile.js'))};
      const names = ${JSON.stringify(names)};
      const all = (use) => {
        for (const name of hostileNames) {
          const value = hostileValues[name]();
          use(value);
          for (const option of names) use({ enabled: false, [option]: value });
          use({ enabled: false, tables: [value, value] });
        }
      };
      all((options) => new EventSourceInstrumentation(options).setConfig(options));
      all((options) => weave({}, options));
      let isSet = false;
      const fail = () => { if (isSet) throw new Error('the logger'); };
      diag.setLogger({ error: fail, warn: fail, info: fail, debug: fail, verbose: fail }, 9999);
      isSet = true;
      let unheard = 0;
      all((options) => new EventSourceInstrumentation({ enabled: false, ['unheard' + unheard++]: options }));
      const instrumentation = new EventSourceInstrumentation({ enabled: false, captureTenant: false, tables: [] });
      const read = instrumentation.getConfig();
      instrumentation.setConfig(read);
      const again = instrumentation.getConfig();
      console.log(read.enabled, read.captureTenant, read.captureActor, JSON.stringify(again) === JSON.stringify(read));
    `;
    const { stdout, stderr, code } = await runNode({ node, args: ['--input-type=module', '-e', main], cwd: root });
    assert.deepEqual([stdout, code], ['false false true true\n', 0], stderr.slice(-2000));
    const lines = stderr.trimEnd().split('\n');
    assert.equal(new Set(lines).size, lines.length);
    assert.ok(
      lines.every((line) => line.length < 1500 && /^opentelemetry-instrumentation-eventsource: option/.test(line)),
      stderr.slice(-2000),
    );
  });
});
