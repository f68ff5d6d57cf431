// SPDX-License-Identifier: Apache-2.0
// The lists of auto-instrumentations switch us as they switch theirs; our own word about us outranks them.
import assert from 'node:assert/strict';
import { resolveConfig } from '../../src/config.js';
import type { Environment } from '../../src/settings.js';
import { observe, treeOf } from '../../testkit/bare-and-woven.js';
import { programFiles } from '../process/programs/files.js';
import { spansOfSave } from '../process/programs/saves.js';

const [ENABLED, DISABLED] = ['OTEL_NODE_ENABLED_INSTRUMENTATIONS', 'OTEL_NODE_DISABLED_INSTRUMENTATIONS'];
const OWN = 'OTEL_INSTRUMENTATION_EVENTSOURCE_ENABLED';

const isEnabled = (env: Environment, given = {}) => resolveConfig(given, env, assert.fail).enabled;

describe('the lists of instrumentations that run', () => {
  const lists: readonly (readonly [Environment, boolean])[] = [
    [{ [ENABLED]: 'http,pg' }, false],
    [{ [ENABLED]: 'http, eventsource ,pg' }, true],
    [{ [ENABLED]: 'eventsource' }, true],
    // A name is the whole of what stands behind `@opentelemetry/instrumentation-`.
    [{ [ENABLED]: 'eventsource-ts,@opentelemetry/instrumentation-eventsource' }, false],
    [{ [ENABLED]: 'EventSource' }, false],
    [{ [ENABLED]: ' ' }, true],
    [{ [DISABLED]: 'http,pg' }, true],
    [{ [DISABLED]: 'http, eventsource' }, false],
    [{ [DISABLED]: '' }, true],
    [{ [ENABLED]: 'eventsource', [DISABLED]: 'eventsource' }, false],
    [{ [ENABLED]: 'eventsource', [DISABLED]: 'http' }, true],
    [{ [ENABLED]: 'http', [DISABLED]: 'http' }, false],
  ];

  for (const [env, expected] of lists) {
    it(`switch us ${expected ? 'on' : 'off'}: ${JSON.stringify(env)}`, () => assert.equal(isEnabled(env), expected));
  }

  it('are outranked by our own variable, and that by the option', () => {
    for (const [off, on] of [
      [{ [ENABLED]: 'http' }, {}],
      [{ [DISABLED]: 'eventsource' }, { [ENABLED]: 'eventsource' }],
    ] as const) {
      assert.equal(isEnabled({ ...off, [OWN]: 'true' }), true);
      assert.equal(isEnabled({ ...on, [OWN]: 'false' }), false);
      assert.equal(isEnabled(off, { enabled: true }), true);
      assert.equal(isEnabled({ ...off, [OWN]: 'true' }, { enabled: false }), false);
      assert.equal(isEnabled(off, { enabled: undefined }), false);
    }
  });

  it('hold where our own variable cannot be used, and the complaint says what holds', () => {
    const complaints: string[] = [];
    const { enabled } = resolveConfig({}, { [DISABLED]: 'eventsource', [OWN]: 'ja' }, (said) => complaints.push(said));
    assert.equal(enabled, false);
    assert.deepEqual(complaints, [`${OWN}: "ja" is not usable; accepted: true or false. Using false.`]);
  });

  it('hold under the preload, which says nothing about it', async function () {
    this.timeout(120_000);
    const traced = Array(3).fill(spansOfSave).join(' ');
    for (const [env, expected] of [
      [{ [ENABLED]: 'http' }, ''],
      [{ [ENABLED]: 'http,eventsource' }, traced],
      [{ [DISABLED]: 'eventsource' }, ''],
      [{ [DISABLED]: 'eventsource', [OWN]: 'true' }, traced],
    ] as const) {
      const run = await observe({ ...programFiles('three-saves', 'esm'), env, preload: 'recording' });
      assert.deepEqual([run.stdout, run.stderr, run.code], ['[1,2,3]\n', '', 0]);
      assert.equal(treeOf(run.spans), expected, JSON.stringify(env));
    }
  });
});
