// SPDX-License-Identifier: Apache-2.0
import type { Attributes } from '@opentelemetry/api';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { Marks } from './marks.js';
import { normaliseAttributes, normaliseText, sortedBy } from './normalise.js';
import type { LogRow } from './result.js';

/** One row for each record, without its time and its trace: which span it belongs to differs from run to run. */
export function toLogRows(records: readonly ReadableLogRecord[], marks: Marks): LogRow[] {
  const rows = records.map(
    ({ instrumentationScope, severityText = '', body, attributes }): LogRow => ({
      logger: instrumentationScope.name,
      severity: severityText,
      ...(body === undefined || body === null ? {} : { body: normaliseText(String(body), marks) }),
      attributes: normaliseAttributes(attributes as Attributes, marks),
    }),
  );
  return sortedBy(rows, ({ logger }) => logger);
}
