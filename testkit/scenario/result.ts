// SPDX-License-Identifier: Apache-2.0
import type { Attributes } from '@opentelemetry/api';

/** One span of a result, with the spans below it (README.md, The result). Empty lists are left out. */
export interface SpanNode {
  readonly name: string;
  readonly kind: string;
  readonly status: string;
  readonly attributes: Attributes;
  readonly scope?: 'scenario';
  readonly exceptions?: readonly string[];
  readonly links?: readonly string[];
  /** Keys that the contract leaves open, each with the values an actual node may carry. Only in expected files. */
  readonly open?: Readonly<Record<string, readonly unknown[]>>;
  readonly children?: readonly SpanNode[];
}

/** One instrument and attribute set of a result: a counter has a value, a histogram a count, a gauge neither. */
export interface MetricRow {
  readonly name: string;
  readonly type: 'counter' | 'histogram' | 'gauge';
  readonly unit: string;
  readonly attributes?: Attributes;
  readonly value?: number;
  readonly count?: number;
}

/** One log record of a result. Expected files have none: what is logged is compared by nobody. */
export interface LogRow {
  readonly logger: string;
  /** The word: `INFO`. */
  readonly severity: string;
  readonly body?: string;
  readonly attributes: Attributes;
}

export interface Result {
  readonly scenario: string;
  readonly spans: readonly SpanNode[];
  readonly metrics: readonly MetricRow[];
  readonly logs: readonly LogRow[];
}
