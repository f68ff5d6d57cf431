// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { createMarks } from '../../../testkit/scenario/marks.js';
import { toRows } from '../../../testkit/scenario/metrics.js';

describe('toRows', () => {
  it('gives a row for each attribute set, sums up rows that become equal, and names a gauge once', async () => {
    const exporter = new InMemoryMetricExporter(1);
    const reader = new PeriodicExportingMetricReader({ exporter });
    const provider = new MeterProvider({ readers: [reader] });
    const meter = provider.getMeter('library');
    const consumed = meter.createCounter('consumed', { unit: 'messages' });
    consumed.add(1, { 'messaging.kafka.partition': 0 });
    consumed.add(2, { 'messaging.kafka.partition': 1 });
    const duration = meter.createHistogram('duration', { unit: 'ms' });
    duration.record(5, { topic: 'a' });
    duration.record(6, { topic: 'a' });
    meter.createUpDownCounter('active', { unit: '1' }).add(1);
    meter.createObservableGauge('lag', { unit: 'events' }).addCallback((gauge) => {
      gauge.observe(1, { subscription: 'a' });
      gauge.observe(2, { subscription: 'b' });
    });

    const { resourceMetrics } = await reader.collect();
    await provider.shutdown();
    assert.deepEqual(toRows(resourceMetrics, createMarks()), [
      { name: 'active', type: 'gauge', unit: '1' },
      {
        name: 'consumed',
        type: 'counter',
        unit: 'messages',
        attributes: { 'messaging.kafka.partition': '<volatile>' },
        value: 3,
      },
      { name: 'duration', type: 'histogram', unit: 'ms', attributes: { topic: 'a' }, count: 2 },
      { name: 'lag', type: 'gauge', unit: 'events' },
    ]);
  });
});
