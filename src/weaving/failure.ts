// SPDX-License-Identifier: Apache-2.0
// Errors in telemetry. Anything can be thrown: `undefined`, a revoked proxy, an object whose `message` throws, 5 MB of text.
import type { Exception, Span, SpanStatusCode } from '@opentelemetry/api';

/** Written out, so that this loads where the API is not installed. */
const STATUS_ERROR: SpanStatusCode.ERROR = 2;

/** Characters. One span with more can make the collector refuse the whole batch, and with it the spans of others. */
const LONGEST_MESSAGE = 4096;
const LONGEST_STACK = 16_384;

export interface DescribedError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
}

/** What telemetry says of an error, in bounded length. Never throws. */
export function describeError(error: unknown): DescribedError {
  const stack = read(() => (error as { stack?: unknown } | null | undefined)?.stack);
  return {
    name: className(error),
    message: cut(read(() => messageOf(error)) ?? '', LONGEST_MESSAGE),
    ...(typeof stack === 'string' ? { stack: cut(stack, LONGEST_STACK) } : {}),
  };
}

/**
 * Status ERROR, one exception event, the class name under `keys`. The event gets the description, not the error itself: the SDK
 * would prefer the error's `code` to its name as `exception.type`.
 */
export function recordFailure(span: Span, error: unknown, keys: readonly string[]): void {
  const described = describeError(error);
  for (const key of keys) span.setAttribute(key, described.name);
  span.recordException(described satisfies Exception);
  span.setStatus({ code: STATUS_ERROR, message: described.message });
}

/** The class of an error; its `name` where the class says nothing; the kind of value where it is no error at all. Never throws. */
export function className(error: unknown): string {
  return read(() => classOf(error)) ?? 'Error';
}

function classOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return error === null ? 'null' : typeof error;
  const constructed = (error as { constructor?: { name?: unknown } }).constructor?.name;
  const named = (error as { name?: unknown }).name;
  const plain = constructed === undefined || constructed === '' || constructed === 'Error' || constructed === 'Object';
  if (plain && typeof named === 'string' && named !== '') return cut(named, LONGEST_MESSAGE);
  return typeof constructed === 'string' && constructed !== '' ? cut(constructed, LONGEST_MESSAGE) : 'Error';
}

/** Whether an error is of the class of this name or of one derived from it, or calls itself so. Never throws. */
export function isOfClass(error: unknown, name: string): boolean {
  return read(() => classesOf(error).includes(name)) ?? false;
}

function classesOf(error: unknown): unknown[] {
  if (typeof error !== 'object' || error === null) return [];
  const { name, constructor: made } = error as { readonly name?: unknown; readonly constructor?: { name?: unknown } };
  return [name, made?.name, ...classesOf(Object.getPrototypeOf(error))];
}

function messageOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
  return String(error);
}

function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  // Not between the halves of a surrogate pair: half a character cannot be encoded.
  const end = /[\uD800-\uDBFF]/.test(text.charAt(length - 2)) ? length - 2 : length - 1;
  return `${text.slice(0, end)}…`;
}

function read<T>(what: () => T): T | undefined {
  try {
    return what();
  } catch {
    return undefined;
  }
}
