// SPDX-License-Identifier: Apache-2.0
// What is in effect, as options again: whole, in JSON, and the same when it is given back.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type Environment, type EventSourceInstrumentationConfig, resolveConfig } from '../../src/config.js';
import { library } from '../../src/libraries/eventsource/index.js';
import { settingsFor } from '../../src/library-settings.js';
import { type Option, options } from '../../src/options.js';
import { optionsInEffect } from '../../src/options-in-effect.js';
import { PREFIX } from '../../src/settings.js';
import { applicationWith, root, runNode, usePackages } from '../../testkit/child.js';

const resolve = (given: EventSourceInstrumentationConfig, env: Environment) => resolveConfig(given, env, assert.fail);

function inEffect(given: EventSourceInstrumentationConfig, env: Environment = {}): EventSourceInstrumentationConfig {
  const config = resolve(given, env);
  return optionsInEffect(config, given, config.enabled);
}

const json = (given: EventSourceInstrumentationConfig) => JSON.parse(JSON.stringify(given));

/** Each option said, in code or in the environment, as it is not by default. */
const everything: readonly (readonly [EventSourceInstrumentationConfig, Record<string, string>])[] = [
  [{}, {}],
  [
    {
      enabled: false,
      moduleNames: ['ours'],
      families: { stores: 'on' },
      libraries: { emmett: false, 'nestjs-cqrs': { families: { sagas: 'off' } }, eventsource: { queryStores: false } },
      inMemoryPublishSpan: true,
      requireParentSpan: true,
      captureTenant: false,
      captureActor: false,
      semconvStabilityOptIn: ['database', 'messaging/dup'],
      cardinalityLimit: 7,
      logLevel: 'warn,eventsource.bus=debug',
      logSink: 'json',
      queryStores: true,
      stalledAfterMillis: 5,
    },
    {},
  ],
  [
    { families: { buses: 'off' }, semconvStabilityOptIn: [] },
    {
      ENABLED: 'false',
      MODULE_NAMES: 'a,b',
      FAMILIES: 'stores=off,buses=on',
      LIBRARIES:
        'emmett=false,castore.persistContext=true,eventsource.families.outbox=off,eventsource.stalledAfterMillis=9',
      IN_MEMORY_PUBLISH_SPAN: 'true',
      REQUIRE_PARENT_SPAN: 'true',
      CAPTURE_TENANT: 'false',
      CAPTURE_ACTOR: 'false',
      SEMCONV_STABILITY_OPT_IN: 'database',
      CARDINALITY_LIMIT: '8',
      LOG_LEVEL: 'debug,eventsource=error',
      LOG_SINK: 'text',
      QUERY_STORES: 'false',
      STALLED_AFTER: '6',
    },
  ],
];

describe('the options in effect', () => {
  it('are all of them, with their defaults where nobody says anything', () => {
    const defaults = inEffect({}) as Readonly<Record<string, unknown>>;
    const functionsAndTables = ['tables', 'redactException', 'spanStartHook', 'spanEndHook'];
    assert.deepEqual(
      Object.keys(options).filter((name) => !(name in defaults)),
      functionsAndTables,
    );
    for (const [name, { reading, fallback }] of Object.entries(options) as [string, Option][]) {
      if (reading !== undefined) assert.deepEqual(defaults[name], fallback, name);
    }
  });

  it('have what code and environment say, whoever it is that is heard', () => {
    const [, code, both] = everything.map(([given, env]) => inEffect(given, withPrefix(env)));
    assert.deepEqual([code?.queryStores, code?.moduleNames, code?.families?.stores], [false, ['ours'], 'on']);
    assert.deepEqual(code?.libraries, {
      eventsource: { enabled: true },
      'nestjs-cqrs': { enabled: true, families: { sagas: 'off' } },
      emmett: { enabled: false, persistContext: true },
      castore: { enabled: true, persistContext: false },
      'node-eventstore': { enabled: true },
      kurrent: { enabled: true, persistContext: true },
    });
    assert.deepEqual(both?.libraries?.castore, { enabled: true, persistContext: true });
    assert.deepEqual(
      [both?.enabled, both?.moduleNames, both?.stalledAfterMillis, both?.semconvStabilityOptIn, both?.logLevel],
      [false, ['a', 'b'], 9, [], { default: 'debug', eventsource: 'error' }],
    );
    const { stores, buses, outbox, snapshots } = both?.families ?? {};
    assert.deepEqual([stores, buses, outbox, snapshots], ['off', 'off', 'off', 'auto']);
  });

  for (const [index, [given, env]] of everything.entries()) {
    it(`are the same again when they are given back as JSON, without any environment or with another (${index})`, () => {
      const first = inEffect(given, withPrefix(env));
      for (const other of [{}, withPrefix({ FAMILIES: 'stores=off', LIBRARIES: 'eventsource.families.stores=off' })]) {
        assert.deepEqual(inEffect(json(first), other), first);
        const settings = settingsFor(library, resolve(json(first), other), false);
        const before = settingsFor(library, resolve(given, withPrefix(env)), false);
        for (const family of Object.keys(library.families))
          assert.equal(settings.family(family), before.family(family));
        for (const name of Object.keys(library.options)) assert.equal(settings.value?.(name), before.value?.(name));
        assert.deepEqual(settings.errorKeys, before.errorKeys);
      }
    });
  }

  it('have the very functions that were given', () => {
    const redactException = () => ({ type: 'a', message: '' });
    const hook = () => {};
    const given = inEffect({ redactException, spanStartHook: hook, spanEndHook: hook });
    assert.deepEqual([given.redactException, given.spanStartHook, given.spanEndHook], [redactException, hook, hook]);
  });

  it('are what getConfig() gives: setConfig() with it changes nothing, also where the instrumentation is off', async () => {
    const main = `
      import { context, trace } from '@opentelemetry/api';
      import { EventSourceInstrumentation } from ${JSON.stringify(join(root, 'dist/src/index.js'))};
      let spans = 0;
      trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan: () => { spans++; return trace.wrapSpanContext({}); } }) });
      const instrumentation = new EventSourceInstrumentation();
      const { InMemoryEventStore } = await import('eventsource');
      const seen = async () => {
        spans = 0;
        await new InMemoryEventStore().getEvents('a', {});
        const { enabled, requireParentSpan, families } = instrumentation.getConfig();
        console.log(spans, enabled, requireParentSpan, families.stores);
      };
      const again = (changed) => instrumentation.setConfig({ ...instrumentation.getConfig(), ...changed });
      await seen();
      again({});
      await seen();
      instrumentation.disable();
      again({});
      await seen();
      instrumentation.enable();
      await seen();
      again({ requireParentSpan: true });
      await seen();
      again({ requireParentSpan: false, families: { stores: 'off' } });
      await seen();
      again({ families: { stores: 'on' }, enabled: false });
      await seen();
      again({ enabled: true });
      await seen();
    `;
    const { folder, remove } = applicationWith({ 'main.mjs': main });
    try {
      usePackages(folder, '@opentelemetry/api', 'eventsource');
      const env = { [`${PREFIX}FAMILIES`]: 'stores=on' };
      const { stdout, stderr } = await runNode({ args: ['main.mjs'], cwd: folder, env });
      assert.equal(stderr, '');
      assert.deepEqual(stdout.trim().split('\n'), [
        '1 true false on',
        '1 true false on',
        '0 false false on',
        '1 true false on',
        '0 true true on',
        '0 true false off',
        '0 false false on',
        '1 true false on',
      ]);
    } finally {
      remove();
    }
  }).timeout(120_000);
});

function withPrefix(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [PREFIX + name, value]));
}
