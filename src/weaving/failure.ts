// SPDX-License-Identifier: Apache-2.0
// Errors on spans. Anything can be thrown: `undefined`, a revoked proxy, an object whose `message` throws (craft §10.6).
import { type Exception, type Span, SpanStatusCode } from '@opentelemetry/api';

/** Status ERROR, one exception event, the class name under `keys` (decisions O2, A3). Never throws. */
export function recordFailure(span: Span, error: unknown, keys: readonly string[]): void {
  const name = read(() => className(error)) ?? 'Error';
  const message = read(() => messageOf(error)) ?? '';
  for (const key of keys) span.setAttribute(key, name);
  // Not the error itself: the SDK would prefer its `code` to its name as `exception.type`.
  span.recordException({ name, message, ...stackOf(error) } satisfies Exception);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

/** The class of an error; its `name` where the class says nothing; the kind of value where it is no error at all. */
export function className(error: unknown): string {
  if (typeof error !== 'object' || error === null) return error === null ? 'null' : typeof error;
  const constructed = (error as { constructor?: { name?: unknown } }).constructor?.name;
  const named = (error as { name?: unknown }).name;
  const plain = constructed === undefined || constructed === '' || constructed === 'Error' || constructed === 'Object';
  if (plain && typeof named === 'string' && named !== '') return named;
  return typeof constructed === 'string' && constructed !== '' ? constructed : 'Error';
}

function messageOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
  return String(error);
}

function stackOf(error: unknown): { stack?: string } {
  const stack = read(() => (error as { stack?: unknown } | null | undefined)?.stack);
  return typeof stack === 'string' ? { stack } : {};
}

function read<T>(what: () => T): T | undefined {
  try {
    return what();
  } catch {
    return undefined;
  }
}
