// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { withoutSecrets } from '../../src/cli/secrets.js';
import { shownVariables } from '../../src/cli/variables.js';

describe('secrets of an environment', () => {
  for (const [what, env, secret] of [
    ['values of headers', { OTEL_EXPORTER_OTLP_HEADERS: 'a=1,api-key=hunter22' }, 'hunter22'],
    ['values of headers of one signal', { OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'api-key=hunter22' }, 'hunter22'],
    ['the token behind a scheme', { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer hunter22' }, 'hunter22'],
    ['encoded values, decoded', { OTEL_EXPORTER_OTLP_HEADERS: 'key=hunter%2022' }, 'hunter 22'],
    ['passwords of addresses', { DATABASE_URL: 'postgres://shop:hunter22@db/shop' }, 'hunter22'],
    ['queries of addresses', { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://back-end.test/?token=hunter22' }, 'hunter22'],
    ['keys', { BACK_END_API_KEY: 'hunter22' }, 'hunter22'],
  ] as const) {
    it(`are left out of any text: ${what}`, () => {
      const text = withoutSecrets(env)(`refused: "${secret}" is not known`);
      assert.equal(text, 'refused: "…" is not known');
    });
  }

  it('are left out of addresses that no variable has', () => {
    assert.equal(withoutSecrets({})('no answer of http://shop:hunter22@db:80/x'), 'no answer of http://db:80/x');
  });

  it('leave words alone that are too short to be any', () => {
    assert.equal(withoutSecrets({ OTEL_EXPORTER_OTLP_HEADERS: 'a=1' })('10 calls'), '10 calls');
  });

  it('are not shown as values of variables, whose names are', () => {
    assert.deepEqual(
      shownVariables({
        OTEL_EXPORTER_OTLP_HEADERS: 'api-key=hunter22',
        OTEL_RESOURCE_ATTRIBUTES: 'owner=anna',
        OTEL_TRACES_EXPORTER: 'otlp',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'https://shop:hunter22@back-end.test/otlp?token=hunter22#x',
        PATH: '/bin',
      }),
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'https://back-end.test/otlp',
        OTEL_EXPORTER_OTLP_HEADERS: null,
        OTEL_RESOURCE_ATTRIBUTES: null,
        OTEL_TRACES_EXPORTER: 'otlp',
      },
    );
  });
});
