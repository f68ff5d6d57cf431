// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { withoutSecrets } from '../../src/cli/secrets.js';
import { shownVariables } from '../../src/cli/variables.js';

const longToken = Array.from({ length: 60 }, (_, index) => String(100 + index)).join('');

describe('secrets of an environment', () => {
  for (const [what, env, secret] of [
    ['values of headers', { OTEL_EXPORTER_OTLP_HEADERS: 'a=1,api-key=hunter22' }, 'hunter22'],
    ['values of headers of one signal', { OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'api-key=hunter22' }, 'hunter22'],
    ['the token behind a scheme', { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer hunter22' }, 'hunter22'],
    ['encoded values, decoded', { OTEL_EXPORTER_OTLP_HEADERS: 'key=hunter%2022' }, 'hunter 22'],
    ['passwords of addresses', { DATABASE_URL: 'postgres://shop:hunter22@db/shop' }, 'hunter22'],
    ['queries of addresses', { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://back-end.test/?token=hunter22' }, 'hunter22'],
    ['keys', { BACK_END_API_KEY: 'hunter22' }, 'hunter22'],
    ['keys whose names go on', { SECRET_KEY_BASE: 'hunter22', API_TOKEN_PROD: 'x' }, 'hunter22'],
    ['names in small letters', { dbPassword: 'hunter22' }, 'hunter22'],
    ['passwords that are plain words', { DB_PASSWORD: 'sesame' }, 'sesame'],
    ['passwords of four letters', { DB_PASSWORD: 'root' }, 'root'],
    ['users that are keys', { SENTRY: 'https://hunter22@sentry.test/1' }, 'hunter22'],
    ['passwords with characters of addresses', { DB: 'postgres://shop:hun/ter@22@db/shop' }, 'hun/ter'],
    ['parts of connection strings', { DB: 'Server=db;User=shop;Password=hunter22;' }, 'hunter22'],
    ['fields of JSON', { VAULT_CREDENTIALS: '{"user":"shop","password":"hunter22"}' }, 'hunter22'],
    ['fields of JSON of any variable', { CONFIG: '{"user":"shop","password":"hunter22"}' }, 'hunter22'],
    ['signatures of addresses', { STORE: 'https://store.test/a?sv=1&sig=hunter%2B22#x' }, 'hunter+22'],
    ['one of several', { API_KEYS: 'abcdef12,hunter22' }, 'hunter22'],
    ['a line of several', { PRIVATE_KEY: '-----BEGIN KEY-----\nhunter22+x\n-----END KEY-----' }, 'hunter22+x'],
    ['encoded ones', { DB_PASSWORD: 'hunter/22' }, 'hunter%2F22'],
    ['what somebody has cut', { API_TOKEN: longToken }, longToken.slice(0, 80)],
    ['what no variable has, behind its name', {}, undefined],
  ] as const) {
    it(`are left out of any text: ${what}`, () => {
      const text =
        secret === undefined
          ? withoutSecrets(env)('refused: password="hunter22" is not known').replace('password=', '')
          : withoutSecrets(env)(`refused: "${secret}" is not known`);
      assert.equal(text, 'refused: "…" is not known');
    });
  }

  it('are left out of addresses that no variable has', () => {
    assert.equal(withoutSecrets({})('no answer of http://shop:hunter22@db:80/x'), 'no answer of http://db:80/x');
  });

  for (const [what, env, text] of [
    [
      'values of a query that are none',
      { DB: 'postgres://shop:hunter22@db/shop?sslmode=disable' },
      'disable sdk-disabled',
    ],
    ['users that are ordinary words', { DB: 'postgres://shop:hunter22@db/shop' }, 'the service shop is down'],
    ['switches', { USE_TOKEN: 'true', AUTH: 'disabled', KEY: 'auto' }, 'true, disabled, auto'],
    ['schemes', { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer hunter22' }, 'no Bearer'],
    ['parts of words', { SORT_KEY: 'able', DB_PASSWORD: 'root' }, 'tables are rooted'],
    ['parts of numbers', { PIN: '1234' }, '12345 calls'],
    ['paths to files', { OTEL_EXPORTER_OTLP_CLIENT_KEY: '/etc/keys/client.pem' }, 'no such file: /etc/keys/client.pem'],
    ['the working directory', { PWD: '/home/shop' }, 'in /home/shop'],
    ['what is said of a key', {}, 'OTEL_EXPORTER_OTLP_HEADERS has a part that is not key=value.'],
  ] as const) {
    it(`leave texts as they are: ${what}`, () => {
      assert.equal(withoutSecrets(env)(text), text);
    });
  }

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
