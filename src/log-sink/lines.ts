// SPDX-License-Identifier: Apache-2.0
// A log record as one line, of JSON or of text. Whatever is in it, it stays one line, of a length that nobody on its way splits.
import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { cut } from '../weaving/texts.js';
import type { WrittenRecord } from '../weaving/written-record.js';

/** Bytes, with the end of the line. Container runtimes split longer ones, and half a line is no JSON. */
const LONGEST_LINE = 16_384;
/** Characters of each text in a record, tried until the line is short enough. */
const LIMITS = [8192, 4096, 2048, 512, 128] as const;

/** Also what only some readers take for the end of a line, and what a terminal takes for a command. */
const CONTROLS = /[\u007f-\u009f\u2028\u2029]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS_OF_TEXT = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

export type LineOf = (record: WrittenRecord) => string;

/** `{"timestamp":…,"level":…,"logger":…,"message":…,"exception":…,"attributes":{…},"trace_id":…,"span_id":…}` */
export const jsonLine: LineOf = (record) =>
  shortEnough(record, ({ level, logger, body, exception, attributes, span }) =>
    json({
      timestamp: timestamp(),
      level,
      logger,
      message: body,
      exception: exception === undefined ? undefined : withStack(exception),
      attributes,
      trace_id: span?.traceId ?? '',
      span_id: span?.spanId ?? '',
    }),
  );

/** `2026-… [INFO] logger trace_id=… span_id=… - message key=value exception="Type: message"`; the stack is in JSON only. */
export const textLine: LineOf = (record) =>
  shortEnough(record, ({ level, logger, body, exception, attributes, span }) => {
    const pairs = Object.entries({
      ...attributes,
      ...(exception === undefined ? {} : { exception: headOf(exception) }),
    });
    const ids = `trace_id=${span?.traceId ?? ''} span_id=${span?.spanId ?? ''}`;
    const head = `${timestamp()} [${level}] ${logger} ${ids} - ${body}`;
    const line = [head, ...pairs.map(([key, value]) => `${key}=${plain(value)}`)].join(' ');
    return line.replace(CONTROLS_OF_TEXT, escaped);
  });

function timestamp(): string {
  return new Date().toISOString();
}

type Exception = NonNullable<WrittenRecord['exception']>;

function headOf({ type, message }: Exception): string {
  return message === '' ? type : `${type}: ${message}`;
}

/** A stack begins with a name of the error, which may be another one than that of its class. */
function withStack(exception: Exception): string {
  const { type, stacktrace } = exception;
  if (stacktrace === undefined) return headOf(exception);
  return stacktrace.startsWith(type) ? stacktrace : `${type}: ${stacktrace}`;
}

function plain(value: AttributeValue | undefined): string {
  const isPlain = typeof value === 'string' ? /^[\w.:/@+-]+$/.test(value) : !Array.isArray(value);
  return isPlain ? String(value) : json(value);
}

/** Escapes what `JSON.stringify` leaves as it is; numbers that JSON has no word for become text. */
function json(value: unknown): string {
  const replacer = (_: string, each: unknown) => {
    if (typeof each === 'bigint' || (typeof each === 'number' && !Number.isFinite(each))) return String(each);
    return each;
  };
  return JSON.stringify(value, replacer).replace(CONTROLS, escaped);
}

function escaped(character: string): string {
  const short = JSON.stringify(character).slice(1, -1);
  return short === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : short;
}

function shortEnough(record: WrittenRecord, lineOf: LineOf): string {
  for (const limit of LIMITS) {
    const line = `${lineOf(shortened(record, limit))}\n`;
    if (Buffer.byteLength(line) <= LONGEST_LINE) return line;
  }
  return `${lineOf({ ...shortened(record, LIMITS[4]), attributes: {} })}\n`;
}

function shortened(record: WrittenRecord, limit: number): WrittenRecord {
  const { body, attributes, exception } = record;
  const values = Object.entries(attributes).map(([key, value]) => [key, shortenedValue(value, limit)] as const);
  return {
    ...record,
    body: cut(body, limit),
    attributes: Object.fromEntries(values) as Attributes,
    exception: exception && {
      type: cut(exception.type, limit),
      message: cut(exception.message, limit),
      ...(exception.stacktrace === undefined ? {} : { stacktrace: cut(exception.stacktrace, limit) }),
    },
  };
}

function shortenedValue(value: unknown, limit: number): unknown {
  if (typeof value === 'string') return cut(value, limit);
  return Array.isArray(value) ? value.map((each) => (typeof each === 'string' ? cut(each, limit) : each)) : value;
}
