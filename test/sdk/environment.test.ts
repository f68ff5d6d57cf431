// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import sinon from 'sinon';
import { resolveSdkOptions } from '../../src/config.js';
import { asksForSdk, destinationOf } from '../../src/sdk/environment.js';
import type { Complain, Environment } from '../../src/settings.js';

const asks = (env: Environment, complain: Complain) => asksForSdk(env, resolveSdkOptions(env, complain));
const flushTimeout = (env: Environment, complain: Complain) => resolveSdkOptions(env, complain).flushTimeoutMillis;

describe('the environment', () => {
  const silent = () => assert.fail('no warning is due');

  for (const env of [
    { OTEL_TRACES_EXPORTER: 'otlp' },
    { OTEL_METRICS_EXPORTER: 'console' },
    { OTEL_LOGS_EXPORTER: 'none' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' },
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:1' },
    { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://127.0.0.1:1' },
    { OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://127.0.0.1:1' },
    { OTEL_INSTRUMENTATION_EVENTSOURCE_SDK: 'TRUE' },
    { OTEL_TRACES_EXPORTER: 'otlp', OTEL_SDK_DISABLED: 'false' },
  ]) {
    it(`asks for an SDK with ${JSON.stringify(env)}`, () => assert.equal(asks(env, silent), true));
  }

  for (const env of [
    {},
    { OTEL_TRACES_EXPORTER: ' ' },
    { OTEL_SERVICE_NAME: 'shop', OTEL_EXPORTER_OTLP_HEADERS: 'a=b', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    { OTEL_TRACES_EXPORTER: 'otlp', OTEL_SDK_DISABLED: 'true' },
    { OTEL_INSTRUMENTATION_EVENTSOURCE_SDK: 'true', OTEL_SDK_DISABLED: 'true' },
    { OTEL_TRACES_EXPORTER: 'otlp', OTEL_INSTRUMENTATION_EVENTSOURCE_SDK: 'false' },
  ]) {
    it(`does not ask for an SDK with ${JSON.stringify(env)}`, () => assert.equal(asks(env, silent), false));
  }

  it('has a switch for the SDK: a malformed one is named once, and the other variables decide', () => {
    const complain = sinon.spy();
    const env = { OTEL_INSTRUMENTATION_EVENTSOURCE_SDK: 'yes', OTEL_TRACES_EXPORTER: 'otlp' };
    assert.equal(asks(env, complain), true);
    sinon.assert.calledOnceWithMatch(complain, /OTEL_INSTRUMENTATION_EVENTSOURCE_SDK.*"yes".*true or false/);
  });

  it('says how long a flush may take', () => {
    const timeout = (text: string) => ({ OTEL_INSTRUMENTATION_EVENTSOURCE_FLUSH_TIMEOUT: text });
    assert.equal(flushTimeout({}, silent), 2000);
    assert.equal(flushTimeout(timeout('0'), silent), 0);
    assert.equal(flushTimeout(timeout(' 500 '), silent), 500);
    for (const text of ['2s', '-1', '1.5', 'Infinity']) {
      const complain = sinon.spy();
      assert.equal(flushTimeout(timeout(text), complain), 2000);
      sinon.assert.calledOnceWithMatch(complain, 'OTEL_INSTRUMENTATION_EVENTSOURCE_FLUSH_TIMEOUT');
      sinon.assert.calledOnceWithMatch(complain, `"${text}"`);
    }
  });

  const OTLP = 'OTEL_EXPORTER_OTLP_ENDPOINT';
  for (const [env, endpoint, variable] of [
    [{}, 'http://localhost:4318', OTLP],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'http://localhost:4317', OTLP],
    [{ OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'grpc' }, 'http://localhost:4317', OTLP],
    [{ [OTLP]: 'https://user:secret@collector:4318' }, 'https://collector:4318', OTLP],
    [
      { [OTLP]: 'http://a', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://b' },
      'http://b',
      'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    ],
    [
      { OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://c' },
      'http://c',
      'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
    ],
    [{ OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none', [OTLP]: 'http://d' }, 'http://d', OTLP],
    [{ OTEL_TRACES_EXPORTER: 'zipkin' }, 'http://localhost:9411/api/v2/spans', 'OTEL_EXPORTER_ZIPKIN_ENDPOINT'],
    [
      { OTEL_TRACES_EXPORTER: 'zipkin', OTEL_EXPORTER_ZIPKIN_ENDPOINT: 'http://e', [OTLP]: 'http://f' },
      'http://e',
      'OTEL_EXPORTER_ZIPKIN_ENDPOINT',
    ],
  ] as const) {
    it(`sends telemetry to ${endpoint}, as ${variable} says, with ${JSON.stringify(env)}`, () => {
      assert.deepEqual(destinationOf(env), { endpoint, variable });
    });
  }
});
