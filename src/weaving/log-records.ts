// SPDX-License-Identifier: Apache-2.0
// The log records of a call, before it and at its end: to the logger provider that is there, and to the sink.
import { type Attributes, type Context, isSpanContextValid, type SpanContext, trace } from '@opentelemetry/api';
import { type CallFrame, contextOf } from './call-frame.js';
import type { ExceptionText } from './failure.js';
import { keepFault } from './faults.js';
import type { ReadyLogRecord } from './join-point.js';
import { attributesOf } from './recipes.js';
import { isMadeOf } from './signals.js';
import { cut, cutAttributes, LONGEST_MESSAGE } from './texts.js';
import { isTold, noteTold } from './told.js';

/** The call is about to run: what its row has to say of that. */
export function announce(frame: CallFrame): void {
  try {
    for (const record of frame.joinPoint.logs) if (record.on === 'begin') write(frame, record, undefined);
  } catch (fault) {
    keepFault(frame, fault);
  }
}

/**
 * The call has ended.
 *
 * @param exception what is told of its failure
 */
export function writeRecords(frame: CallFrame, exception: ExceptionText | undefined): void {
  for (const record of frame.joinPoint.logs) {
    const { on, severityNumber } = record;
    if (on === 'begin' || !isMadeOf(frame.failed, on)) continue;
    if (on === 'failure' && isTold(frame, severityNumber)) continue;
    write(frame, record, exception);
  }
}

function write(frame: CallFrame, record: ReadyLogRecord, exception: ExceptionText | undefined): void {
  const { runtime } = frame.joinPoint;
  const { logger, severityNumber } = record;
  if (!runtime.wantsRecord(logger, severityNumber) || record.when?.(frame) === false) return;
  const level = record.severity.toUpperCase();
  const body = cut(String(typeof record.body === 'function' ? record.body(frame) : record.body), LONGEST_MESSAGE);
  const attributes = cutAttributes(attributesOf(record.steps, frame));
  // At its end, the caller's context is active again.
  const inside = contextOf(frame);
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
  if (frame.failed) noteTold(frame, severityNumber);
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
