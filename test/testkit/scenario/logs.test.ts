// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { toLogRows } from '../../../testkit/scenario/logs.js';
import { createMarks } from '../../../testkit/scenario/marks.js';

describe('toLogRows', () => {
  it('gives logger, severity, body and attributes, without what differs from run to run, in a stable order', () => {
    const exporter = new InMemoryLogRecordExporter();
    const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
    const marks = createMarks();
    const id = marks.uuid('order-1');
    provider.getLogger('stores.sqlite').emit({ severityText: 'INFO', body: `appended to ${id}`, attributes: { id } });
    const failure = { 'exception.message': `no ${id}`, 'exception.stacktrace': 'Error\n  at x:1:2' };
    provider.getLogger('bus').emit({ severityText: 'WARN', attributes: { ...failure, 'handler.duration_ms': 1.5 } });
    assert.deepEqual(toLogRows(exporter.getFinishedLogRecords(), marks), [
      {
        logger: 'bus',
        severity: 'WARN',
        attributes: {
          'exception.message': 'no <uuid:order-1>',
          'exception.stacktrace': '<volatile>',
          'handler.duration_ms': '<volatile>',
        },
      },
      {
        logger: 'stores.sqlite',
        severity: 'INFO',
        body: 'appended to <uuid:order-1>',
        attributes: { id: '<uuid:order-1>' },
      },
    ]);
  });
});
