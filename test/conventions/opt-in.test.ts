// SPDX-License-Identifier: Apache-2.0
// Who may ask for the current semantic conventions: an option, a variable of ours, the variable of all instrumentations.
import assert from 'node:assert/strict';
import { type EventSourceInstrumentationConfig, resolveConfig } from '../../src/config.js';
import { useConventions } from '../../src/conventions/in-force.js';
import { traced } from '../../src/custom/index.js';
import { library } from '../../src/libraries/eventsource/index.js';
import { settingsFor } from '../../src/library-settings.js';
import { startTelemetry } from '../../testkit/telemetry.js';

const OURS = 'OTEL_INSTRUMENTATION_EVENTSOURCE_SEMCONV_STABILITY_OPT_IN';
const OF_ALL = 'OTEL_SEMCONV_STABILITY_OPT_IN';

function asked(given: unknown, env: Readonly<Record<string, string>> = {}) {
  const complaints: string[] = [];
  const options = { semconvStabilityOptIn: given } as EventSourceInstrumentationConfig;
  const config = resolveConfig(options, env, (said) => complaints.push(said));
  return { optIn: config.semconvStabilityOptIn, complaints, config };
}

describe('the opt-in to current semantic conventions', () => {
  it('is that of the option, else of our variable, else of the variable of all instrumentations', () => {
    for (const [given, env, optIn] of [
      [undefined, {}, []],
      [undefined, { [OF_ALL]: 'http, messaging/dup,database' }, ['database', 'messaging/dup']],
      [undefined, { [OF_ALL]: 'messaging', [OURS]: ' Database , messaging ' }, ['database', 'messaging']],
      [undefined, { [OF_ALL]: 'messaging', [OURS]: ' ' }, ['messaging']],
      [['database/dup'], { [OF_ALL]: 'messaging', [OURS]: 'database' }, ['database/dup']],
      ['database,messaging', {}, ['database', 'messaging']],
      [[], { [OF_ALL]: 'messaging', [OURS]: 'database' }, []],
    ] as const) {
      const { optIn: read, complaints } = asked(given, env);
      assert.deepEqual([read, complaints], [optIn, []], JSON.stringify([given, env]));
    }
  });

  it('is named once where it is malformed, and the next one holds', () => {
    const accepted =
      'accepted: a list of database, database/dup, messaging, messaging/dup (in the environment separated by commas)';
    for (const given of [['databse'], ['database', 7], {}, 1, true, null, 'database;messaging', '']) {
      const { optIn, complaints } = asked(given, { [OF_ALL]: 'messaging' });
      assert.deepEqual(optIn, ['messaging']);
      assert.deepEqual(complaints, [
        `option semconvStabilityOptIn: ${JSON.stringify(given)} is not usable; ${accepted}. Using ["messaging"].`,
      ]);
    }
    const { optIn, complaints } = asked(undefined, { [OURS]: 'http' });
    assert.deepEqual([optIn, complaints], [[], [`${OURS}: "http" is not usable; ${accepted}. Using [].`]]);
  });

  it('names attributes and errors of a library', () => {
    const { attribute, errorKeys } = settingsFor(library, asked(['database', 'messaging/dup']).config, false);
    const keys = (name: string) => attribute(name).map(({ key }) => key);
    assert.deepEqual(keys('db.system'), ['db.system.name']);
    assert.deepEqual(keys('messaging.destination'), ['messaging.destination', 'messaging.destination.name']);
    assert.deepEqual(errorKeys, ['eventsource.error.type', 'error.type']);
    assert.deepEqual(settingsFor(library, asked([]).config, false).errorKeys, ['eventsource.error.type']);
  });

  it('names the errors of the components of the application', () => {
    const telemetry = startTelemetry();
    const fail = traced('fail')(() => {
      throw new RangeError('no');
    });
    try {
      for (const optIn of [['database'], []] as const) {
        useConventions(optIn);
        assert.throws(fail, RangeError);
      }
      assert.deepEqual(
        telemetry.spans().map(({ attributes }) => attributes),
        [
          { 'eventsource.error.type': 'RangeError', 'error.type': 'RangeError' },
          { 'eventsource.error.type': 'RangeError' },
        ],
      );
    } finally {
      telemetry.stop();
    }
  });
});
