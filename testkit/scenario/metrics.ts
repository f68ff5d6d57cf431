// SPDX-License-Identifier: Apache-2.0
import { type DataPoint, DataPointType, type MetricData, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { Marks } from './marks.js';
import { compactJson, normaliseAttributes, sortedByName } from './normalise.js';
import type { MetricRow } from './result.js';

/** One row for each instrument and attribute set; rows that become equal by normalisation are added up. */
export function toRows(metrics: ResourceMetrics, marks: Marks): MetricRow[] {
  const rows = new Map<string, MetricRow>();
  for (const row of metrics.scopeMetrics.flatMap((scope) => scope.metrics).flatMap((metric) => rowsOf(metric, marks))) {
    const { name, type, unit, attributes } = row;
    const key = compactJson([name, type, unit, attributes]);
    rows.set(key, sum(rows.get(key), row));
  }
  return sortedByName([...rows.values()]);
}

function rowsOf(metric: MetricData, marks: Marks): MetricRow[] {
  const { name, unit } = metric.descriptor;
  const attributes = (point: DataPoint<unknown>) => normaliseAttributes(point.attributes, marks);
  switch (metric.dataPointType) {
    case DataPointType.HISTOGRAM:
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      return metric.dataPoints.map((point) => ({
        name,
        type: 'histogram',
        unit,
        attributes: attributes(point),
        count: point.value.count,
      }));
    case DataPointType.SUM:
      if (metric.isMonotonic)
        return metric.dataPoints.map((point) => ({
          name,
          type: 'counter',
          unit,
          attributes: attributes(point),
          value: point.value,
        }));
      return [{ name, type: 'gauge', unit }];
    case DataPointType.GAUGE:
      return [{ name, type: 'gauge', unit }];
  }
}

function sum(one: MetricRow | undefined, other: MetricRow): MetricRow {
  if (one?.value !== undefined && other.value !== undefined) return { ...one, value: one.value + other.value };
  if (one?.count !== undefined && other.count !== undefined) return { ...one, count: one.count + other.count };
  return other;
}
