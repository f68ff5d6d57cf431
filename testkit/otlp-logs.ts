// SPDX-License-Identifier: Apache-2.0
// Log exports of OTLP as records that are easy to look at.
import {
  type AnyValue,
  type Attributes,
  type AttributeValue,
  attributesOf,
  hex,
  type Id,
  type KeyValue,
  plain,
  type Resource,
  type Scope,
} from './otlp-messages.js';

export interface ExportedRecord {
  readonly body: AttributeValue;
  /** As a number. */
  readonly severity: number;
  readonly attributes: Attributes;
  /** Of the span that was current; `undefined` without one. */
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  /** `service.name` of the process. */
  readonly service: string;
  /** Name of the logger. */
  readonly scope: string;
}

/** @param request in the JSON of OTLP; one without records is none of logs */
export function recordsOf(request: unknown): ExportedRecord[] {
  return ((request as LogsRequest).resourceLogs ?? []).flatMap(({ resource, scopeLogs = [] }) => {
    const service = String(attributesOf(resource?.attributes)['service.name']);
    return scopeLogs.flatMap(({ scope, logRecords = [] }) =>
      logRecords.map(({ body, severityNumber = 0, attributes, traceId = '', spanId = '' }) => ({
        body: plain(body),
        severity: severityNumber,
        attributes: attributesOf(attributes),
        traceId: hex(traceId) || undefined,
        spanId: hex(spanId) || undefined,
        service,
        scope: scope?.name ?? '',
      })),
    );
  });
}

interface LogsRequest {
  readonly resourceLogs?: readonly {
    readonly resource?: Resource;
    readonly scopeLogs?: readonly { readonly scope?: Scope; readonly logRecords?: readonly LogRecord[] }[];
  }[];
}

interface LogRecord {
  readonly body?: AnyValue;
  readonly severityNumber?: number;
  readonly attributes?: readonly KeyValue[];
  readonly traceId?: Id;
  readonly spanId?: Id;
}
