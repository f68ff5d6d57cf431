// SPDX-License-Identifier: Apache-2.0
// Message headers as carriers of trace context. Brokers hand values out as text, bytes, lists of both, or anything at all;
// only text is trace context, and a header of another kind is somebody else's.
import type { TextMapGetter } from '@opentelemetry/api';

/** Reads text out of headers of whatever kind; never throws for what somebody sent. */
export const headerGetter: TextMapGetter<unknown> = {
  keys: (headers) => (typeof headers === 'object' && headers !== null ? Object.keys(headers) : []),
  get: (headers, key) =>
    typeof headers === 'object' && headers !== null ? textOf((headers as Record<string, unknown>)[key]) : undefined,
};

/** Of a header that came several times, the first counts, as in HTTP. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8');
  return Array.isArray(value) ? textOf(value[0]) : undefined;
}
