// SPDX-License-Identifier: Apache-2.0
// Errors in telemetry. Anything can be thrown: `undefined`, a revoked proxy, an object whose `message` throws, 5 MB of text.
import type { Exception, Span, SpanStatusCode } from '@opentelemetry/api';
import { cut, LONGEST_MESSAGE, LONGEST_STACK } from './texts.js';

/** Written out, so that this loads where the API is not installed. */
const STATUS_ERROR: SpanStatusCode.ERROR = 2;

/** Characters that are read for a redaction: of a secret that was cut in two before it, half would not be known again. */
const LONGEST_READ = 65_536;

/** What telemetry says of an error. */
export interface ExceptionText {
  /** Name of its class. */
  readonly type: string;
  readonly message: string;
  readonly stacktrace?: string | undefined;
}

/** Takes out of a description what telemetry must not say. Never throws. */
export type Redact = (exception: ExceptionText) => ExceptionText;

/** What telemetry says of an error, in bounded length. Never throws. */
export function describeError(error: unknown, redact?: Redact): ExceptionText {
  const stack = read(() => (error as { stack?: unknown } | null | undefined)?.stack);
  const type = className(error);
  const message = read(() => messageOf(error)) ?? '';
  const whole = { type, message, ...(typeof stack === 'string' ? { stacktrace: stack } : {}) };
  return redact === undefined
    ? shortened(whole, LONGEST_MESSAGE, LONGEST_STACK)
    : shortened(redact(shortened(whole, LONGEST_READ, LONGEST_READ)), LONGEST_MESSAGE, LONGEST_STACK);
}

function shortened({ type, message, stacktrace }: ExceptionText, longest: number, longestStack: number): ExceptionText {
  const short = { type: cut(type, longest), message: cut(message, longest) };
  return stacktrace === undefined ? short : { ...short, stacktrace: cut(stacktrace, longestStack) };
}

/**
 * Status ERROR, one exception event, the class name under `keys`. The event gets the description, not the error itself: the SDK
 * would prefer the error's `code` to its name as `exception.type`.
 */
export function recordFailure(span: Span, { type, message, stacktrace }: ExceptionText, keys: readonly string[]): void {
  for (const key of keys) span.setAttribute(key, type);
  const exception = { name: type, message, ...(stacktrace === undefined ? {} : { stack: stacktrace }) };
  span.recordException(exception satisfies Exception);
  span.setStatus({ code: STATUS_ERROR, message });
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
  return typeof constructed === 'string' && constructed !== '' ? cut(asWritten(constructed), LONGEST_MESSAGE) : 'Error';
}

/** esbuild puts an underscore before the name of a class that speaks of itself. */
function asWritten(name: string): string {
  return name.replace(/^_(?=[A-Z])/, '');
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

function read<T>(what: () => T): T | undefined {
  try {
    return what();
  } catch {
    return undefined;
  }
}
