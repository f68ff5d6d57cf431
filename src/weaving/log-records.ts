// SPDX-License-Identifier: Apache-2.0
// The log records of a call that has ended: to the logger provider that is there, and to the sink.
import { type Attributes, type Context, isSpanContextValid, type SpanContext, trace } from '@opentelemetry/api';
import type { CallFrame } from './call-frame.js';
import type { ExceptionText } from './failure.js';
import type { ReadyLogRecord } from './join-point.js';
import { attributesOf } from './recipes.js';
import { isMadeOf } from './signals.js';
import { cut, cutAttributes, LONGEST_MESSAGE } from './texts.js';

/**
 * @param exception what is told of the failure of the call
 * @param inside the context of the call: the caller's is active again by now
 */
export function writeRecords(frame: CallFrame, exception: ExceptionText | undefined, inside: Context): void {
  const { logs, runtime } = frame.joinPoint;
  for (const record of logs) {
    if (!isMadeOf(frame.failed, record.on) || !runtime.logs(record.logger, record.severityNumber)) continue;
    write(frame, record, exception, inside);
  }
}

function write(frame: CallFrame, record: ReadyLogRecord, exception: ExceptionText | undefined, inside: Context): void {
  const { runtime } = frame.joinPoint;
  const { logger, severityNumber } = record;
  const level = record.severity.toUpperCase();
  const body = cut(String(typeof record.body === 'function' ? record.body(frame) : record.body), LONGEST_MESSAGE);
  const attributes = cutAttributes(attributesOf(record.steps, frame));
  try {
    runtime.settings.sink?.({ logger, level, body, attributes, exception, span: spanIn(inside) });
  } catch (fault) {
    runtime.telemetryFailed('the sink of log records', fault);
  }
  try {
    const all = exception === undefined ? attributes : { ...attributes, ...exceptionAttributes(exception) };
    runtime.logger(logger)?.emit({ severityNumber, severityText: level, body, attributes: all, context: inside });
  } catch (fault) {
    runtime.telemetryFailed('a log record', fault);
  }
}

function spanIn(inside: Context): SpanContext | undefined {
  const span = trace.getSpanContext(inside);
  return span !== undefined && isSpanContextValid(span) ? span : undefined;
}

function exceptionAttributes({ type, message, stacktrace }: ExceptionText): Attributes {
  return {
    'exception.type': type,
    ...(message === '' ? {} : { 'exception.message': message }),
    ...(stacktrace === undefined ? {} : { 'exception.stacktrace': stacktrace }),
  };
}
