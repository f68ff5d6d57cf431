// SPDX-License-Identifier: Apache-2.0
// The application's own meter and logger provider, for `--import`: what they were given goes into the file SIGNALS_FILE when the
// process has nothing left to do.
import { writeFileSync } from 'node:fs';
import { metrics } from '@opentelemetry/api';
import { type LoggerProvider, logs } from '@opentelemetry/api-logs';
import { recordingLogs, recordingPoints } from '../signals.js';

const points = recordingPoints();
const { provider, records } = recordingLogs();
metrics.setGlobalMeterProvider(points.provider);
logs.setGlobalLoggerProvider(provider as LoggerProvider);

process.once('beforeExit', () => {
  void points.collect().then((measured) => {
    const written = records.map(({ logger, severityText, body, attributes }) => ({
      logger,
      severity: severityText,
      body,
      attributes,
    }));
    writeFileSync(process.env.SIGNALS_FILE ?? '', JSON.stringify({ measured, records: written }));
  });
});
