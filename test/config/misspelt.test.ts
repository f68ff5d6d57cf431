// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { type EventSourceInstrumentationConfig, resolveConfig } from '../../src/config.js';
import { options, sdkOptions } from '../../src/options.js';
import type { Environment } from '../../src/settings.js';
import { PREFIX } from '../../src/settings.js';

function complaintsOf(given: object, env: Environment = {}): string[] {
  const complaints: string[] = [];
  resolveConfig(given as EventSourceInstrumentationConfig, env, (said) => complaints.push(said));
  return complaints;
}

const noVariable = (name: string, nearest: string) =>
  `${name}: there is no such variable; the nearest is ${PREFIX}${nearest}. It is left out.`;
const noOption = (name: string, nearest: string) =>
  `option ${name}: there is no such option; the nearest is ${nearest}. It is left out.`;

describe('a misspelt variable', () => {
  it('is named with the nearest that exists, where it has our prefix', () => {
    for (const [suffix, nearest] of [
      ['FAMILY', 'FAMILIES'],
      ['LOG_LEVELS', 'LOG_LEVEL'],
      ['LOGLEVEL', 'LOG_LEVEL'],
      ['LOG_SNIK', 'LOG_SINK'],
      ['log_sink', 'LOG_SINK'],
      ['TENANT', 'CAPTURE_TENANT'],
      ['STALLED_AFTER_MILLIS', 'STALLED_AFTER'],
      ['MODULES', 'MODULE_NAMES'],
      ['SDK_ENABLED', 'ENABLED'],
      ['FLUSHTIMEOUT', 'FLUSH_TIMEOUT'],
      ['LIBRARY', 'LIBRARIES'],
    ] as const) {
      assert.deepEqual(complaintsOf({}, { [PREFIX + suffix]: 'x' }), [noVariable(PREFIX + suffix, nearest)]);
    }
  });

  it('is named where its prefix is nearly ours', () => {
    for (const prefix of [
      'OTEL_INSTRUMENTATION_EVENT_SOURCE_',
      'OTEL_INSTRUMENTATIONS_EVENTSOURCE_',
      'OTEL_INSTRUMENTATION_EVENTSOUCRE_',
      'OTEL_INSTUMENTATION_EVENTSOURCE_',
      'OTLE_INSTRUMENTATION_EVENTSOURCE_',
      'OTEL_INSTRUMENTATION_EVENTSOURCES_',
      'otel_instrumentation_eventsource_',
    ]) {
      for (const suffix of ['FAMILIES', 'CAPTURE_ACTORS']) {
        const nearest = suffix.replace('ACTORS', 'ACTOR');
        assert.deepEqual(complaintsOf({}, { [prefix + suffix]: 'x' }), [noVariable(prefix + suffix, nearest)]);
      }
    }
  });

  it('is not found among those that exist, that are set to nothing, or that others read', () => {
    const own = [...Object.values(options), ...Object.values(sdkOptions)].flatMap((option) =>
      'variable' in option ? [[PREFIX + option.variable, ' ']] : [],
    );
    const functions = ['redactException', 'spanStartHook', 'spanEndHook'];
    assert.equal(own.length, Object.keys(options).length + Object.keys(sdkOptions).length - functions.length);
    const others = [
      'OTEL_INSTRUMENTATION_EVENTSTORE_ENABLED',
      'OTEL_INSTRUMENTATION_EVENTBRIDGE_ENABLED',
      'OTEL_INSTRUMENTATION_HTTP_ENABLED',
      'OTEL_INSTRUMENTATION_COMMON_EVENT_SOURCE',
      'OTEL_DOTNET_AUTO_EVENTSOURCE_ENABLED',
      'OTEL_SERVICE_NAME',
      'EVENTSOURCE_FAMILIES',
      'EVENTS',
      'PATH',
    ].map((name) => [name, 'true']);
    const env = Object.fromEntries([...own, [`${PREFIX}FAMILY`, ''], ...others]);
    assert.deepEqual(complaintsOf({}, env), []);
  });

  it('is none where names have no case, and the value is read', () => {
    const values: Record<string, string> = { Otel_Instrumentation_EventSource_Enabled: 'false' };
    const asOnWindows = new Proxy(values, {
      get: (_, name) => (/^otel_instrumentation_eventsource_enabled$/i.test(String(name)) ? 'false' : undefined),
    });
    assert.deepEqual(complaintsOf({}, asOnWindows), []);
  });
});

describe('a misspelt option', () => {
  it('is named with the nearest that exists, and the others hold', () => {
    for (const [name, nearest] of [
      ['familys', 'families'],
      ['Families', 'families'],
      ['logLevels', 'logLevel'],
      ['LOG_LEVEL', 'logLevel'],
      ['library', 'libraries'],
      ['enable', 'enabled'],
      ['redactExceptions', 'redactException'],
      ['stalledAfter', 'stalledAfterMillis'],
      ['moduleName', 'moduleNames'],
    ] as const) {
      assert.deepEqual(complaintsOf({ [name]: 1, logSink: 'none' }), [noOption(name, nearest)]);
    }
  });

  it('is none where it is not given', () => {
    assert.deepEqual(complaintsOf({ familys: undefined, families: undefined }), []);
  });
});
