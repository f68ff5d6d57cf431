// SPDX-License-Identifier: Apache-2.0
// A log record as a sink gets it, which writes records where there is no logger provider, or beside one.
import type { Attributes, SpanContext } from '@opentelemetry/api';
import type { ExceptionText } from './failure.js';

export interface WrittenRecord {
  readonly logger: string;
  /** Word of the severity: `INFO`. */
  readonly level: string;
  readonly body: string;
  readonly attributes: Attributes;
  readonly exception?: ExceptionText | undefined;
  /** The call's own span, or the one around it; undefined where there is none. */
  readonly span?: SpanContext | undefined;
}

/** Never throws. */
export type LogSink = (record: WrittenRecord) => void;
