// SPDX-License-Identifier: Apache-2.0
// The ids of the current span, for the application's own log records.
import { activeContext, api } from './api.js';

/** Ids in lower-case hexadecimal digits; empty strings when there is no span. */
export interface TraceContext {
  /** 32 digits. */
  trace_id: string;
  /** 16 digits. */
  span_id: string;
  /** 2 digits; `01` when the trace is sampled. */
  trace_flags: string;
}

/**
 * The span that is current now, as fields of a log record: with them a log back end finds the records of a trace. A new object
 * each time, which the caller may change. Never throws, and needs neither an SDK nor `@opentelemetry/api`.
 *
 * @example pino
 * ```ts
 * import { traceContext } from 'opentelemetry-instrumentation-eventsource';
 * import { pino } from 'pino';
 *
 * const log = pino({ mixin: () => traceContext() });
 * log.info('order placed');
 * ```
 *
 * @example winston
 * ```ts
 * import { traceContext } from 'opentelemetry-instrumentation-eventsource';
 * import winston from 'winston';
 *
 * const withTrace = winston.format((info) => Object.assign(info, traceContext()));
 * const log = winston.createLogger({
 *   format: winston.format.combine(withTrace(), winston.format.json()),
 *   transports: [new winston.transports.Console()],
 * });
 * log.info('order placed');
 * ```
 *
 * @example bunyan
 * ```ts
 * import bunyan from 'bunyan';
 * import { traceContext } from 'opentelemetry-instrumentation-eventsource';
 *
 * const write = (record: object) => console.log(JSON.stringify({ ...record, ...traceContext() }, bunyan.safeCycles()));
 * const log = bunyan.createLogger({ name: 'shop', streams: [{ type: 'raw', stream: { write } as never }] });
 * log.info('order placed');
 * ```
 */
export function traceContext(): TraceContext {
  try {
    const current = api?.trace.getSpanContext(activeContext(api));
    if (current !== undefined && api?.isSpanContextValid(current) === true) {
      const flags = current.traceFlags.toString(16).padStart(2, '0');
      return { trace_id: current.traceId, span_id: current.spanId, trace_flags: flags };
    }
  } catch {
    // A span of another make: a log record must not fail for it.
  }
  return { trace_id: '', span_id: '', trace_flags: '' };
}
