// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describeWithBackEnd, until } from '../../testkit/back-ends/program.js';
import { startVictoriaLogs, type VictoriaLogs } from '../../testkit/back-ends/victoria-logs.js';
import { startOtlpReceiver } from '../../testkit/otlp-receiver.js';
import type { ExportedSpan } from '../../testkit/otlp-traces.js';
import { loggingShop, runShop } from './support/shop.js';

describeWithBackEnd('victoria-logs', 'VictoriaLogs', () => {
  let victoriaLogs: VictoriaLogs;
  let spans: readonly ExportedSpan[];
  before(async function () {
    this.timeout(120_000);
    victoriaLogs = await startVictoriaLogs();
    const traces = await startOtlpReceiver();
    const env = {
      OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: victoriaLogs.endpoint,
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${traces.endpoint}/v1/traces`,
    };
    await runShop({ configuration: 'victoria-logs', env, main: loggingShop });
    await traces.close();
    spans = traces.spans;
  });
  after(() => victoriaLogs?.stop());

  it('finds the log record of the application by the trace that it was written in', async () => {
    const close = spans.find(({ name }) => name === 'close');
    const [record, ...more] = await until(async () => {
      const found = await victoriaLogs.query(`trace_id:="${close?.traceId}"`);
      assert.ok(found.length > 0);
      return found;
    });
    const { _msg, span_id, severity_number } = record ?? {};
    assert.deepEqual(
      { _msg, span_id, severity_number, more },
      { _msg: 'the shop closes', span_id: close?.spanId, severity_number: '13', more: [] },
    );
  }).timeout(120_000);

  it('has no record whose trace is not one that was exported', async () => {
    const all = await until(async () => {
      const found = await victoriaLogs.query('{service.name="shop"}');
      assert.ok(found.length >= 2);
      return found;
    });
    const ids = new Map(spans.map(({ spanId, traceId }) => [spanId, traceId]));
    for (const { span_id, trace_id, _msg } of all) {
      if (span_id !== undefined) assert.equal(ids.get(span_id), trace_id, _msg);
    }
    assert.ok(all.some(({ _msg, trace_id }) => _msg === 'the shop opens' && trace_id === undefined));
    assert.ok(all.some((record) => record['scope.name']?.startsWith('eventsource.') && record.trace_id !== undefined));
  }).timeout(120_000);
});
