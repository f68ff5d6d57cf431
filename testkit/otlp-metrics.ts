// SPDX-License-Identifier: Apache-2.0
// Metric exports of OTLP as points that are easy to look at.
import { type Attributes, attributesOf, type KeyValue, type Long, type Resource, type Scope } from './otlp-messages.js';

/** A series of an instrument, as of one export. */
export interface ExportedPoint {
  readonly name: string;
  readonly unit: string;
  readonly kind: 'gauge' | 'sum' | 'histogram';
  readonly attributes: Attributes;
  /** Of a histogram how many values it has taken. */
  readonly value: number;
  /** `service.name` of the process. */
  readonly service: string;
  /** Name of the meter. */
  readonly scope: string;
}

/** @param request in the JSON of OTLP; one without metrics is none of metrics */
export function pointsOf(request: unknown): ExportedPoint[] {
  return ((request as MetricsRequest).resourceMetrics ?? []).flatMap(({ resource, scopeMetrics = [] }) => {
    const service = String(attributesOf(resource?.attributes)['service.name']);
    return scopeMetrics.flatMap(({ scope, metrics = [] }) =>
      metrics.flatMap((metric) => {
        const kind = KINDS.find((kind) => metric[kind] !== undefined) ?? 'gauge';
        return (metric[kind]?.dataPoints ?? []).map(({ attributes, count, asInt, asDouble }) => ({
          name: metric.name,
          unit: metric.unit ?? '',
          kind,
          attributes: attributesOf(attributes),
          value: Number(count ?? asInt ?? asDouble),
          service,
          scope: scope?.name ?? '',
        }));
      }),
    );
  });
}

const KINDS = ['gauge', 'sum', 'histogram'] as const;

interface MetricsRequest {
  readonly resourceMetrics?: readonly {
    readonly resource?: Resource;
    readonly scopeMetrics?: readonly { readonly scope?: Scope; readonly metrics?: readonly Metric[] }[];
  }[];
}

type Metric = { readonly name: string; readonly unit?: string } & {
  readonly [kind in (typeof KINDS)[number]]?: { readonly dataPoints?: readonly Point[] };
};

interface Point {
  readonly attributes?: readonly KeyValue[];
  readonly count?: Long;
  readonly asInt?: Long;
  readonly asDouble?: number;
}
