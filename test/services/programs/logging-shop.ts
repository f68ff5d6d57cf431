// SPDX-License-Identifier: Apache-2.0
// `logging-shop.js FILE`: the shop, with telemetry of the application itself in all three signals.
import { metrics, trace } from '@opentelemetry/api';
import { logs, SeverityNumber } from '@opentelemetry/api-logs';

const logger = logs.getLogger('application');
const meter = metrics.getMeter('application');
meter.createObservableGauge('application.days').addCallback((result) => result.observe(2));

logger.emit({ severityNumber: SeverityNumber.INFO, body: 'the shop opens', attributes: { days: 2, open: true } });
await import('../../../fixtures/shop/app.js');
trace.getTracer('application').startActiveSpan('close', (span) => {
  logger.emit({ severityNumber: SeverityNumber.WARN, body: 'the shop closes' });
  meter.createCounter('application.closings', { unit: '{closing}' }).add(1, { reason: 'evening' });
  span.end();
});
